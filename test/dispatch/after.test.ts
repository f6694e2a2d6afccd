import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { enterWorker } from '../../src/db/workers.ts';
import { retry, settle } from '../../src/dispatch/after.ts';
import { execute } from '../../src/dispatch/execute.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { readStanding } from '../../src/dispatch/standing.ts';
import { err, ok } from '../../src/result.ts';
import type { Tool, ToolContext } from '../../src/tools/tool.ts';
import { eventually } from '../eventually.ts';
import { aWorker, createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

/** What the tools of this file do instead of their own, when a test says so. */
let does: ((ctx: ToolContext) => Promise<unknown>) | undefined;
let rig: Rig;
beforeAll(async () => {
  rig = await createRig({
    wrap: (tool) => ({ ...tool, execute: (input, ctx) => (does ? (does(ctx) as ReturnType<Tool['execute']>) : tool.execute(input, ctx)) }),
  });
});
afterEach(async () => {
  does = undefined;
  rig.outside.before = async () => undefined;
  rig.outside.after = async () => undefined;
  expect(await effectsWithoutDecision(rig)).toBe(0);
});
afterAll(() => rig.stop());

const approved = async (text = unique(), tool = 'note_unsafe') => {
  const card = await rig.proposed(rig.owner, { text }, tool);
  expect(await rig.approve(rig.owner, card)).toMatchObject({ ok: true });
  return card;
};
const settled = (id: string, outcome: 'executed' | 'failed' | 'leave') => settle(rig.heart, rig.owner, { proposalId: id, outcome });
const effectsOf = (id: string) =>
  rig.sql(`select attempt, state, idempotency_key as key from wilco.effects where proposal_id = '${id}' order by attempt`);
const actionsOn = async (id: string) => {
  const standing = await readStanding(rig.database.db, 'default', id);
  return standing && proposalCard(standing, rig.heart.tools.get('note_unsafe')).actions.map(({ verb }) => verb);
};
const saidIn = async (text: string) =>
  (await rig.sql<{ n: number }>(`select count(*)::int as n from wilco.messages where text like '%${text}%'`))[0]?.n;

/** Everything that a worker's work writes, to see whether any of it changed. */
const rowsNow = async () =>
  Promise.all(
    ['proposals', 'effects', 'runs', 'events', 'messages', 'decisions', 'votes', 'budget_use', 'budget_promises'].map((table) =>
      rig.sql(`select md5(string_agg(t::text, ',' order by t::text)) as rows from wilco.${table} t`),
    ),
  );

test('[outcome] of what nobody can tell the card asks, and each answer is on record', async () => {
  const [happened, did_not, left] = [await approved('lost'), await approved('lost'), await approved('lost')];
  const said = (await saidIn('Nobody can tell')) ?? 0;
  for (const { id } of [happened, did_not, left]) await rig.step(id);
  expect(await saidIn('Nobody can tell')).toBe(said + 3);
  expect(await actionsOn(happened.id)).toEqual(['settle']);
  expect(await settled(happened.id, 'executed')).toMatchObject({ ok: true, value: { state: 'executed' } });
  expect(await settled(did_not.id, 'failed')).toMatchObject({ ok: true, value: { state: 'failed' } });
  expect(await settled(left.id, 'leave')).toMatchObject({ ok: true, value: { state: 'unknown' } });
  expect([await actionsOn(happened.id), await actionsOn(did_not.id), await actionsOn(left.id)]).toEqual([[], ['retry'], ['settle']]);
  expect(await rig.sql(`select reason from wilco.decisions where kind = 'settled' order by created_at`)).toEqual([
    { reason: 'executed' },
    { reason: 'failed' },
    { reason: 'leave' },
  ]);
  expect(
    await rig.sql(
      `select e.state, r.result from wilco.effects e join wilco.runs r on r.effect_id = e.id where e.proposal_id in ('${happened.id}', '${did_not.id}') order by e.state`,
    ),
  ).toEqual([
    { state: 'executed', result: 'success' },
    { state: 'failed', result: 'failed' },
  ]);
});

test('[once][decided] a retry is a second attempt by a second decision, with an effect and a key of its own', async () => {
  const { id } = await approved('refused');
  expect(await rig.step(id)).toBe('settled');
  expect(await retry(rig.heart, rig.owner, id)).toMatchObject({ ok: true, value: { state: 'approved' } });
  // The wake-up of the first attempt, come late, starts nothing.
  const old = {
    jobId: unique(),
    projectId: 'default',
    proposalId: id,
    attempt: 1,
    signal: new AbortController().signal,
    complete: async () => undefined,
  };
  expect(await execute(rig.heart, old, aWorker())).toBe('superseded');
  expect(await rig.step(id)).toBe('settled');
  expect(await effectsOf(id)).toEqual([
    { attempt: 1, state: 'failed', key: `${id}:1` },
    { attempt: 2, state: 'failed', key: `${id}:2` },
  ]);
  const decisions = await rig.sql(
    `select d.kind from wilco.effects e join wilco.decisions d on d.id = e.decision_id where e.proposal_id = '${id}' order by e.attempt`,
  );
  expect(decisions).toEqual([{ kind: 'approved' }, { kind: 'retried' }]);
});

test('[shown] what drifted since it failed cannot be retried', async () => {
  const { id } = await approved('refused');
  await rig.step(id);
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } });
  expect(await retry(rig.heart, rig.owner, id)).toMatchObject({ ok: false, error: { code: 'drifted', state: 'failed' } });
  await rig.policy({});
});

