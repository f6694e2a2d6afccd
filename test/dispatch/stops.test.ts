import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRun } from '../../src/db/agent-runs.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { type SwitchPlace, type SwitchVerb, throwSwitch } from '../../src/dispatch/power.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { eventually } from '../eventually.ts';
import { atOnce, createRig, effectsWithoutDecision, type Rig, THREAD, unique } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({});
});
afterEach(async () => {
  rig.outside.before = async () => undefined;
  expect(await effectsWithoutDecision(rig)).toBe(0);
});
afterAll(() => rig.stop());

const ANNA: SwitchPlace = { scope: 'agent:anna', keys: ['anna'] };
const SALES: SwitchPlace = { scope: 'domain:sales', keys: ['anna', 'bert'] };
const turn = (verb: SwitchVerb, place?: SwitchPlace, actor: Actor = rig.owner) =>
  throwSwitch(rig.heart, actor, { verb, reason: null, place });

const agentActor = (key: string, domain: string): Actor => ({
  ...rig.owner,
  agent: { key, name: key, domain, autonomy: 'copilot', heartbeat: false, runId: null },
});
const byAgent = (key: string, domain = 'sales', tool = 'note_unsafe') => rig.proposed(agentActor(key, domain), { text: unique() }, tool);
const approved = async (key: string, domain = 'sales') => {
  const card = await byAgent(key, domain);
  expect(await rig.approve(rig.owner, card)).toMatchObject({ ok: true });
  return card;
};
const aRun = (agentKey: string) =>
  rig.database.transaction((tx) =>
    createRun(tx, { projectId: 'default', agentKey, trigger: 'message', goal: 'x', threadId: THREAD, by: null }),
  );
const runState = async (id: string) =>
  (await rig.sql<{ state: string }>(`select state from wilco.agent_runs where id = '${id}'`))[0]?.state;

test('[stop] a pause of one agent holds what is approved of it and nothing else; resuming gives it back', async () => {
  const { worker, pump } = await rig.work(4);
  expect(await turn('pause', ANNA)).toMatchObject({ ok: true, value: { state: { paused: true }, unacknowledged: [] } });
  const [hers, his] = [await approved('anna'), await approved('bert')];
  expect(await rig.settled(his.id)).toBe('executed');
  await sleep(200);
  expect(await rig.stateOf(hers.id)).toBe('approved');
  expect(await turn('resume', ANNA)).toMatchObject({ ok: true, value: { state: { paused: false }, held: 1 } });
  expect(await rig.settled(hers.id)).toBe('executed');
  await pump.stop(1000);
  await worker.stop();
});

test('[stop] a kill of a domain voids what its agents had approved, ends their runs and refuses more of them, while others go on', async () => {
  const [hers, his, other] = [await approved('anna'), await approved('bert'), await approved('carl', 'support')];
  const waits = await byAgent('anna');
  const [run, foreign] = [await aRun('anna'), await aRun('carl')];
  expect(await turn('kill', SALES)).toMatchObject({ ok: true, value: { voided: 2, runsCancelled: 1, alreadyDispatched: [] } });
  expect([await rig.stateOf(hers.id), await rig.stateOf(his.id), await rig.stateOf(other.id)]).toEqual(['void', 'void', 'approved']);
  expect([await runState(run), await runState(foreign)]).toEqual(['cancelled', 'queued']);
  const wish = { threadId: THREAD, tool: 'note_unsafe', input: { text: unique() } };
  expect(await propose(rig.heart, agentActor('anna', 'sales'), wish)).toMatchObject({ ok: false, error: { code: 'killed' } });
  // It has moved to another domain since, and what it proposed then is still of the one that was killed.
  expect(await rig.approve(rig.owner, waits)).toMatchObject({ ok: false, error: { code: 'killed' } });
  const approver = await rig.person(unique(), 'approver');
  expect(await turn('unkill', SALES, approver)).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
  expect(await turn('unkill', SALES)).toMatchObject({ ok: true });
  expect(await rig.stateOf(hers.id)).toBe('void');
  expect(await rig.approve(rig.owner, waits)).toMatchObject({ ok: true });
  const { worker, pump } = await rig.work(2);
  expect(await rig.settled(other.id)).toBe('executed');
  await pump.stop(1000);
  await worker.stop();
});

