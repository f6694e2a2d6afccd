import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATIENCE_MS } from '../eventually.ts';
import { openBrowser } from './browser.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A folder to keep pictures in, for whoever wants to look. */
const PICTURES = process.env.WILCO_PICTURES;

let home: string;
let wilco: Wilco;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  home = await makeHome();
  [wilco, browser] = await Promise.all([startWilco(home), openBrowser()]);
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  page = await context.newPage();
  await page.goto(wilco.link);
  await page.getByRole('heading', { name: 'What should happen?' }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await wilco.stop();
  await removeHome(home);
});

const composer = () => page.getByRole('textbox', { name: 'Message' });
const write = async (text: string): Promise<void> => {
  await composer().fill(text);
  await composer().press('Enter');
};
const cardNamed = (title: string) =>
  page
    .getByRole('article')
    .filter({ has: page.getByRole('heading', { name: title }) })
    .last();
const stateOf = (title: string, state: string) =>
  page.locator(`article[data-state="${state}"]`).filter({ hasText: title }).last().waitFor();

/** The page in both schemes: what axe finds, and a picture of each where somebody wants one. */
const look = async (name: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(300);
    // Colours that are on their way from one scheme to the other have no contrast yet.
    await page.evaluate('Promise.allSettled(document.getAnimations().map((one) => one.finished)).then(() => undefined)');
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}-${colorScheme}.png`, fullPage: true });
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { axe: run } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
      };
      return (await run.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
    });
    expect(found, `${name} ${colorScheme}`).toEqual([]);
  }
};

test('a document is changed by words, its card shows the difference, and the button takes it back', async () => {
  await write('set the mission to "We help small shops sell online."');
  await cardNamed('Change a document').getByRole('button', { name: 'Approve' }).click();
  await stateOf('Change a document', 'executed');
  await write('/doc append to the mission: In three languages.');
  const card = page.locator('article[data-state="proposed"]').last();
  await card.locator('[data-difference]').getByText('In three languages.').waitFor();
  await look('difference');
  await card.getByRole('button', { name: 'Approve' }).click();
  const done = page.locator('article[data-state="executed"]').filter({ hasText: 'In three languages.' }).first();
  await done.getByRole('button', { name: 'Undo' }).waitFor();
  await look('undo');
  await done.getByRole('button', { name: 'Undo' }).click();
  await done.getByText('It was undone.').waitFor();
  expect(await done.getByRole('button', { name: 'Undo' }).count()).toBe(0);
  await look('undone');
  await write('/docs mission');
  await page.getByRole('heading', { name: 'mission, version 3' }).waitFor();
  await look('docs');
});

test('all safe ones are approved from a list that shows them first', async () => {
  await page.goto(`${wilco.url}/`);
  for (const what of ['the door', 'the window', 'the roof']) {
    await write(`create a task for ${what}, priority 3`);
    await page
      .locator('article[data-state="proposed"]')
      .filter({ hasText: what.slice(4) })
      .last()
      .waitFor();
  }
  await write('/approve-safe');
  const list = cardNamed('3 of low risk wait for you');
  await list.getByRole('button', { name: 'Approve these 3' }).waitFor();
  await look('approve-safe');
  await list.getByRole('button', { name: 'Approve these 3' }).click();
  await page.getByRole('heading', { name: 'You approved 3 of 3' }).waitFor();
  expect(await page.getByRole('button', { name: /Approve these/ }).count()).toBe(0);
  await look('approved');
});

test('the approvals page rejects what is selected with one reason, and approves the safe ones from a list', async () => {
  await page.goto(`${wilco.url}/`);
  for (const what of ['paint', 'sweep', 'sell']) {
    await write(`create a task to ${what}, priority ${what === 'sell' ? 10 : 3}`);
    await page.locator('article[data-state="proposed"]').filter({ hasText: what }).last().waitFor();
  }
  await page
    .getByRole('link', { name: /Waiting for you/ })
    .getByText('3')
    .waitFor();
  await page.goto(`${wilco.url}/approvals`);
  await page.getByText('3 actions wait for a decision').waitFor();
  const row = page.getByRole('listitem').filter({ hasText: 'sell' });
  await row.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Reject 1 selected…' }).click();
  await page.getByRole('textbox', { name: 'Why not?' }).fill('Not this year');
  await look('reject-selected');
  await page.getByRole('button', { name: 'Reject', exact: true }).first().click();
  await row.getByText('Not this year').waitFor();
  await page.getByRole('button', { name: 'Approve safe ones (2)…' }).click();
  await page.getByRole('button', { name: 'Approve these 2' }).waitFor();
  await look('safe-dialog');
  await page.getByRole('button', { name: 'Approve these 2' }).click();
  await page.getByText('Nothing waits for a decision.').waitFor();
});
