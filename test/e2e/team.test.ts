import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postToTeam } from '../../src/dispatch/team.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';
import { openBrowser } from './browser.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Four looks at each page, on a machine that others use, too. */
const LONG = 120_000;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };

let home: string;
let base: TestDatabase;
let wilco: Wilco;
let browser: Browser;
let context: BrowserContext;
let page: Page;

const start = (port = '0') => startWilco(home, { DATABASE_URL: base.url, PORT: port });

beforeAll(async () => {
  home = await makeHome();
  base = await freshDatabase();
  [wilco, browser] = await Promise.all([start(), openBrowser()]);
  context = await browser.newContext({ viewport: DESKTOP });
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

const finding = (text: string) =>
  base.database.transaction((tx) =>
    postToTeam(tx, { projectId: 'default', kind: 'finding', text, agent: { key: 'note-taker', name: 'Note-taker' } }),
  );

const violations = async (): Promise<string[]> => {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const { violations: found } = await run.run();
    return found.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}`));
  });
};

/** In both themes, as a desktop and as a phone shows it: nothing that axe knows is wrong, and nothing is wider than the screen. */
const looksRight = async (name: string): Promise<void> => {
  for (const viewport of [DESKTOP, PHONE])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor({ state: 'attached' });
      await page.waitForTimeout(300);
      if (process.env.WILCO_LOOK) await page.screenshot({ path: `${process.env.WILCO_LOOK}/${name}-${viewport.width}-${colorScheme}.png` });
      expect(await violations(), `${name} ${viewport.width} ${colorScheme}`).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
  await page.setViewportSize(DESKTOP);
};

const stateOf = async (text: string): Promise<string> => {
  const { rows } = await base.database.pool.query('select state from wilco.messages where text = $1', [text]);
  return (rows as { state: string }[])[0]?.state ?? 'missing';
};

test('the team room stands first; a finding is put aside by keyboard alone, and another made a task', { timeout: LONG }, async () => {
  await finding('Three mails bounced');
  await finding('The backlog grows');
  await page.goto(wilco.url);
  const rail = page.getByRole('navigation', { name: 'Wilco' });
  const first = rail.getByRole('listitem').first();
  expect(await first.textContent()).toContain('Team room');
  await first.getByRole('link').click();
  await page.getByText('Three mails bounced').waitFor();
  await looksRight('team-room');
  const dismiss = page.getByRole('button', { name: 'Dismiss' }).first();
  await dismiss.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Put aside by Owner').waitFor();
  const promote = page.getByRole('button', { name: 'Make a task' }).last();
  await promote.focus();
  await page.keyboard.press('Enter');
  const card = page.getByRole('article').filter({ hasText: 'Create a task' });
  await card.waitFor();
  await card.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Made a task by Owner').waitFor();
});

test('a message to a paused agent waits with its state shown, through a restart, and is answered when the agent goes on; threads stand side by side', {
  timeout: LONG,
}, async () => {
  await wilco.api('POST', '/api/agents/note-taker/pause', {});
  await page.goto(`${wilco.url}/dms`);
  const agents = page.getByRole('toolbar', { name: 'Agents' });
  await agents.getByRole('button').first().waitFor();
  const others = (await agents.getByRole('button').allTextContents()).filter((name) => name !== 'Note-taker').slice(0, 1);
  for (const name of [...others, 'Note-taker']) {
    await agents.getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
  }
  for (const name of others) await page.getByRole('region', { name }).getByRole('textbox', { name: 'Message' }).waitFor();
  const column = page.getByRole('region', { name: 'Note-taker' });
  const box = column.getByRole('textbox', { name: 'Message' });
  await box.fill('keep this for Monday');
  await box.press('Enter');
  await column.getByText('Queued: @note-taker takes it as soon as it is at work.').waitFor();
  await looksRight('dms');
  await wilco.stop();
  wilco = await start(new URL(wilco.url).port);
  expect(await stateOf('keep this for Monday')).toBe('queued');
  await page.goto(`${wilco.url}/dms`);
  await page.getByRole('region', { name: 'Note-taker' }).getByText('keep this for Monday').waitFor();
  await wilco.api('POST', '/api/agents/note-taker/resume', {});
  await eventually(async () => (await stateOf('keep this for Monday')) === 'processed');
  await page.getByRole('region', { name: 'Note-taker' }).getByRole('article').first().waitFor();
});

test('a task shows its one timeline, whole and cut down, and its owner moves it', { timeout: LONG }, async () => {
  await page.goto(`${wilco.url}/tasks`);
  await page.getByRole('link', { name: /The backlog grows/ }).click();
  await page.getByText('The task was created').waitFor();
  await page.getByRole('textbox', { name: 'Add a comment' }).fill('I look at it on Monday.');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.getByText('I look at it on Monday.').waitFor();
  await looksRight('task');
  await page.getByRole('combobox', { name: 'Show of the timeline' }).selectOption('comment');
  await expect.poll(() => page.getByText('The task was created').count()).toBe(0);
  await page.getByText('I look at it on Monday.').waitFor();
});
