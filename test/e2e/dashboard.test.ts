import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
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
let owner: BrowserContext;
let page: Page;
const broken: string[] = [];

const LOCALE = { locale: 'en-GB', timezoneId: 'Europe/Berlin' };

const watched = async (context: BrowserContext): Promise<Page> => {
  context.setDefaultTimeout(PATIENCE_MS);
  const opened = await context.newPage();
  opened.on('console', (message) => {
    if (message.type() === 'error') broken.push(message.text());
  });
  opened.on('pageerror', (error) => broken.push(error.message));
  return opened;
};

beforeAll(async () => {
  home = await makeHome();
  base = await freshDatabase();
  [wilco, browser] = await Promise.all([startWilco(home, { DATABASE_URL: base.url }), openBrowser()]);
  owner = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...LOCALE });
  page = await watched(owner);
  await page.goto(wilco.link);
  await page.getByRole('heading', { name: 'What should happen?' }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await wilco.stop();
  await base.drop();
  await removeHome(home);
});

const sql = (text: string) => base.database.pool.query(text);

type Approval = { id: string; threadId: string; revision: number; digest: string };

const ask = async (text: string): Promise<Approval> => {
  const sent = await wilco.api('POST', '/api/room/messages', { text });
  return eventually(async () => {
    const { body } = await wilco.api('GET', '/api/approvals');
    return (body.items as Approval[]).find((one) => one.threadId === sent.body.threadId);
  });
};
const approve = ({ id, revision, digest }: Approval) => wilco.api('POST', `/api/approvals/${id}/approve`, { revision, digest });

const tile = (on: Page, name: string) => on.locator('dl > div').filter({ has: on.getByText(name, { exact: true }) });
const panel = (on: Page, name: string) => on.getByRole('region', { name });

