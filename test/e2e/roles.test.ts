import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { eventually } from '../eventually.ts';
import { launch, makeHome, removeHome, startWilco, type Wilco } from './start.ts';

let home: string;
let base: TestDatabase;
let web: Wilco;

beforeAll(async () => {
  home = await makeHome();
  base = await freshDatabase();
  web = await startWilco(home, { DATABASE_URL: base.url }, ['--role', 'web,bot']);
});
afterAll(async () => {
  await web.stop();
  await base.drop();
  await removeHome(home);
});

type Approval = { id: string; threadId: string; revision: number; digest: string; status: string };

const ask = async (text: string): Promise<Approval> => {
  const sent = await web.api('POST', '/api/room/messages', { text });
  return eventually(async () => {
    const { body } = await web.api('GET', '/api/approvals');
    return (body.items as Approval[]).find((one) => one.threadId === sent.body.threadId);
  });
};

const approve = ({ id, revision, digest }: Approval) => web.api('POST', `/api/approvals/${id}/approve`, { revision, digest });
const stateOf = async (id: string) => (await web.api('GET', `/api/approvals/${id}`)).body.status;

const startWorker = async () => {
  const worker = launch({ WILCO_HOME: home, DATABASE_URL: base.url }, ['--role', 'worker']);
  await eventually(async () => /Wilco works as worker/.test(worker.output()));
  return worker;
};

test('without a worker what is approved waits, and the status says why; a worker of another process then carries it out', async () => {
  const card = await ask('create a task to wait for a worker');
  expect((await approve(card)).status).toBe(200);
  await eventually(async () => (await web.api('GET', '/status')).body.workers === 0);
  expect((await web.api('GET', '/status')).body).toMatchObject({ mode: 'backup', reason: expect.stringContaining('No worker is alive') });
  expect(await stateOf(card.id)).toBe('approved');
  const worker = await startWorker();
  await eventually(async () => (await stateOf(card.id)) === 'executed');
  worker.child.kill('SIGINT');
  expect(await new Promise((done) => worker.child.once('exit', done))).toBe(0);
});

test('[stop] a kill from one process is obeyed and confirmed by the workers of others', async () => {
  const workers = await Promise.all([startWorker(), startWorker()]);
  const killed = await web.api('POST', '/api/system/kill', { reason: 'test' });
  expect(killed.body).toMatchObject({ killed: true, unacknowledged: [] });
  expect(killed.body.acknowledged).toHaveLength(2);
  await web.api('POST', '/api/system/unkill', {});
  for (const worker of workers) worker.child.kill('SIGKILL');
});