/** An attempt whose worker hangs after its first byte, on the list of workers, alive or not; `resume` lets it go on. */
const hanging = async (alive: boolean) => {
  const worker = { id: randomUUID(), leaseHolds: () => true };
  await enterWorker(rig.database.db, { id: worker.id, host: 'hangs', pid: 1, roles: 'test' });
  if (!alive) await rig.sql(`update wilco.workers set heartbeat_at = now() - interval '11 seconds' where id = '${worker.id}'`);
  const card = await approved();
  let resume: () => void = () => undefined;
  let came: Promise<string> = Promise.resolve('');
  await new Promise<void>((reached) => {
    rig.outside.after = () => {
      reached();
      return new Promise((go) => {
        resume = go;
      });
    };
    came = rig.step(card.id, { worker, jobId: 'its job' });
  });
  rig.outside.after = async () => undefined;
  return { card, worker, resume: () => resume(), came };
};

test('[once][outcome] while a worker that lost its job may still be at it, nobody can say that it did not happen', async () => {
  const { card, worker, resume, came } = await hanging(true);
  // The queue gave the job to another: that one does not start what may not be done twice.
  expect(await rig.step(card.id, { jobId: 'its job' })).toBe('unknown');
  expect(await settled(card.id, 'failed')).toMatchObject({ ok: false, error: { code: 'worker_alive', state: 'unknown' } });
  expect(await rig.stateOf(card.id)).toBe('unknown');
  await rig.sql(`update wilco.workers set stopped_at = now() where id = '${worker.id}'`);
  expect(await settled(card.id, 'failed')).toMatchObject({ ok: true });
  const rows = await rowsNow();
  resume();
  expect(await came).toBe('fenced');
  expect(await rowsNow()).toEqual(rows);
});

test.each([
  ['has said how it ended', "update wilco.runs set finished_at = now() where proposal_id = 'ID'"],
  ['has been silent', "update wilco.workers set heartbeat_at = now() - interval '11 seconds' where host = 'hangs'"],
  [
    'began longer ago than a run may take',
    "update wilco.effects set dispatched_at = now() - interval '3 minutes' where proposal_id = 'ID'",
  ],
])('[outcome] once the worker %s, a person may say that it did not happen', async (_, change) => {
  const { card, resume, came } = await hanging(true);
  await rig.step(card.id, { jobId: 'its job' });
  await rig.sql(change.replace('ID', card.id));
  expect(await settled(card.id, 'failed')).toMatchObject({ ok: true });
  resume();
  await came;
});

test('[once] a second wake-up for an action that a living worker is on starts nothing', async () => {
  const { card, resume, came } = await hanging(true);
  expect(await rig.step(card.id)).toBe('owned');
  resume();
  expect(await came).toBe('settled');
  expect(await effectsOf(card.id)).toMatchObject([{ state: 'executed' }]);
});

