import { readFile, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { launch, makeHome, removeHome, startWilco, type Wilco } from './start.ts';

let home: string;
let wilco: Wilco;

beforeAll(async () => {
  home = await makeHome();
  wilco = await startWilco(home);
});
afterAll(async () => {
  await wilco.stop();
  await removeHome(home);
});

type Approval = {
  id: string;
  revision: number;
  digest: string;
  status: string;
  actionType: string;
  params: Record<string, unknown>;
  executionResult: { summary?: string } | null;
};

const ask = async (text: string): Promise<Approval> => {
  const sent = await wilco.api('POST', '/api/room/messages', { text });
  expect(sent.status).toBe(202);
  return eventually(async () => {
    const { body } = await wilco.api('GET', '/api/approvals');
    return (body.items as (Approval & { threadId: string })[]).find((one) => one.threadId === sent.body.threadId);
  });
};

const read = async (id: string): Promise<Approval> => (await wilco.api('GET', `/api/approvals/${id}`)).body as unknown as Approval;

const ended = (id: string): Promise<Approval> =>
  eventually(async () => {
    const now = await read(id);
    return ['executed', 'failed', 'unknown', 'void'].includes(now.status) && now;
  });

const approve = (card: Approval) =>
  wilco.api('POST', `/api/approvals/${card.id}/approve`, { revision: card.revision, digest: card.digest });

test.for([
  { text: 'create a task for the landing page, high priority, due Friday', tool: 'create_task', result: /^Task "/ },
  { text: 'write meeting notes to notes/monday.md: we meet\nat nine', tool: 'file_write', result: /^Created notes\/monday\.md/ },
  { text: 'post in #general that we deploy at noon', tool: 'send_message', result: /general/ },
  { text: '/task Renew the certificate', tool: 'create_task', result: /^Task "Renew the certificate"/ },
  { text: '/file notes/door.txt: Back at two', tool: 'file_write', result: /^Created notes\/door\.txt/ },
  { text: '/post #general lunch is here', tool: 'send_message', result: /general/ },
])('"$text" becomes a card, and what is approved is carried out', async ({ text, tool, result }) => {
  const card = await ask(text);
  expect(card).toMatchObject({ actionType: tool, status: 'proposed', revision: 1 });
  expect((await approve(card)).status).toBe(200);
  const done = await ended(card.id);
  expect(done.status).toBe('executed');
  expect(done.executionResult?.summary).toMatch(result);
});

test('a file that was approved holds exactly what the card showed', async () => {
  expect(await readFile(join(home, 'files/notes/monday.md'), 'utf8')).toBe('we meet\nat nine');
});

test('a message that was approved stands in its channel', async () => {
  const { body } = await wilco.api('GET', `/api/threads/${encodeURIComponent('room:general:feed')}`);
  expect((body.messages as { text: string }[]).map((one) => one.text)).toContain('we deploy at noon');
});

test('[shown] an edited card shows the difference, and the digest of the old revision no longer approves it', async () => {
  const card = await ask('create a task to water the plants');
  const edited = await wilco.api('POST', `/api/approvals/${card.id}/edit`, {
    revision: 1,
    params: { ...card.params, title: 'water the roses' },
  });
  expect(edited.status).toBe(200);
  expect(edited.body).toMatchObject({ revision: 2, status: 'proposed' });
  expect(await approve(card)).toMatchObject({ status: 409, body: { code: 'stale_revision' } });
  expect(await approve({ ...card, revision: 2 })).toMatchObject({ status: 409, body: { code: 'digest_mismatch' } });
  expect((await approve(edited.body as unknown as Approval)).status).toBe(200);
  expect((await ended(card.id)).executionResult?.summary).toContain('water the roses');
});

test('a rejected card keeps its reason, and a withdrawn one runs no more', async () => {
  const rejected = await ask('create a task to paint the door');
  expect(await wilco.api('POST', `/api/approvals/${rejected.id}/reject`, { revision: 1, reason: 'not this year' })).toMatchObject({
    status: 200,
    body: { status: 'rejected' },
  });
  expect(await approve(rejected)).toMatchObject({ status: 409, body: { code: 'already_decided' } });
  const withdrawn = await ask('create a task to paint the wall');
  expect((await wilco.api('POST', `/api/approvals/${withdrawn.id}/withdraw`, {})).body).toMatchObject({ status: 'withdrawn' });
  expect(await approve(withdrawn)).toMatchObject({ status: 409, body: { code: 'already_decided' } });
});

test.for(['/approvals', '/status', '/metrics', '/tasks', '/help', '/pause', '/resume', '/kill for a test', '/unkill'])(
  '%s answers with a card',
  async (text) => {
    const sent = await wilco.api('POST', '/api/room/messages', { text });
    const thread = `/api/threads/${encodeURIComponent(String(sent.body.threadId))}`;
    const answer = await eventually(async () => {
      const { body } = await wilco.api('GET', thread);
      return (body.messages as { author: { kind: string }; card?: { title: string } }[]).find((one) => one.author.kind === 'wilco');
    });
    expect(answer.card?.title).toBeTruthy();
  },
);

test('[stop] a pause survives a restart, and resuming runs what waited', async () => {
  const card = await ask('create a task to check the pause');
  expect((await wilco.api('POST', '/api/system/pause', { reason: 'test' })).body).toMatchObject({ paused: true, unacknowledged: [] });
  expect((await approve(card)).status).toBe(200);
  await wilco.kill();
  wilco = await startWilco(home);
  expect((await wilco.api('GET', '/status')).body).toMatchObject({ paused: true });
  expect((await read(card.id)).status).toBe('approved');
  expect((await wilco.api('POST', '/api/system/resume', {})).body).toMatchObject({ paused: false });
  expect((await ended(card.id)).status).toBe('executed');
});

test('[stop] a kill survives a restart; what was approved before it never runs', async () => {
  await wilco.api('POST', '/api/system/pause', {});
  const card = await ask('create a task to check the kill');
  await approve(card);
  expect((await wilco.api('POST', '/api/system/kill', { reason: 'test' })).body).toMatchObject({ killed: true, voided: 1 });
  await wilco.stop();
  wilco = await startWilco(home);
  expect((await wilco.api('GET', '/status')).body).toMatchObject({ killed: true });
  expect((await read(card.id)).status).toBe('void');
  await wilco.api('POST', '/api/system/unkill', {});
  await wilco.api('POST', '/api/system/resume', {});
  await new Promise((done) => setTimeout(done, 300));
  expect((await read(card.id)).status).toBe('void');
});

test('[lasting][once] killed with -9 in the middle of approvals, it starts again with every acknowledged one carried out once', async () => {
  const cards = await Promise.all(Array.from({ length: 12 }, (_, i) => ask(`create a task to survive number ${i}`)));
  const answers = cards.map((card) =>
    approve(card).then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  await new Promise((done) => setTimeout(done, 15));
  await wilco.kill();
  const acknowledged = await Promise.all(answers);
  wilco = await startWilco(home);
  for (const [i, card] of cards.entries()) {
    if (acknowledged[i]) expect((await ended(card.id)).status).toBe('executed');
  }
  const { body } = await wilco.api('GET', '/api/tasks?limit=100');
  const titles = (body.items as { title: string }[]).map((task) => task.title).filter((title) => title.startsWith('survive number'));
  expect(new Set(titles).size).toBe(titles.length);
});

test('the key file can be read by its owner alone', async () => {
  expect((await stat(join(home, 'api-key'))).mode & 0o077).toBe(0);
});

test('a second start on the same home says that one runs already', async () => {
  const second = launch({ WILCO_HOME: home });
  const code = await new Promise((done) => second.child.once('exit', done));
  expect(code).toBe(1);
  expect(second.output()).toMatch(/^Wilco already runs on /);
});

test('a port in use is named, with what to do', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const other = await makeHome();
  const refused = launch({ WILCO_HOME: other, PORT: String(port) });
  expect(await new Promise((done) => refused.child.once('exit', done))).toBe(1);
  expect(refused.output()).toContain(String(port));
  taken.close();
  await removeHome(other);
});

test.for([
  [{ PORT: 'abc' }, [], /PORT is a number/],
  [{ WILCO_LOG_LEVEL: 'loud' }, [], /WILCO_LOG_LEVEL is/],
  [{ HOST: '0.0.0.0' }, [], /set PUBLIC_URL/],
  [{ WILCO_API_KEY: 'short' }, [], /at least 24 characters/],
  [{}, ['--role', 'worker'], /set DATABASE_URL/],
  [{}, ['--role', 'cook'], /--role takes/],
  [{ DATABASE_URL: 'postgres://u:hunter2secret@127.0.0.1:1/x' }, [], /No PostgreSQL answers/],
] as const)('%o %o is refused with a sentence', async ([env, args, sentence]) => {
  const other = await makeHome();
  const refused = launch({ WILCO_HOME: other, ...env }, [...args]);
  expect(await new Promise((done) => refused.child.once('exit', done))).toBe(1);
  expect(refused.output()).toMatch(sentence);
  expect(refused.output()).not.toContain('hunter2secret');
  await removeHome(other);
});

test('Ctrl-C ends it cleanly and leaves no database behind', async () => {
  expect(await wilco.stop()).toBe(0);
  const port = Number(new URL(wilco.url).port);
  await expect(new Promise((resolve, reject) => connect(port, '127.0.0.1').once('connect', resolve).once('error', reject))).rejects.toThrow(
    'ECONNREFUSED',
  );
  wilco = await startWilco(home);
});
