import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';
import { openBrowser } from './browser.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.SHOTS;

let home: string;
let base: TestDatabase;
let wilco: Wilco;
let browser: Browser;
let owner: BrowserContext;
let page: Page;
const broken: string[] = [];

beforeAll(async () => {
  home = await makeHome();
  base = await freshDatabase();
  [wilco, browser] = await Promise.all([startWilco(home, { DATABASE_URL: base.url }), openBrowser()]);
  owner = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'UTC' });
  owner.setDefaultTimeout(PATIENCE_MS);
  page = await owner.newPage();
  page.on('pageerror', (error) => broken.push(error.message));
  await page.goto(wilco.link);
  await page.getByRole('heading', { name: 'What should happen?' }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await wilco.stop();
  await base.drop();
  await removeHome(home);
});

/** Everything that axe-core finds wrong, on a phone and on a desk, in the light and in the dark. */
const isFine = async (name: string): Promise<void> => {
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(300);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}-${colorScheme}.png` });
      await page.evaluate('Promise.allSettled(document.getAnimations().map((one) => one.finished))');
      await page.evaluate(axe);
      const found = await page.evaluate('axe.run()');
      const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
      expect(violations.map(({ id, nodes }) => `${name} ${width} ${colorScheme} ${id}: ${nodes[0]?.html}`)).toEqual([]);
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(wide, `${name} is as wide as its window at ${width}`).toBeLessThanOrEqual(0);
    }
  await page.setViewportSize({ width: 1280, height: 900 });
};

test('what is remembered is added, searched, changed and deleted on its page, by keyboard alone', async () => {
  await page.goto(`${wilco.url}/memory`);
  await page.getByText('Nothing is remembered yet.').waitFor();
  const add = async (text: string): Promise<void> => {
    await page.getByRole('button', { name: 'Remember something' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Fact').fill(text);
    await page.getByRole('button', { name: 'Remember', exact: true }).press('Enter');
    await page.getByText(text).first().waitFor();
  };
  await add('Invoices go to Maria');
  await wilco.api('POST', '/api/facts', { text: `A long one: ${'the printer is called Gutenberg, '.repeat(12)}`, agentKey: 'note-taker' });
  await page.getByText('A long one').waitFor();
  await isFine('memory');
  await page.getByRole('button', { name: 'Edit: Invoices go to Maria' }).press('Enter');
  await page.getByLabel('Fact').fill('Invoices go to Ben');
  await isFine('memory-edit');
  await page.getByRole('button', { name: 'Remember', exact: true }).press('Enter');
  await page.getByText('Invoices go to Ben').waitFor();
  await page.getByText('Invoices go to Maria').waitFor({ state: 'detached' });
  await page.getByLabel('Search what is remembered').fill('gutenberg');
  await page.getByText('Invoices go to Ben').waitFor({ state: 'detached' });
  await page.getByLabel('Search what is remembered').fill('');
  await page.getByRole('button', { name: 'Delete: Invoices go to Ben' }).press('Enter');
  await page.getByRole('button', { name: 'Delete for good: Invoices go to Ben' }).press('Enter');
  await page.getByText('Invoices go to Ben').waitFor({ state: 'detached' });
  const { body } = await wilco.api('GET', '/api/facts');
  expect(body.items).toMatchObject([{ agentKey: 'note-taker' }]);
  expect(broken).toEqual([]);
});

test('a decision stands on its page with what was shown, and the page is narrowed and exported', async () => {
  const sent = await wilco.api('POST', '/api/room/messages', { text: 'create a task called landing page, high priority' });
  type Approval = { id: string; threadId: string; revision: number; digest: string };
  const card = await eventually(async () => {
    const { body } = await wilco.api('GET', '/api/approvals');
    return (body.items as Approval[]).find((one) => one.threadId === sent.body.threadId);
  });
  await wilco.api('POST', `/api/approvals/${card.id}/approve`, { revision: card.revision, digest: card.digest });
  await page.goto(`${wilco.url}/decisions`);
  const row = page.getByRole('button', { name: /Create a task: landing page/ });
  await row.waitFor();
  await row.getByText('Done').waitFor();
  await isFine('decisions');
  await row.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Decision' });
  await drawer.getByText('As it was shown').waitFor();
  await drawer.getByText(card.digest).waitFor();
  await isFine('decision');
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await page.getByLabel('Words of what was decided').fill('nothing of the kind');
  await page.getByText('No decision fits.').waitFor();
  await page.getByLabel('Words of what was decided').fill('land');
  await row.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
  expect(download.suggestedFilename()).toBe('wilco-decisions.csv');
  expect(broken).toEqual([]);
});
