import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { createRun } from '../../src/db/agent-runs.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { ok } from '../../src/result.ts';
import { createTools } from '../../src/tools/registry.ts';
import { THREAD } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { type ChatRig, createChatRig } from './rig.ts';

const WORDS = 'deploy an agent that watches failed payments every hour and drafts a mail to the customer';
const KEY = 'failed-payments-watcher';

let rig: ChatRig;
beforeAll(async () => {
  rig = await createChatRig([...createTools({ home: '.', post: async () => ok({ threadId: '', messageId: '' }), shipped: AGENTS })]);
  await rig.link('U1', rig.owner);
});
afterAll(() => rig.stop());

const command = async (line: string) => {
  const answer = await rig.fake.tell({
    kind: 'command',
    eventId: `${line} ${performance.now()}`,
    who: rig.account('U1'),
    place: { surface: 'fake', channel: 'W1.C1', thread: 'feed' },
    line,
  });
  return JSON.stringify(answer);
};
const card = (title: string, label: string) =>
  rig.until(({ card: shown }) => shown?.title === title && shown.facts.some(({ value }) => value.includes(label)));
const approve = async (on: Awaited<ReturnType<typeof card>>) => {
  const { proposal } = on.views.at(-1)?.card ?? {};
  if (!proposal) throw new Error('no proposal on the card');
  await rig.presses('U1', on, { verb: 'approve', proposalId: proposal.id, revision: proposal.revision });
  expect(await rig.settled(proposal.id)).toBe('executed');
  return proposal.id;
};

test('a sentence without a model becomes the whole configuration on a card; approved, the agent answers in its own name', async () => {
  await rig.says('U1', WORDS);
  const on = await card('Deploy an agent', `@${KEY}`);
  const shown = on.views.at(-1)?.card;
  expect(shown?.arguments.map(({ name }) => name)).toEqual([
    'key',
    'name',
    'summary',
    'prompt',
    'domain',
    'tools',
    'model',
    'max_steps',
    'concurrency',
    'autonomy',
  ]);
  expect(shown?.facts).toContainEqual(expect.objectContaining({ label: 'Who may approve', value: expect.stringContaining('admin') }));
  await approve(on);
  const done = await rig.until(({ card: later }) => later?.status?.label === 'Done' && later.title === 'Deploy an agent');
  expect(done.views.at(-1)?.card?.actions.map(({ label }) => label)).toEqual([expect.stringContaining(KEY), 'Undo']);
  await rig.says('U1', `@${KEY} create a task "call the customer"`);
  const task = await card('Create a task', 'call the customer');
  expect(task.views.at(-1)?.card?.actions).toContainEqual(expect.objectContaining({ verb: 'approve' }));
  await rig.says('U1', `@${KEY} hello`);
  await eventually(async () => (await said()).length !== 0);
  expect(await said()).toEqual([{ author_name: 'Failed payments watcher' }]);
});

const said = () =>
  rig.sql<{ author_name: string }>(`select author_name from wilco.messages where author_kind = 'agent' and agent_key = '${KEY}' limit 1`);

test('a planned agent tells whoever writes to it how to put it to work, and does nothing else', async () => {
  await rig.says('U1', '@growth create a task "grow"');
  const told = await rig.until(({ card: shown }) => shown?.title.includes('@growth is in the catalogue') === true);
  expect(told.views.at(-1)?.card?.actions.map(({ label }) => label)).toEqual(['/deploy the agent growth', '/agent growth']);
  expect(await rig.sql(`select 1 from wilco.revisions where input_text like '%grow"%'`)).toEqual([]);
  await rig.says('U1', '/deploy the agent growth');
  await approve(await card('Deploy an agent', '@growth'));
  expect(await command('/agent growth')).toContain('As it is configured');
});

test('the list says how each stands; who waits in the catalogue is named, and listed when asked for', async () => {
  const list = await command('/agents');
  expect(list).toContain(`@${KEY}`);
  expect(list).toContain('@dispatcher');
  expect(list).toContain('are in the catalogue');
  expect(await command('/agents planned')).toContain('@qualifier');
  const detail = await command(`/agent @${KEY}`);
  for (const part of ['Offline', 'copilot', 'create_task, find_facts', `/pause-agent ${KEY}`]) expect(detail).toContain(part);
  expect(await command('/agent nobody')).toContain('no agent of that name');
});

