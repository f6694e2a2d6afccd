import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepRun } from '../../src/agents/loop/step.ts';
import { claimRuns, requeueAbandoned } from '../../src/db/agent-run-claims.ts';
import { enterWorker, leaveWorker } from '../../src/db/workers.ts';
import { createLoopRig, type LoopRig } from '../agents/loop/rig.ts';
import { effectsWithoutDecision, unique } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { call } from '../fakes/model/converser.ts';

let rig: LoopRig;
beforeAll(async () => {
  rig = await createLoopRig();
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const done = { calls: [call('done', { words: 'Done.' })] };
const SIGNAL = new AbortController().signal;

/** A worker that lives, and what it claims by hand. */
const hand = async () => {
  const workerId = unique();
  await enterWorker(rig.database.db, { id: workerId, host: 'test', pid: 0, roles: 'test' });
  await rig.sql(`update wilco.workers set heartbeat_at = now() + interval '1 day' where id = '${workerId}'`);
  const take = async () => {
    const agents = [{ projectId: 'default', agentKey: 'scribe', most: 100 }];
    const [claim] = await claimRuns(rig.database, { workerId, free: 1, agents });
    if (!claim) throw new Error('nothing to claim');
    return claim;
  };
  return { workerId, take, die: () => leaveWorker(rig.database.db, workerId) };
};

test('[parked] a run that is parked goes on in another process, which was not there when it parked', async () => {
  const first = rig.agents();
  rig.model.next([{ calls: [call('note_unsafe', { text: 'lasting' })] }, done]);
  const id = await rig.begin();
  await rig.until(id, 'parked');
  await first.stop(1000);
  const [card] = await rig.cards(id);
  if (!card) throw new Error('no card');
  await rig.approve(rig.owner, card);
  await rig.settled(card.id);
  expect((await rig.run(id)).state).toBe('queued');
  const second = rig.agents();
  await rig.until(id, 'done');
  await second.stop(1000);
});

test('[lasting] a crash between an answer and its storing asks again; one after it makes no second card', async () => {
  const { take, die } = await hand();
  rig.model.next(() => ({ calls: [call('note_unsafe', { text: 'once' })] }));
  const id = await rig.begin();
  const lost = await take();
  // The answer came, and the worker is gone before it is stored.
  rig.model.next(async () => {
    await die();
    await requeueAbandoned(rig.database.db);
    return { calls: [call('note_unsafe', { text: 'never stored' })] };
  });
  expect(await stepRun(rig.deps, lost, SIGNAL)).toBe('lost');
  expect(await rig.steps(id)).toEqual([]);
  const next = await hand();
  rig.model.next([{ calls: [call('note_unsafe', { text: 'once' })] }, done]);
  const claim = await next.take();
  expect(await stepRun(rig.deps, claim, SIGNAL)).toBe('again');
  // The card was made, and what is told of it was not stored.
  await rig.tamper(`create table kept as select transcript, steps from wilco.agent_runs where id = '${id}'`);
  expect(await stepRun(rig.deps, claim, SIGNAL)).toBe('parked');
  await rig.tamper(`update wilco.agent_runs r set transcript = kept.transcript, state = 'queued' from kept where r.id = '${id}'`);
  const third = await hand();
  expect(await stepRun(rig.deps, await third.take(), SIGNAL)).toBe('parked');
  expect(await rig.cards(id)).toHaveLength(1);
  await rig.sql(`update wilco.agent_runs set state = 'cancelled' where id = '${id}'`);
});

test('[fenced] a worker whose run was given to another stores nothing, whatever it was told', async () => {
  const slow = await hand();
  const id = await rig.begin();
  const claim = await slow.take();
  const taken = { by: undefined as Awaited<ReturnType<typeof slow.take>> | undefined };
  rig.model.next(async () => {
    await slow.die();
    await requeueAbandoned(rig.database.db);
    taken.by = await (await hand()).take();
    return { text: 'I am late.' };
  });
  expect(await stepRun(rig.deps, claim, SIGNAL)).toBe('lost');
  expect(await rig.run(id)).toMatchObject({ state: 'running', fence: claim.fence + 2, steps: 0 });
  rig.model.next([done]);
  if (!taken.by) throw new Error('nobody took it');
  expect(await stepRun(rig.deps, taken.by, SIGNAL)).toBe('again');
  expect(await stepRun(rig.deps, claim, SIGNAL)).toBe('lost');
  expect(await stepRun(rig.deps, taken.by, SIGNAL)).toBe('ended');
});

test('the highest priority goes first, then the oldest; no more of an agent at a time than it is configured for, in however many processes', async () => {
  const order: string[] = [];
  let [now, most] = [0, 0];
  rig.model.next(async ({ turns }) => {
    now += 1;
    most = Math.max(most, now);
    order.push(/goal (\d+)/.exec(JSON.stringify(turns[0]))?.[1] ?? '?');
    await new Promise((resolve) => setTimeout(resolve, 30));
    now -= 1;
    return { text: 'Done.' };
  });
  const ids: string[] = [];
  for (const [at, priority] of [5, 5, 10, 1, 8].entries()) ids.push(await rig.begin({ agentKey: 'courier', goal: `goal ${at}`, priority }));
  const both = [rig.agents({ slots: 4 }), rig.agents({ slots: 4 })];
  for (const id of ids) await rig.until(id, 'done');
  expect(order).toEqual(['2', '4', '0', '1', '3']);
  expect(most).toBe(1);
  for (const one of both) await one.stop(1000);
});

test('stopping lets a step finish and gives the rest back', async () => {
  let asked = false;
  rig.model.next(async () => {
    asked = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { calls: [call('note_unsafe', { text: 'after the stop' })] };
  });
  const one = rig.agents();
  const id = await rig.begin();
  await eventually(() => asked);
  await one.stop(5000);
  expect(await rig.run(id)).toMatchObject({ state: 'queued', steps: 1, workerId: null });
  expect(await rig.cards(id)).toEqual([]);
  rig.model.next([done]);
  const two = rig.agents();
  await rig.until(id, 'parked');
  expect(await rig.cards(id)).toHaveLength(1);
  await two.stop(1000);
});

test('[stop] a pause holds runs and gives them back; a kill aborts an answer in the middle and ends the run', async () => {
  const one = rig.agents();
  await rig.sql(`insert into wilco.stops (project_id, scope, paused) values ('default', 'agent:scribe', true)`);
  rig.model.next(() => ({ text: 'Done.' }));
  const id = await rig.begin();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await rig.run(id)).state).toBe('queued');
  await rig.sql(`delete from wilco.stops`);
  rig.signals.tell('wilco_switch');
  await rig.until(id, 'done');
  let signal: AbortSignal | undefined;
  rig.model.next(
    (request) =>
      new Promise((resolve) => {
        signal = request.signal;
        setTimeout(() => resolve({ text: 'too late' }), 4000);
      }),
  );
  const killed = await rig.begin();
  await eventually(() => signal);
  await rig.sql(`insert into wilco.stops (project_id, scope, killed) values ('default', 'domain:notes', true)`);
  rig.signals.tell('wilco_switch');
  await rig.until(killed, 'cancelled');
  expect(signal?.aborted).toBe(true);
  await rig.sql(`delete from wilco.stops`);
  await one.stop(1000);
});