test.each(['note_unsafe', 'note_keyed', 'note_own'])(
  '[fenced] a worker of %s whose lease has run out changes no row and calls nobody, and another finishes it',
  async (tool) => {
    const { id } = await approved(unique(), tool);
    let holds = true;
    let called = 0;
    let rows: unknown;
    rig.outside.before = async () => {
      // Frozen here for longer than its lease, so that another takes over and is done before it goes on.
      rig.outside.before = async () => undefined;
      holds = false;
      expect(await rig.step(id, { jobId: 'same' })).toBe('settled');
      called = rig.outside.calls.length;
      rows = await rowsNow();
    };
    expect(await rig.step(id, { jobId: 'same', worker: { id: randomUUID(), leaseHolds: () => holds } })).toBe('fenced');
    expect(await rowsNow()).toEqual(rows);
    expect(rig.outside.calls.length).toBe(called);
    expect(await rig.stateOf(id)).toBe('executed');
  },
);

test.each(['note_unsafe', 'note_keyed'])(
  '[fenced][lasting] a worker of %s that cannot be sure of its lease calls nobody, though nobody took over, and it can be done',
  async (tool) => {
    const { id } = await approved(unique(), tool);
    const called = rig.outside.calls.length;
    const worker = { id: randomUUID(), leaseHolds: () => false };
    expect(await rig.step(id, { worker, jobId: 'same' })).toBe('fenced');
    expect([rig.outside.calls.length, await rig.stateOf(id)]).toEqual([called, 'executing']);
    // Not even the word that a first byte was about to leave: what follows may still be done.
    expect(await rig.sql(`select dispatched_at from wilco.effects where proposal_id = '${id}'`)).toEqual([{ dispatched_at: null }]);
    expect(await rig.step(id, { jobId: 'same' })).toBe('settled');
    expect([rig.outside.calls.length, await rig.stateOf(id)]).toEqual([called + 1, 'executed']);
  },
);

test.each(['note_unsafe', 'note_keyed', 'note_own'])(
  '[fenced][once] a worker of %s that trusts its lease wrongly is held by the fence, while the one that took over is still at it',
  async (tool) => {
    const { id } = await approved(unique(), tool);
    const gates: (() => void)[] = [];
    rig.outside.before = () => new Promise((go) => gates.push(go));
    const reached = async (count: number) => {
      await eventually(() => gates.length >= count);
      expect(gates.length).toBe(count);
    };
    const first = rig.step(id, { jobId: 'same', worker: aWorker() });
    await reached(1);
    const second = rig.step(id, { jobId: 'same', worker: aWorker() });
    await reached(2);
    const called = rig.outside.calls.length;
    const rows = await rowsNow();
    gates[0]?.();
    expect(await first).toBe('fenced');
    expect([rig.outside.calls.length, await rowsNow()]).toEqual([called, rows]);
    gates[1]?.();
    expect(await second).toBe('settled');
    expect(await rig.stateOf(id)).toBe('executed');
  },
);

test("[fenced] the late result of a worker that was replaced is nobody's: the one that took over has the word", async () => {
  const { card, resume, came } = await hanging(false);
  await rig.step(card.id);
  expect(await rig.stateOf(card.id)).toBe('unknown');
  const rows = await rowsNow();
  resume();
  expect(await came).toBe('fenced');
  expect(await rowsNow()).toEqual(rows);
});

const answers: [string, (ctx: ToolContext) => Promise<unknown>, string][] = [
  ['throws before its first byte', async () => Promise.reject(new Error('boom')), 'failed'],
  ['throws after its first byte', (ctx) => ctx.beforeDispatch().then(() => Promise.reject(new Error('boom'))), 'unknown'],
  ['throws what is no error', (ctx) => ctx.beforeDispatch().then(() => Promise.reject('boom')), 'unknown'],
  ['answers what is no answer', (ctx) => ctx.beforeDispatch().then(() => ({ done: true })), 'unknown'],
  ['answers nothing at all', (ctx) => ctx.beforeDispatch(), 'unknown'],
  ['answers well without having said that it sends', async () => ok({ summary: 'done' }), 'unknown'],
  [
    'answers with what cannot be stored',
    (ctx) => ctx.beforeDispatch().then(() => ok({ summary: 'a\0b\ud800', data: { 'k\0': '\udc00\0\\u0000', n: [1] } })),
    'executed',
  ],
  ['answers with what is no JSON', (ctx) => ctx.beforeDispatch().then(() => ok({ summary: 'done', data: { n: 1n } })), 'executed'],
  ['refuses with what cannot be stored', async () => err({ code: 'no\0', message: '\0\ud800', notDispatched: true }), 'failed'],
  [
    'says in between what cannot be stored',
    (ctx) =>
      ctx
        .beforeDispatch()
        .then(() => ctx.progress('\0\ud800'))
        .then(() => ok({ summary: 'done' })),
    'executed',
  ],
];
test.each(answers)('[outcome] a tool that %s is settled all the same', async (_, act, state) => {
  does = act;
  const { id } = await approved();
  expect(await rig.step(id)).toBe('settled');
  expect(await rig.stateOf(id)).toBe(state);
});