test('a secret in a prompt is refused before anything is stored', async () => {
  const input = { prompt: `use AKIA${'X'.repeat(16)} every hour` };
  const refused = await propose(rig.heart, rig.owner, { threadId: THREAD, tool: 'deploy_agent', input });
  expect(refused).toMatchObject({ ok: false, error: { code: 'secret_literal' } });
});

test('[grants] nobody below an admin proposes an agent, and nobody below one decides', async () => {
  const operator = await rig.person('Olga', 'operator');
  const refused = await propose(rig.heart, operator, { threadId: THREAD, tool: 'deploy_agent', input: { key: 'clip' } });
  expect(refused).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
  const approver = await rig.person('Ada', 'approver');
  const made = await rig.proposed(rig.owner, { key: 'clip' }, 'deploy_agent');
  expect(await rig.approve(approver, made)).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
});

test('a configuration that was changed behind the card is not what runs', async () => {
  const made = await rig.proposed(rig.owner, { key: 'content' }, 'deploy_agent');
  await rig.tamper(
    `update wilco.revisions set input_text = replace(input_text, '"copilot"', '"autopilot"') where proposal_id = '${made.id}'`,
  );
  expect(await rig.approve(rig.owner, made)).toMatchObject({ ok: false });
  expect(await rig.stateOf(made.id)).toBe('void');
  expect(await rig.sql(`select 1 from wilco.agents where key = 'content'`)).toEqual([]);
});

test('a restart takes what an agent is at out of the hands of its worker, and what waits for people stays', async () => {
  const run = (goal: string) =>
    rig.database.transaction((tx) =>
      createRun(tx, { projectId: 'default', agentKey: KEY, trigger: 'message', goal, threadId: THREAD, by: null }),
    );
  const [busy, parked] = [await run('look at it'), await run('wait for it')];
  await rig.sql(`update wilco.agent_runs set state = 'running', fence = 3, worker_id = gen_random_uuid() where id = '${busy}'`);
  await rig.sql(`update wilco.agent_runs set state = 'parked' where id = '${parked}'`);
  expect(await command(`/restart-agent ${KEY}`)).toContain('begins again');
  expect(await rig.sql(`select state, fence, worker_id from wilco.agent_runs where id = '${busy}'`)).toEqual([
    { state: 'queued', fence: 4, worker_id: null },
  ]);
  expect(await rig.sql(`select state from wilco.agent_runs where id = '${parked}'`)).toEqual([{ state: 'parked' }]);
  expect(await command(`/restart-agent ${KEY}`)).toContain('nothing to restart');
});

test('an agent that is retired leaves its cards to people; its runs end, and nobody is left to write to', async () => {
  const agent = { key: KEY, name: 'Watcher', domain: 'general', autonomy: 'copilot' as const, heartbeat: false, runId: null };
  const made = await rig.proposed({ ...rig.owner, agent }, { title: 'left behind' }, 'create_task');
  await rig.says('U1', `retire the agent ${KEY}`);
  const on = await card('Retire an agent', `@${KEY}`);
  expect(JSON.stringify(on.views.at(-1)?.card?.changes)).toContain('can still be decided by people');
  await approve(on);
  expect(await rig.sql(`select distinct state, error_code from wilco.agent_runs where agent_key = '${KEY}'`)).toEqual([
    { state: 'cancelled', error_code: 'agent_retired' },
  ]);
  const decided = await decide(rig.heart, rig.owner, {
    verb: 'approve',
    proposalId: made.id,
    revision: made.revision,
    digest: made.digest,
  });
  expect(decided).toMatchObject({ ok: true });
  expect(await rig.settled(made.id)).toBe('executed');
  expect(await command(`/agent ${KEY}`)).toContain('Retired');
  expect(await command(`/restart-agent ${KEY}`)).toContain('no agent of that name');
});
