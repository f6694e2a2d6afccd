import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATIENCE_MS } from '../eventually.ts';
import { openBrowser } from './browser.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let home: string;
let wilco: Wilco;
let browser: Browser;
let owner: BrowserContext;
let page: Page;

const signedIn = async (
  link: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page }> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const opened = await context.newPage();
  await opened.goto(link);
  return { context, page: opened };
};

beforeAll(async () => {
  home = await makeHome();
  [wilco, browser] = await Promise.all([startWilco(home), openBrowser()]);
  ({ context: owner, page } = await signedIn(wilco.link));
  await page.getByRole('heading', { name: 'What should happen?' }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await wilco.stop();
  await removeHome(home);
});

const composer = (on: Page) => on.getByRole('textbox', { name: 'Message' });
const cardNamed = (on: Page, title: string) =>
  on
    .getByRole('article')
    .filter({ has: on.getByRole('heading', { name: title }) })
    .last();

const say = async (on: Page, text: string): Promise<void> => {
  await on.goto(`${wilco.url}/`);
  await composer(on).fill(text);
  await composer(on).press('Enter');
};

/** What axe finds on the page as it stands, as `rule: selector`. */
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

/** The one-time link that the page shows, in its text or in a field to copy from. */
const shownLink = async (on: Page): Promise<string> => {
  const pattern = /http[^"<\s]*sign-in#token=[\w-]+/;
  await expect.poll(() => on.content()).toMatch(pattern);
  return pattern.exec(await on.content())?.[0] ?? '';
};

test('an example that is pressed becomes a card; approved by hand it is done, without a refresh', async () => {
  await page.getByRole('button', { name: /create a task for the landing page/ }).click();
  const card = cardNamed(page, 'Create a task');
  await card.getByText('landing page').first().waitFor();
  await card.getByRole('button', { name: 'Approve' }).click();
  await card.getByText('Done', { exact: true }).waitFor();
  await card.getByText(/Task ".*" created/).waitFor();
});

test('the whole journey goes by keyboard alone', async () => {
  await page.goto(`${wilco.url}/`);
  await composer(page).waitFor();
  await page.keyboard.type('/post #general lunch is ready');
  await page.keyboard.press('Enter');
  const card = cardNamed(page, 'Post a message');
  await card.getByRole('button', { name: 'Approve' }).waitFor();
  for (let i = 0; i < 60; i += 1) {
    if (await page.evaluate(`document.activeElement?.textContent === 'Approve'`)) break;
    await page.keyboard.press('Shift+Tab');
  }
  await page.keyboard.press('Enter');
  await card.getByText('Done', { exact: true }).waitFor();
});

test('[shown] an edit shows the argument before and after, and is approved as it then stands', async () => {
  await say(page, 'create a task to water the plants');
  const card = cardNamed(page, 'Create a task');
  await card.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title').fill('water the roses');
  await dialog
    .getByRole('button', { name: /save|propose|change/i })
    .last()
    .click();
  await card.getByText('water the roses').first().waitFor();
  await card.getByText('water the plants').first().waitFor();
  await expect.poll(() => card.getByRole('button', { name: 'Approve' }).isEnabled()).toBe(true);
  await card.getByRole('button', { name: 'Approve' }).click();
  await card.getByText('Done', { exact: true }).waitFor();
});

test('a rejected card keeps its reason and loses its buttons', async () => {
  await say(page, 'create a task to paint the door');
  const card = cardNamed(page, 'Create a task');
  await card.getByRole('button', { name: 'Reject' }).click();
  await card.getByRole('textbox').fill('not this year');
  await card.getByRole('button', { name: 'Reject' }).last().click();
  await card.getByText('Rejected', { exact: true }).waitFor();
  await card.getByText('not this year').waitFor();
  expect(await card.getByRole('button', { name: /Approve|Edit|Withdraw/ }).count()).toBe(0);
});

test('[whole] a text that does not fit its card is approved only from where it is shown whole', async () => {
  await say(page, `write the log to log.txt: ${'word '.repeat(1500)}`);
  const card = cardNamed(page, 'Write a file');
  await card.getByRole('button', { name: /open in full/i }).click();
  expect(await card.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  const dialog = page.getByRole('dialog');
  await dialog
    .getByText(/word word/)
    .first()
    .waitFor();
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await expect
    .poll(
      () =>
        readFile(`${home}/files/log.txt`, 'utf8').then(
          (text) => text.length,
          () => 0,
        ),
      { timeout: PATIENCE_MS },
    )
    .toBeGreaterThan(7000);
});

test('[own] a second person joins by a link; each sees the other decide at once, and nobody approves their own any more', async () => {
  await say(page, 'invite Ana as an admin');
  await cardNamed(page, 'Invite a person').getByRole('button', { name: 'Approve' }).click();
  await cardNamed(page, 'Invite a person').getByText('Done', { exact: true }).waitFor();
  await page.goto(`${wilco.url}/people`);
  await page.getByRole('button', { name: /sign-in link for Ana/i }).click();
  const link = await shownLink(page);
  const ana = await signedIn(link, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await ana.page.getByRole('button', { name: /join/i }).click();
  await composer(ana.page).waitFor();

  await say(page, 'create a task to ask Ana');
  const mine = cardNamed(page, 'Create a task');
  await mine
    .getByText(/somebody else has to approve/i)
    .first()
    .waitFor();
  const thread = await expect
    .poll(() => page.url())
    .toContain('/t/')
    .then(() => page.url());
  await ana.page.goto(thread);
  await cardNamed(ana.page, 'Create a task').getByRole('button', { name: 'Approve' }).click();
  // On the first page, which nobody touched.
  await mine.getByText('Done', { exact: true }).waitFor();
  await mine.getByText('Ana').first().waitFor();
  expect((await wilco.api('GET', '/api/me')).body).toMatchObject({ project: { solo: false } });
  expect(await ana.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(await violations(ana.page)).toEqual([]);
  await ana.context.close();
});

test('a page that lost the server says so, and shows what happened meanwhile when it is back', async () => {
  await page.goto(`${wilco.url}/tasks`);
  await page.getByRole('heading', { name: 'Tasks' }).waitFor();
  const port = new URL(wilco.url).port;
  await wilco.kill();
  await page
    .getByText(/offline|reconnecting/i)
    .first()
    .waitFor();
  wilco = await startWilco(home, { PORT: port });
  await expect.poll(() => page.getByText(/reconnecting/i).count()).toBe(0);
  await page.getByText('landing page').first().waitFor();
});

test.for(['light', 'dark'] as const)('axe finds nothing on any page, %s', async (colorScheme) => {
  const link = await wilco.api(
    'POST',
    `/api/people/${String(((await wilco.api('GET', '/api/me')).body.person as { id: string }).id)}/link`,
    {},
  );
  const there = await signedIn(String(link.body.url), { colorScheme, storageState: await owner.storageState() });
  for (const path of ['/', '/approvals', '/tasks', '/people']) {
    await there.page.goto(`${wilco.url}${path}`);
    await there.page.getByRole('main').waitFor();
    await there.page.waitForTimeout(400);
    expect(await violations(there.page), path).toEqual([]);
  }
  await there.context.close();
});

test('no page asks anything of another host, and none breaks its own content policy', async () => {
  const { context, page: fresh } = await signedIn(`${wilco.url}/`, { storageState: await owner.storageState() });
  const strangers: string[] = [];
  const broken: string[] = [];
  fresh.on('request', (request) => {
    if (!request.url().startsWith(wilco.url) && !request.url().startsWith('data:')) strangers.push(request.url());
  });
  fresh.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) broken.push(message.text());
  });
  for (const path of ['/', '/approvals', '/tasks', '/people']) await fresh.goto(`${wilco.url}${path}`, { waitUntil: 'load' });
  await fresh.waitForTimeout(500);
  expect({ strangers, broken }).toEqual({ strangers: [], broken: [] });
  await context.close();
});
