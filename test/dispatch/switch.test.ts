import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ROLES, type Role } from '../../src/db/states.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { retry, settle, withdraw } from '../../src/dispatch/after.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { type SwitchVerb, throwSwitch } from '../../src/dispatch/power.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { eventually } from '../eventually.ts';
import { SOAK } from '../soak.ts';
import { actorOf, aWorker, createRig, effectsWithoutDecision, type Rig, THREAD, unique } from './rig.ts';

/** A preview that takes as long as a test wants it to. */
let previewTakes: () => Promise<void> = async () => undefined;
let rig: Rig;
beforeAll(async () => {
  rig = await createRig({
    wrap: (tool) => ({
      ...tool,
      preview: async (...args: Parameters<typeof tool.preview>) => {
        await previewTakes();
        return tool.preview(...args);
      },
    }),
  });
});
afterEach(async () => {
  rig.outside.before = async () => undefined;
  rig.outside.after = async () => undefined;
  expect(await effectsWithoutDecision(rig)).toBe(0);
});
afterAll(() => rig.stop());

const turn = (verb: SwitchVerb, actor: Actor = rig.owner) => throwSwitch(rig.heart, actor, { verb, reason: null });
const approved = async (input: object = { text: unique() }, tool = 'note_unsafe') => {
  const card = await rig.proposed(rig.owner, input, tool);
  expect(await rig.approve(rig.owner, card)).toMatchObject({ ok: true });
  return card;
};
const until = async (what: () => boolean | Promise<boolean>) => {
  await eventually(what);
  expect(await what()).toBe(true);
};

test('[stop] with queued actions and kills at random instants no effect starts after a kill has committed', async () => {
  const { worker, pump } = await rig.work(8);
  rig.outside.before = () => sleep(Math.random() * 8);
  for (let round = 0; round < 4 * SOAK; round += 1) {
    const cards = await Promise.all(
      Array.from({ length: 125 }, () => approved({ text: unique() }, ['note_unsafe', 'note_keyed', 'note_own'][round % 3])),
    );
    await sleep(Math.random() * 60);
    expect(await turn('kill')).toMatchObject({ ok: true, value: { state: { killed: true }, unacknowledged: [] } });
    await sleep(30);
    await turn('unkill');
    const ids = `'${cards.map(({ id }) => id).join("','")}'`;
    await until(
      async () => (await rig.sql(`select 1 from wilco.proposals where id in (${ids}) and state in ('approved', 'executing')`)).length === 0,
    );
  }
  // A start and a kill are each recorded in their own transaction, and a kill waits for every start before it: the order of these says all.
  const late = await rig.sql(`select s.id from wilco.events s where s.kind = 'proposal.started' and exists (
    select 1 from wilco.events k where k.kind = 'switch.killed' and k.xid < s.xid and exists (
      select 1 from wilco.events u where u.kind = 'switch.unkilled' and u.xid > s.xid and not exists (
        select 1 from wilco.events x where x.kind like 'switch.%' and x.xid > k.xid and x.xid < u.xid)))`);
  expect(late).toEqual([]);
  const [counts] = await rig.sql<{ ran: number; voided: number }>(
    `select count(*) filter (where state = 'executed')::int as ran, count(*) filter (where state = 'void')::int as voided from wilco.proposals`,
  );
  // It proves something only if kills fell between.
  expect(counts?.ran).toBeGreaterThan(0);
  expect(counts?.voided).toBeGreaterThan(0);
  expect(await rig.sql(`select 1 from wilco.effects e join wilco.proposals p on p.id = e.proposal_id where p.state = 'void'`)).toEqual([]);
  await pump.stop(5000);
  await worker.stop();
});

test('[stop] a kill voids however much was approved', async () => {
  await rig.sql(`insert into wilco.proposals (project_id, thread_id, tool, state, requester, input_hash, proposed_by_name)
    select 'default', '${THREAD}', 'note_unsafe', 'approved', 'person:x', n::text, 'X' from generate_series(1, 14000) n`);
  expect(await turn('kill')).toMatchObject({ ok: true, value: { voided: 14_000 } });
  expect(
    await rig.sql(
      `select count(*)::int as n from wilco.events where kind = 'proposal.voided' and xid = (select max(xid) from wilco.events where kind = 'switch.killed')`,
    ),
  ).toEqual([{ n: 14_000 }]);
  await turn('unkill');
  await rig.tamper(`delete from wilco.proposals where requester = 'person:x'`);
});

