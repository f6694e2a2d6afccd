import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATIENCE_MS } from '../eventually.ts';
import { DIALECTS, type Said } from '../fakes/model/dialects.ts';
import { type Behave, type RawServer, rawServer, status } from '../fakes/model/raw-server.ts';
import { openBrowser } from './browser.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

const [claude] = DIALECTS;
let home: string;
let server: RawServer;
let wilco: Wilco;
let browser: Browser;
let page: Page;

/** Looks answer at once; an answer stops half-way until it is let go on. */
let goOn: () => void = () => undefined;
const halting =
  (said: Said): Behave =>
  async (answer, { method }, nth) => {
    if (method === 'GET') return status(200, {}, { data: [], has_more: false })(answer, { method, path: '', headers: {}, body: {} }, nth);
    const frames = claude?.say(said) ?? [];
    const half = frames.length - 4;
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write(frames.slice(0, half).join(''));
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    answer.end(frames.slice(half).join(''));
  };

beforeAll(async () => {
  home = await makeHome();
  server = await rawServer(halting({ text: 'Which of the plants do you mean?' }));
  [wilco, browser] = await Promise.all([startWilco(home, { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: server.url }), openBrowser()]);
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  page = await context.newPage();
  await page.goto(wilco.link);
  await page.getByRole('heading', { name: 'What should happen?' }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await wilco.stop();
  await server.stop();
  await removeHome(home);
});

const say = async (text: string): Promise<void> => {
  await page.goto(`${wilco.url}/`);
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
};

test("an answer grows in the room, is marked as a model's, and the stored message takes its place", async () => {
  await say('water them');
  await page.getByText('Which of the plants', { exact: false }).waitFor();
  await page.getByText('written by claude-sonnet-5-5').waitFor();
  await page.getByText('Wilco is on it').waitFor();
  goOn();
  await page.getByText('Wilco is on it').waitFor({ state: 'detached' });
  await page.getByText('Which of the plants do you mean?', { exact: true }).waitFor();
  expect(await page.getByText('written by claude-sonnet-5-5').count()).toBe(1);
  // Once in the thread, and once where a screen reader is told.
  expect(await page.getByText('Which of the plants', { exact: false }).count()).toBe(2);
});

test('an action shows inline as soon as it is chosen, and its card follows', async () => {
  server.behave(halting({ calls: [{ name: 'create_task', input: { title: 'water the plants' } }] }));
  await say('the plants are dry');
  await page.getByText('→ create_task …').waitFor();
  goOn();
  await page.getByRole('heading', { name: 'Create a task' }).waitFor();
  await page.getByText('→ create_task …').waitFor({ state: 'detached' });
});

test('the mode says which model routes, and since when it does not', async () => {
  await page.getByText('Live', { exact: true }).click();
  await page.getByText('claude-sonnet-5-5', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  server.behave(status(401));
  await say('create a task to mend the door');
  await page.getByText('Answered without the model: it refused the key.', { exact: true }).waitFor();
  await page.getByText('Backup', { exact: true }).click();
  await page
    .getByText(/The model claude-sonnet-5-5 refused the key/)
    .first()
    .waitFor();
});