test('[stop] a kill of an agent aborts what runs of it, and of nobody else', async () => {
  const { worker, pump } = await rig.work(4);
  let started = 0;
  rig.outside.before = async () => {
    started += 1;
    await sleep(3000);
  };
  const [hers, his] = [await approved('anna'), await approved('carl', 'support')];
  await eventually(() => started >= 2);
  expect(await turn('kill', ANNA)).toMatchObject({ ok: true, value: { unacknowledged: [] } });
  expect(await rig.settled(hers.id)).toBe('failed');
  expect(await rig.settled(his.id)).toBe('executed');
  await turn('unkill', ANNA);
  await pump.stop(1000);
  await worker.stop();
});

test('[stop] of 400 queued actions of an agent and kills of it at random instants none starts after one has committed', async () => {
  const { worker, pump } = await rig.work(8);
  rig.outside.before = () => sleep(Math.random() * 5);
  for (let round = 0; round < 4; round += 1) {
    const key = `agent-${randomUUID().slice(0, 8)}`;
    const place: SwitchPlace = { scope: `agent:${key}`, keys: [key] };
    const cards = await atOnce(Array.from({ length: 100 }, unique), 10, () => approved(key));
    await sleep(Math.random() * 60);
    expect(await turn('kill', place)).toMatchObject({ ok: true });
    const ids = `'${cards.map(({ id }) => id).join("','")}'`;
    await sleep(100);
    const late = await rig.sql<{ n: number }>(`
      select count(*)::int as n from wilco.events s join wilco.events k on k.kind = 'switch.killed' and k.data ->> 'scope' = 'agent:${key}'
      where s.kind = 'proposal.started' and s.proposal_id in (${ids}) and s.xid > k.xid`);
    expect(late).toEqual([{ n: 0 }]);
    const open = await rig.sql<{ n: number }>(`select count(*)::int as n from wilco.proposals where id in (${ids}) and state = 'approved'`);
    expect(open).toEqual([{ n: 0 }]);
  }
  await pump.stop(2000);
  await worker.stop();
});

test('[stop] a kill of everything ends the runs of every agent, for good', async () => {
  const run = await aRun('anna');
  expect(await turn('kill')).toMatchObject({ ok: true, value: { runsCancelled: expect.any(Number) } });
  await turn('unkill');
  expect(await runState(run)).toBe('cancelled');
});

test('[stop] a kill ends a thousand runs at once, each with its line in the trace, and answers whoever waited for one of them', async () => {
  const run = await aRun('dora');
  await rig.sql(`insert into wilco.agent_runs (project_id, agent_key, trigger, goal, thread_id, actor_role, state)
    select 'default', 'dora', 'message', 'x', '${THREAD}', 'operator', 'parked' from generate_series(1, 999)`);
  await rig.sql(`insert into wilco.messages (thread_id, author_kind, person_id, text, state, run_id)
    values ('${THREAD}', 'person', '${rig.owner.personId}', 'are you done?', 'delivered', '${run}')`);
  const place: SwitchPlace = { scope: 'agent:dora', keys: ['dora'] };
  expect(await turn('kill', place)).toMatchObject({ ok: true, value: { runsCancelled: 1000 } });
  const [count] = await rig.sql<{ ended: number; traced: number }>(`
    select count(*) filter (where state = 'cancelled' and error_code = 'killed')::int as ended,
      count(*) filter (where exists (select 1 from wilco.agent_steps s where s.run_id = r.id and s.kind = 'override'))::int as traced
    from wilco.agent_runs r where agent_key = 'dora'`);
  expect(count).toEqual({ ended: 1000, traced: 1000 });
  const said = await rig.sql<{ state: string; text: string }>(
    `select state, text from wilco.messages where run_id = '${run}' order by created_at, text`,
  );
  expect(said).toEqual(
    expect.arrayContaining([
      { state: 'processed', text: 'are you done?' },
      { state: 'processed', text: '@dora does not go on. It was stopped by a kill.' },
    ]),
  );
  await turn('unkill', place);
});