test('[stop] under a kill nothing is proposed, decided, edited, withdrawn, retried, settled or started', async () => {
  const [waiting, ready] = [await rig.proposed(rig.owner, { text: unique() }), await approved()];
  const [failed, lost] = [await approved({ text: 'refused' }), await approved({ text: 'lost' })];
  await rig.step(failed.id);
  await rig.step(lost.id);
  await turn('kill');
  const { heart, owner } = rig;
  const at = { proposalId: waiting.id, revision: 1 };
  const answers = [
    await propose(heart, owner, { threadId: THREAD, tool: 'note_unsafe', input: { text: unique() } }),
    await rig.approve(owner, waiting),
    await decide(heart, owner, { ...at, verb: 'reject', reason: 'no' }),
    await revise(heart, owner, { ...at, input: { text: unique() } }),
    await withdraw(heart, owner, waiting.id),
    await retry(heart, owner, failed.id),
    await settle(heart, owner, { proposalId: lost.id, outcome: 'executed' }),
  ];
  for (const answer of answers) expect(answer).toMatchObject({ ok: false, error: { code: 'killed' } });
  expect(await rig.step(ready.id)).toBe('not_due');
  await turn('unkill');
  expect(await rig.step(ready.id)).toBe('not_due');
  expect(await Promise.all([waiting, ready, failed, lost].map(({ id }) => rig.stateOf(id)))).toEqual([
    'proposed',
    'void',
    'failed',
    'unknown',
  ]);
  expect(await rig.approve(owner, waiting)).toMatchObject({ ok: true });
});

test('[stop] an approval that a kill has missed by hand or by restore is voided by the worker that finds it', async () => {
  const card = await approved();
  await turn('kill');
  await rig.tamper(`update wilco.proposals set state = 'approved' where id = $1`, [card.id]);
  expect(await rig.step(card.id)).toBe('killed');
  expect(await rig.stateOf(card.id)).toBe('void');
  await turn('unkill');
});

test.each([
  ['before its first byte', 'before', 'failed'],
  ['after its first byte', 'after', 'unknown'],
] as const)('[stop][outcome] an action that a kill finds running %s (hook: %s) ends %s', async (_, hook, state) => {
  const { worker, pump } = await rig.work();
  let running = false;
  rig.outside[hook] = (ctx) =>
    new Promise((resolve) => {
      running = true;
      ctx.signal.addEventListener('abort', () => resolve());
    });
  const card = await approved();
  await until(() => running);
  expect(await turn('kill')).toMatchObject({
    value: { alreadyDispatched: [{ proposalId: card.id, tool: 'note_unsafe' }], unacknowledged: [] },
  });
  expect(await rig.settled(card.id)).toBe(state);
  expect(await rig.sql(`select result from wilco.runs where proposal_id = '${card.id}'`)).toEqual([{ result: 'killed' }]);
  expect(rig.outside.calls.filter(({ key }) => key.startsWith(card.id)).length).toBe(hook === 'after' ? 1 : 0);
  await turn('unkill');
  await pump.stop(5000);
  await worker.stop();
});

/** Begins an attempt and dies: before its first byte, or after it. Nobody has settled it. */
const crashed = async (tool: string, at: 'begun' | 'sent') => {
  const card = await approved({ text: unique() }, tool);
  const frozen = new Promise<never>(() => undefined);
  let there: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    there = resolve;
  });
  const hook = async () => {
    there();
    await frozen;
  };
  if (at === 'begun') rig.outside.before = hook;
  else rig.outside.after = hook;
  void rig.step(card.id, { worker: aWorker() });
  await reached;
  rig.outside.before = async () => undefined;
  rig.outside.after = async () => undefined;
  return card;
};

const AFTER_KILL = [
  ['note_unsafe', 'begun', 'failed'],
  ['note_unsafe', 'sent', 'unknown'],
  ['note_keyed', 'begun', 'failed'],
  ['note_keyed', 'sent', 'unknown'],
] as const;

test.each(AFTER_KILL)(
  '[stop][once] %s whose worker died when it had %s is not done again under a kill, nor after it: %s',
  async (tool, at, state) => {
    const [during, later] = [await crashed(tool, at), await crashed(tool, at)];
    const called = rig.outside.calls.length;
    await turn('kill');
    await rig.step(during.id);
    await turn('unkill');
    await rig.step(later.id);
    expect([await rig.stateOf(during.id), await rig.stateOf(later.id)]).toEqual([state, state]);
    expect(rig.outside.calls.length).toBe(called);
  },
);

test("[stop] nor where the switch was thrown behind everybody's back, as a restored backup has it", async () => {
  const card = await crashed('note_keyed', 'begun');
  await rig.sql(`update wilco.switches set killed = true where project_id = 'default'`);
  await rig.step(card.id);
  expect(await rig.stateOf(card.id)).toBe('failed');
  await turn('unkill');
});

test('[stop][lasting] what a worker left behind when it died waits through a pause and is done when it ends', async () => {
  const card = await crashed('note_keyed', 'sent');
  await turn('pause');
  expect(await rig.step(card.id)).toBe('paused');
  // The wake-up that found the pause is spent.
  await rig.sql(`delete from pgboss.job where data ->> 'proposalId' = '${card.id}'`);
  const { worker, pump } = await rig.work();
  await sleep(100);
  expect(await rig.stateOf(card.id)).toBe('executing');
  await turn('resume');
  expect(await rig.settled(card.id)).toBe('executed');
  await pump.stop(5000);
  await worker.stop();
});