test('a grant that was taken away, an agent that was retired and a person who left count at the next step', async () => {
  const one = rig.agents();
  rig.model.next([{ calls: [call('note_keyed', { text: 'granted' })] }, { calls: [call('note_keyed', { text: 'again' })] }, done]);
  const id = await rig.begin();
  await rig.until(id, 'parked');
  await rig.sql(`insert into wilco.agents (project_id, key, config) values ('default', 'scribe', '{"tools":["note_unsafe"]}')`);
  const [card] = await rig.cards(id);
  if (card) await rig.approve(rig.owner, card);
  await rig.until(id, 'done');
  expect(await rig.cards(id)).toHaveLength(1);
  expect((await rig.steps(id)).map(({ kind }) => kind)).toContain('refused');

  rig.model.next([{ calls: [call('note_unsafe', { text: 'before' })] }, done]);
  const retired = await rig.begin();
  await rig.until(retired, 'parked');
  await rig.sql(`update wilco.agents set state = 'retired', config = '{}' where key = 'scribe'`);
  const [open] = await rig.cards(retired);
  if (open) await rig.approve(rig.owner, open);
  expect(await rig.until(retired, 'failed')).toMatchObject({ errorCode: 'agent_retired' });
  await rig.sql(`delete from wilco.agents`);

  const ben = await rig.person('Ben', 'operator');
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${ben.personId}'`);
  const orphan = await rig.begin({ actor: ben });
  expect(await rig.until(orphan, 'failed')).toMatchObject({ errorCode: 'not_a_member' });
  await one.stop(1000);
});