test('[once][lasting] what honours a key is done anew with the same key, and never after the key may be forgotten', async () => {
  const dies = async () => {
    const { id } = await approved(unique(), 'note_keyed');
    await new Promise<void>((reached) => {
      rig.outside.after = () => {
        reached();
        return new Promise(() => undefined);
      };
      void rig.step(id, { worker: aWorker() });
    });
    rig.outside.after = async () => undefined;
    return id;
  };
  const [young, old] = [await dies(), await dies()];
  await rig.sql(`update wilco.effects set started_at = now() - interval '25 hours' where proposal_id = '${old}'`);
  expect([await rig.step(young), await rig.step(old)]).toEqual(['settled', 'unknown']);
  const keys = (id: string) => rig.outside.calls.filter(({ key }) => key.startsWith(id)).map(({ key }) => key);
  expect([keys(young), keys(old)]).toEqual([[`${young}:1`, `${young}:1`], [`${old}:1`]]);
});

test('[outcome] what a tool of our own did is undone with it when it throws, refuses or is stopped', async () => {
  const insert = (ctx: ToolContext) => ctx.tx.execute(`insert into notes (key, text) values ('${ctx.proposalId}', 'undone')`);
  const kill = new AbortController();
  const ends: [(ctx: ToolContext) => Promise<unknown>, AbortSignal][] = [
    [(ctx) => insert(ctx).then(() => Promise.reject(new Error('boom'))), new AbortController().signal],
    [(ctx) => insert(ctx).then(() => err({ code: 'no', message: 'No.', notDispatched: false })), new AbortController().signal],
    [(ctx) => insert(ctx).then(() => ctx.tx.execute('select 1 / 0')), new AbortController().signal],
    [
      (ctx) =>
        insert(ctx)
          .then(() => kill.abort(new Error('killed')))
          .then(() => ok({ summary: 'done' })),
      kill.signal,
    ],
  ];
  for (const [act, signal] of ends) {
    does = act;
    const { id } = await approved(unique(), 'note_own');
    expect(await rig.step(id, { signal })).toBe('settled');
    expect(await rig.stateOf(id)).toBe('failed');
  }
  expect(await rig.sql(`select 1 from notes where text = 'undone'`)).toEqual([]);
});

test('[outcome] a tool that does not listen cannot hold a worker: at the time limit it is given up', async () => {
  const limit = new AbortController();
  does = async (ctx) => {
    await ctx.beforeDispatch();
    limit.abort(new DOMException('late', 'TimeoutError'));
    return new Promise(() => undefined);
  };
  const { id } = await approved();
  expect(await rig.step(id, { signal: limit.signal })).toBe('settled');
  expect(await rig.sql(`select state, result ->> 'code' as code from wilco.proposals where id = '${id}'`)).toEqual([
    { state: 'unknown', code: 'timed_out' },
  ]);
});

test.each(['note_unsafe', 'note_own'])(
  '[outcome] %s that was stopped before it could begin is settled, and what it says afterwards harms nobody',
  async (tool) => {
    const stopped = AbortSignal.abort(new Error('killed'));
    let over: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      over = resolve;
    });
    does = async (ctx) => {
      await new Promise((go) => setTimeout(go, 5));
      // Unheard, this would end the process.
      setTimeout(over, 20);
      await ctx.beforeDispatch();
    };
    const { id } = await approved(unique(), tool);
    expect(await rig.step(id, { signal: stopped })).toBe('settled');
    await late;
    expect(await rig.stateOf(id)).toBe('failed');
  },
);