test('[stop][prompt] what is approved under a pause starts when it ends, all of it, once', async () => {
  const { worker, pump } = await rig.work();
  await turn('pause');
  const cards = await Promise.all(Array.from({ length: 30 }, () => approved()));
  // Wake-ups that were under way when the pause came are spent.
  for (const card of cards.slice(0, 10)) expect(await rig.step(card.id)).toBe('paused');
  await sleep(300);
  expect(new Set(await Promise.all(cards.map(({ id }) => rig.stateOf(id))))).toEqual(new Set(['approved']));
  expect(await turn('resume')).toMatchObject({ ok: true, value: { held: 30 } });
  expect(new Set(await Promise.all(cards.map(({ id }) => rig.settled(id))))).toEqual(new Set(['executed']));
  for (const { id } of cards) expect(rig.outside.calls.filter(({ key }) => key === `${id}:1`).length).toBe(1);
  await pump.stop(5000);
  await worker.stop();
});

test('[person][stop] everybody who works here may stop it, an approver lets go of a pause, the owner of a kill', async () => {
  const needs: Record<SwitchVerb, Role> = { pause: 'operator', resume: 'approver', kill: 'operator', unkill: 'owner' };
  for (const role of ROLES) {
    const actor = await rig.person('Somebody', role);
    for (const verb of Object.keys(needs) as SwitchVerb[]) {
      const may = ROLES.indexOf(role) >= ROLES.indexOf(needs[verb]);
      expect({ role, verb, ok: (await turn(verb, actor)).ok }).toEqual({ role, verb, ok: may });
      // Not by a key that may do less, nor after having been removed.
      expect((await turn(verb, { ...actor, role: 'viewer' })).ok).toBe(false);
    }
    await rig.sql(`update wilco.members set removed_at = now() where person_id = '${actor.personId}'`);
    for (const verb of Object.keys(needs) as SwitchVerb[]) expect((await turn(verb, actor)).ok).toBe(false);
  }
  for (const verb of Object.keys(needs) as SwitchVerb[]) expect((await turn(verb, actorOf(null, 'owner'))).ok).toBe(false);
  await turn('unkill');
  await turn('resume');
});

test('[stop] a switch of one project says nothing of another, and a worker acknowledges each', async () => {
  await rig.sql(`insert into wilco.projects (id, name) values ('second', 'Second')`);
  await rig.sql(
    `insert into wilco.members (project_id, person_id, role, joined_at) values ('second', '${rig.owner.personId}', 'owner', now())`,
  );
  const { worker, pump } = await rig.work();
  for (let i = 0; i < 3; i += 1) for (const verb of ['pause', 'resume'] as const) await turn(verb);
  await pump.stop(1000);
  await turn('pause', { ...rig.owner, projectId: 'second' });
  expect(worker.held()).toBe(false);
  const card = await approved();
  expect(await rig.step(card.id)).toBe('settled');
  await worker.stop();
  // Nobody is left who could obey; that the one who left had acknowledged more than this elsewhere counts for nothing.
  await rig.sql(`update wilco.workers set stopped_at = null, heartbeat_at = now() where id = '${worker.id}'`);
  expect(await turn('kill', { ...rig.owner, projectId: 'second' })).toMatchObject({
    value: { acknowledged: [], unacknowledged: [`test:${process.pid}`] },
  });
  await rig.sql(`update wilco.workers set stopped_at = now() where id = '${worker.id}'`);
});

test('[stop] no kill waits for a preview, be it of a new card, of an edit or of one that is issued anew', async () => {
  const card = await rig.proposed(rig.owner, { text: unique() });
  const drifted = await approved();
  let release: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  previewTakes = () => slow;
  const edited = revise(rig.heart, rig.owner, { proposalId: card.id, revision: 1, input: { text: unique() } });
  const made = propose(rig.heart, rig.owner, { threadId: THREAD, tool: 'note_unsafe', input: { text: unique() } });
  await sleep(50);
  await turn('kill');
  release();
  expect([await edited, await made]).toMatchObject([{ error: { code: 'killed' } }, { error: { code: 'killed' } }]);
  await turn('unkill');
  await rig.tamper(`update wilco.proposals set state = 'approved' where id = $1`, [drifted.id]);
  previewTakes = () => new Promise(() => undefined);
  await rig.policy({ otherwise: { kind: 'ask', approvals: 3, role: 'approver', selfApproval: false } });
  const stepped = rig.step(drifted.id);
  await sleep(50);
  await turn('kill');
  expect(await stepped).toBe('drifted');
  expect(await rig.sql(`select state, replaced_by from wilco.proposals where id = '${drifted.id}'`)).toEqual([
    { state: 'void', replaced_by: null },
  ]);
  previewTakes = async () => undefined;
  await turn('unkill');
  await rig.policy({});
});
