import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';
import { openBrowser } from './browser.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let home: string;
let base: TestDatabase;
let wilco: Wilco;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  home = await makeHome();
  base = await freshDatabase();
  [wilco, browser] = await Promise.all([startWilco(home, { DATABASE_URL: base.url }), openBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'UTC' });
  context.setDefaultTimeout(PATIENCE_MS);
  page = await context.newPage();
  await page.goto(wilco.link);
  await page.getByRole('heading', { name: 'What should happen?' }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await wilco.stop();
  await base.drop();
  await removeHome(home);
});

type Approval = { id: string; threadId: string; revision: number; digest: string };
const approve = ({ id, revision, digest }: Approval) => wilco.api('POST', `/api/approvals/${id}/approve`, { revision, digest });
const say = async (text: string): Promise<Approval> => {
  const sent = await wilco.api('POST', '/api/room/messages', { text });
  return eventually(async () => {
    const { body } = await wilco.api('GET', '/api/approvals');
    return (body.items as Approval[]).find((one) => one.threadId === sent.body.threadId);
  });
};
const violations = async (): Promise<string[]> => {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    return (await run.run()).violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}`));
  });
};
const shot = async (name: string): Promise<void> => {
  if (process.env.WILCO_SHOTS) await page.screenshot({ path: `${process.env.WILCO_SHOTS}/${name}.png`, fullPage: true });
};

test('said in the room, a group is made and a rule asks for it', async () => {
  const put = await say('put Owner in finance');
  expect(await approve(put)).toMatchObject({ status: 200 });
  await eventually(async () =>
    ((await wilco.api('GET', '/api/groups')).body.items as { people: unknown[] }[]).find(({ people }) => people.length === 1),
  );
  const rule = await say('require 1 approval by finance for draft_quote over 500 dollars');
  expect(await approve(rule)).toMatchObject({ status: 200 });
  const found = await eventually(async () => ((await wilco.api('GET', '/api/policy')).body.rules as { words: string }[])[0]);
  expect(found.words).toMatch(/^draft_quote where \w+ > 500 → 1 person of finance with the role approver or above$/);
});

test('on its page a change is tried on the last month, proposed, approved, and then stands there, by keyboard alone', async () => {
  await page.goto(`${wilco.url}/policies`);
  await page.getByRole('button', { name: 'Change the policy' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('What to change').selectOption('set_expiry');
  await page.getByLabel('Hours', { exact: true }).fill('24');
  await page.keyboard.press('Enter');
  await page.getByText('Undecided cards expire after 24 hours').waitFor();
  await page.getByText(/^Of \d+ proposals? of the last 30 days it would have changed nothing/).waitFor();
  expect(await violations()).toEqual([]);
  await shot('dry-run');
  await page.getByRole('button', { name: 'Propose it' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Approve' }).first().click();
  await page.getByText('Done', { exact: true }).first().waitFor();
  await page.goto(`${wilco.url}/policies`);
  await page.getByText('Undecided cards expire after 24 hours').first().waitFor();
  await page.getByText('What it changed').first().click();
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(300);
      expect(await violations()).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await shot(`policies-${colorScheme}-${width}`);
    }
});