const violations = async (on: Page): Promise<string[]> => {
  await on.evaluate(axe);
  return on.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const { violations: found } = await run.run();
    return found.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}`));
  });
};

test('the first visit asks who the owner is, and lets them go on without an answer', async () => {
  const steps = panel(page, 'First, who are you?');
  await steps.getByLabel('Your name').fill('Olive');
  expect(await steps.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
  await steps.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/All set, Olive/).waitFor();
  expect((await wilco.api('GET', '/api/me/preferences')).body).toMatchObject({ name: 'Olive', timeZone: 'Europe/Berlin', guided: true });
  await page.getByRole('button', { name: /create a task for the landing page/ }).click();
  const card = page.getByRole('article').last();
  await card.getByRole('button', { name: 'Approve' }).click();
  await card.getByText('Done', { exact: true }).waitFor();
  await page.goto(wilco.url);
  await page.getByRole('heading', { name: 'What should happen?' }).waitFor();
  await page
    .getByRole('button', { name: /create a task/ })
    .first()
    .waitFor();
  expect(await steps.count()).toBe(0);
});

test('every table that the dashboard shows is live: it changes without a refresh when something happens', async () => {
  await page.goto(`${wilco.url}/dashboard`);
  await tile(page, 'Waiting for approval').getByText('0', { exact: true }).waitFor();
  await tile(page, 'Runs today').getByText('1 succeeded · 0 failed').waitFor();
  await page.evaluate(() => Reflect.set(globalThis, 'sameDocument', true));

  // proposals, and notifications
  const card = await ask('create a task to water the plants');
  await tile(page, 'Waiting for approval').getByText('1', { exact: true }).waitFor();
  await panel(page, 'Waiting for approval').getByText('water the plants').waitFor();
  await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();
  await expect.poll(() => page.title()).toBe('(1) Dashboard · Wilco');
  expect(await page.locator('link[rel="icon"]').getAttribute('href')).toBe('/icon-dot.svg');

  // runs
  await approve(card);
  await tile(page, 'Runs today').getByText('2 succeeded · 0 failed').waitFor();
  await tile(page, 'Success rate today').getByText('100 %').waitFor();
  await panel(page, 'Recent runs').getByText('water the plants').waitFor();
  await panel(page, 'Waiting for approval').getByText('Nothing waits for a decision.').waitFor();
  await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  await expect.poll(() => page.title()).toBe('Dashboard · Wilco');

  // model_calls, and the chart's spend with it
  await sql(`insert into wilco.model_calls (project_id, provider, model, outcome, input_tokens, output_tokens, cost_micros, duration_ms)
    values ('default', 'anthropic', 'a', 'ok', 1200, 300, 250000, 900)`);
  await tile(page, 'Model calls today').getByText('1,500 tokens · $0.25').waitFor();
  await tile(page, 'Spent today').getByText('$0.25', { exact: true }).waitFor();

  // connections
  const smtp = page.locator('[data-connection="smtp"]');
  await sql(`insert into wilco.connections (name, ok, detail, latency_ms, ok_at) values ('smtp', true, 'Takes e-mail.', 40, now())`);
  await smtp.and(page.locator('[data-state="ok"]')).waitFor();
  await sql(`update wilco.connections set ok = false, detail = 'It refuses the password.' where name = 'smtp'`);
  await smtp.and(page.locator('[data-state="down"]')).getByText('It refuses the password.').waitFor();
  await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();

  // workers
  await sql(
    `insert into wilco.workers (id, roles, host, pid, heartbeat_at) values (gen_random_uuid(), 'worker', 'elsewhere', 1, now() + interval '1 hour')`,
  );
  await tile(page, 'Workers alive').getByText('2', { exact: true }).waitFor();
  await sql(`update wilco.workers set stopped_at = now() where host = 'elsewhere'`);
  await tile(page, 'Workers alive').getByText('1', { exact: true }).waitFor();

  // schedules
  await approve(await ask('remind the team every weekday at 9 to post their numbers'));
  await panel(page, 'Scheduled next').getByRole('listitem').first().waitFor();

  // policies: the limit that spending is held against
  const limit = await ask('set the daily limit to 1 dollar');
  await approve(limit);
  await tile(page, 'Spent today').getByText('25 % of $1.00 a day').waitFor();

  expect(await page.evaluate(() => Reflect.get(globalThis, 'sameDocument'))).toBe(true);
});

test('a schedule is paused, goes on, runs once more and is taken off from its page, which shows each change at once', async () => {
  await page.goto(`${wilco.url}/schedules`);
  const row = page.getByRole('main').getByRole('listitem').first();
  await row.getByText(/next .*09:00/).waitFor();
  await row.getByRole('button', { name: /^Pause/ }).click();
  await row.getByText('Paused', { exact: true }).waitFor();
  const [{ id } = { id: '' }] = (await wilco.api('GET', '/api/schedules')).body.items as { id: string }[];
  // By somebody else, while the page is open.
  await wilco.api('POST', `/api/schedules/${id}/resume`, {});
  await row.getByText('Active', { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  await row.getByRole('button', { name: /^Run now/ }).click();
  await expect.poll(() => page.url()).toMatch(/\/(approvals|t)\//);
  await page.goto(`${wilco.url}/schedules`);
  await row.getByRole('button', { name: /^Delete/ }).click();
  const card = page.getByRole('article').last();
  await card.getByRole('button', { name: 'Approve' }).click();
  await card.getByText('Done', { exact: true }).waitFor();
  await page.goto(`${wilco.url}/schedules`);
  await page.getByText('Nothing is scheduled.').waitFor();
});

test('the chart says as a table what it shows as bars, and goes by keyboard', async () => {
  await page.goto(`${wilco.url}/dashboard`);
  const chart = panel(page, 'Over time');
  await chart.locator('[data-chart="runs"] canvas').waitFor();
  await chart.getByRole('radio', { name: 'Runs' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toBe('Spend');
  await page.keyboard.press('Space');
  await chart.locator('[data-chart="spend"] canvas').waitFor();
  await chart.getByRole('radio', { name: '30 d' }).click();
  await chart.getByText('Show as a table').click();
  await expect.poll(() => chart.getByRole('row').count()).toBe(31);
  await chart.getByRole('cell', { name: '$0.25' }).waitFor();
});

test('the inbox lists what was told, leads there, and is read with one press', async () => {
  await page.goto(`${wilco.url}/dashboard`);
  // What is still arriving takes the focus, and closes what was opened before.
  await page.locator('[data-connection="smtp"]').waitFor();
  await page.getByRole('button', { name: /^Notifications/ }).click();
  const inbox = page.getByRole('dialog', { name: 'Notifications' });
  await inbox.getByText('A connection is down: smtp').waitFor();
  await inbox
    .getByText(/An approval waited: Create a task/)
    .first()
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await inbox.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  await inbox
    .getByRole('link', { name: /An approval waited/ })
    .first()
    .click();
  await expect.poll(() => page.url()).toContain('/approvals/');
});

test('settings are kept, and quiet hours go by the clock of their person', async () => {
  await page.goto(`${wilco.url}/settings`);
  await page.getByRole('switch', { name: 'Sound' }).click();
  await page.getByRole('switch', { name: /A connection or the workers/ }).click();
  await page.getByRole('switch', { name: 'Quiet hours' }).click();
  await page.getByLabel('From').fill('23:30');
  await page.getByLabel('To', { exact: true }).focus();
  await page.getByLabel('Name').fill('Olive Branch');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(async () => (await wilco.api('GET', '/api/me/preferences')).body)
    .toMatchObject({
      name: 'Olive Branch',
      sound: true,
      quiet: { from: '23:30', to: '07:00' },
      notify: { approval: true, run: true, cost: true, health: false },
    });
  await page.getByRole('button', { name: 'You: Olive Branch' }).waitFor();
});

test('the worker that shows pushes is taken by the browser under our policy', async () => {
  const registered = await page.evaluate(`(async () => {
    const made = await navigator.serviceWorker.register('/sw.js', { scope: '/' });
    await navigator.serviceWorker.ready;
    const { state } = made.active;
    await made.unregister();
    return state;
  })()`);
  expect(['activating', 'activated']).toContain(registered);
});

test.for([
  { name: 'a desk, light', options: { colorScheme: 'light', viewport: { width: 1280, height: 900 } } },
  { name: 'a phone, dark', options: { colorScheme: 'dark', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } },
] as const)('axe finds nothing and nothing is cut off on $name', async ({ options }) => {
  const context = await browser.newContext({ ...options, ...LOCALE, reducedMotion: 'reduce', storageState: await owner.storageState() });
  const there = await watched(context);
  for (const path of ['/dashboard', '/schedules', '/agents', '/agents/note-taker', '/settings', '/']) {
    await there.goto(`${wilco.url}${path}`);
    await there.getByRole('main').waitFor();
    await there.waitForTimeout(700);
    expect(await violations(there), path).toEqual([]);
    expect(await there.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true);
  }
  await there.close();
});

test('no page of all these said that anything was wrong with it', () => {
  expect(broken).toEqual([]);
});
