import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProposalState } from '../../src/db/states.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { retry, settle, withdraw } from '../../src/dispatch/after.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { err, ok } from '../../src/result.ts';
import type { Tool, ToolContext } from '../../src/tools/tool.ts';
import { SOAK } from '../soak.ts';
import { aWorker, createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

/** What becomes of the next attempt. */
type Fate = 'fine' | 'refused' | 'lost' | 'dies before' | 'dies after';
let fate: Fate = 'fine';
let dead: () => void = () => undefined;
const calls: string[] = [];

const outside = async (ctx: ToolContext) => {
  const never = () => {
    dead();
    return new Promise<never>(() => undefined);
  };
  if (fate === 'dies before') return never();
  if (fate === 'refused') return err({ code: 'refused', message: 'No.', notDispatched: true });
  await ctx.beforeDispatch();
  calls.push(ctx.idempotencyKey);
  if (fate === 'dies after') return never();
  return fate === 'lost' ? err({ code: 'lost', message: 'Lost.', notDispatched: false }) : ok({ summary: 'Done.' });
};

const inside = async (ctx: ToolContext) => {
  await ctx.tx.execute(`insert into notes (key, text) values ('${ctx.proposalId}', '')`);
  // As when the connection breaks: whoever holds it cannot tell what became of it.
  if (fate.startsWith('dies')) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
  return fate === 'fine' ? ok({ summary: 'Done.' }) : err({ code: fate, message: 'No.', notDispatched: fate === 'refused' });
};

let rig: Rig;
let people: Record<Who, Actor>;
const WHO = ['asks', 'views', 'one', 'two', 'three'] as const;
type Who = (typeof WHO)[number];
beforeAll(async () => {
  rig = await createRig({
    solo: false,
    wrap: (tool): Tool => ({ ...tool, execute: (_, ctx) => (tool.replay === 'transactional' ? inside(ctx) : outside(ctx)) }),
  });
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } });
  const roles = { asks: 'operator', views: 'viewer', one: 'approver', two: 'approver', three: 'approver' } as const;
  people = Object.fromEntries(await Promise.all(WHO.map(async (who) => [who, await rig.person(who, roles[who])]))) as Record<Who, Actor>;
});
afterAll(() => rig.stop());

/** A proposal's life as the design tells it, in as few words as it takes. */
type Model = {
  tool: 'note_unsafe' | 'note_keyed' | 'note_own';
  state: ProposalState;
  revision: number;
  votes: Set<Who>;
  editors: Set<Who>;
  killed: boolean;
  paused: boolean;
  attempt: number;
  /** Of an attempt whose worker died: whether its first byte had left, and whether a kill came since. */
  sent: boolean;
  doomed: boolean;
  calls: number;
  notes: number;
};
type Real = { id: string };

const isApprover = (who: Who) => ['one', 'two', 'three'].includes(who);
const mayApprove = (model: Model, who: Who) => isApprover(who) && !model.editors.has(who);

const COMES_TO: Record<Fate, { inside: ProposalState; outside: ProposalState; calls: number; sent: boolean }> = {
  fine: { inside: 'executed', outside: 'executed', calls: 1, sent: false },
  refused: { inside: 'failed', outside: 'failed', calls: 0, sent: false },
  lost: { inside: 'failed', outside: 'unknown', calls: 1, sent: false },
  'dies before': { inside: 'executing', outside: 'executing', calls: 0, sent: false },
  'dies after': { inside: 'executing', outside: 'executing', calls: 1, sent: true },
};

/** What one attempt comes to, the first time or done anew. */
const live = (model: Model): void => {
  const end = COMES_TO[fate];
  if (model.tool === 'note_own') {
    model.state = end.inside;
    model.notes += end.inside === 'executed' ? 1 : 0;
    return;
  }
  model.state = end.outside;
  model.calls += end.calls;
  model.sent ||= end.sent;
};

/** What was begun by a worker that died, found by another. */
const find = (model: Model): void => {
  if (model.doomed) model.state = model.sent ? 'unknown' : 'failed';
  else if (model.paused) return;
  else if (model.sent && model.tool === 'note_unsafe') model.state = 'unknown';
  else live(model);
};

const start = (model: Model): void => {
  model.sent = false;
  model.doomed = false;
  live(model);
};

const wake = (model: Model): void => {
  if (model.state === 'executing') find(model);
  else if (model.state === 'approved' && !model.paused) start(model);
};

/** One command: what the model makes of it, and how it is really given. */
type Step = { name: string; apply(model: Model): void; give(real: Real, before: Model): Promise<unknown> };

const currentOf = async ({ id }: Real) => {
  const [row] = await rig.sql<{ revision: number; digest: string }>(
    `select r.revision, r.digest from wilco.revisions r where proposal_id = '${id}' order by revision desc limit 1`,
  );
  return { id, revision: row?.revision ?? 0, digest: row?.digest ?? '' };
};

const approve = (who: Who, stale: boolean): Step => ({
  name: `${who} approves${stale ? ' what stood before' : ''}`,
  apply(model) {
    const closed = model.killed || model.state !== 'proposed' || (stale && model.revision > 1);
    if (closed || !mayApprove(model, who) || model.votes.has(who)) return;
    model.votes.add(who);
    if (model.votes.size < 2) return;
    model.state = 'approved';
    model.attempt = 1;
  },
  async give(real) {
    const card = await currentOf(real);
    return rig.approve(people[who], stale && card.revision > 1 ? { ...card, revision: card.revision - 1 } : card);
  },
});

const reject = (who: Who): Step => ({
  name: `${who} rejects`,
  apply(model) {
    if (!model.killed && model.state === 'proposed' && isApprover(who)) model.state = 'rejected';
  },
  async give(real) {
    const { revision } = await currentOf(real);
    return decide(rig.heart, people[who], { verb: 'reject', proposalId: real.id, revision, reason: 'no' });
  },
});

const edit = (who: Who): Step => ({
  name: `${who} edits`,
  apply(model) {
    if (model.killed || model.state !== 'proposed' || who === 'views') return;
    model.revision += 1;
    model.votes.clear();
    model.editors.add(who);
  },
  async give(real) {
    const { revision } = await currentOf(real);
    return revise(rig.heart, people[who], { proposalId: real.id, revision, input: { text: unique() } });
  },
});

const takeBack = (who: Who): Step => ({
  name: `${who} withdraws`,
  apply(model) {
    if (!model.killed && who === 'asks' && ['proposed', 'approved'].includes(model.state)) model.state = 'withdrawn';
  },
  give: ({ id }) => withdraw(rig.heart, people[who], id),
});

const tryAgain = (who: Who): Step => ({
  name: `${who} retries`,
  apply(model) {
    if (model.killed || model.state !== 'failed' || !mayApprove(model, who)) return;
    model.state = 'approved';
    model.attempt += 1;
  },
  give: ({ id }) => retry(rig.heart, people[who], id),
});

const say = (who: Who, outcome: 'executed' | 'failed'): Step => ({
  name: `${who} says that it ${outcome}`,
  apply(model) {
    if (!model.killed && model.state === 'unknown' && isApprover(who)) model.state = outcome;
  },
  give: ({ id }) => settle(rig.heart, people[who], { proposalId: id, outcome }),
});

const turn = (verb: 'kill' | 'unkill' | 'pause' | 'resume'): Step => ({
  name: verb,
  apply(model) {
    if (verb === 'pause' || verb === 'resume') model.paused = verb === 'pause';
    else model.killed = verb === 'kill';
    if (verb !== 'kill') return;
    if (model.state === 'approved') model.state = 'void';
    model.doomed = true;
  },
  give: () => throwSwitch(rig.heart, rig.owner, { verb, reason: null }),
});

const work = (next: Fate): Step => ({
  name: `a worker comes; ${next}`,
  apply(model) {
    fate = next;
    wake(model);
  },
  async give({ id }) {
    fate = next;
    const died = new Promise<void>((resolve) => {
      dead = resolve;
    });
    await Promise.race([died, rig.step(id, { worker: aWorker() }).catch(() => undefined)]);
  },
});

class Command implements fc.AsyncCommand<Model, Real> {
  readonly step: Step;
  constructor(step: Step) {
    this.step = step;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const before = { ...model };
    this.step.apply(model);
    await this.step.give(real, before);
    const [now] = await rig.sql<Record<string, unknown>>(`
      select state, revision, attempt, (select count(*)::int from wilco.votes v where v.proposal_id = p.id and v.revision = p.revision) as votes,
        (select count(*)::int from notes where key = p.id::text) as notes,
        (select count(*)::int from wilco.effects e where e.proposal_id = p.id) as effects
      from wilco.proposals p where id = '${real.id}'`);
    const { state, revision, attempt, votes, notes } = model;
    expect({ ...now, calls: calls.filter((key) => key.startsWith(real.id)).length }).toMatchObject({
      state,
      revision,
      attempt,
      votes: votes.size,
      notes,
      calls: model.calls,
    });
    expect(Number(now?.effects)).toBeLessThanOrEqual(attempt);
  }
  toString = () => this.step.name;
}

const who = fc.constantFrom(...WHO);
const approver = fc.constantFrom('one' as const, 'two' as const, 'three' as const);
const anyFate = fc.constantFrom<Fate>('fine', 'refused', 'lost', 'dies before', 'dies after');
const command = fc
  .oneof(
    { weight: 8, arbitrary: fc.tuple(approver, fc.constant(false)).map((args) => approve(...args)) },
    { weight: 2, arbitrary: fc.tuple(who, fc.boolean()).map((args) => approve(...args)) },
    { weight: 1, arbitrary: who.map(reject) },
    { weight: 2, arbitrary: who.map(edit) },
    { weight: 1, arbitrary: who.map(takeBack) },
    { weight: 4, arbitrary: who.map(tryAgain) },
    {
      weight: 4,
      arbitrary: fc.tuple(who, fc.constantFrom('executed' as const, 'failed' as const, 'failed' as const)).map((args) => say(...args)),
    },
    {
      weight: 4,
      arbitrary: fc
        .constantFrom('kill' as const, 'unkill' as const, 'unkill' as const, 'pause' as const, 'resume' as const, 'resume' as const)
        .map(turn),
    },
    { weight: 12, arbitrary: anyFate.map(work) },
  )
  .map((step) => new Command(step));

test('[moves][once][stop][quorum][outcome] whatever people, switches and dying workers do in whatever order, a proposal lives as the design tells', {
  timeout: 180_000 * SOAK,
}, async () => {
  const ends = new Map<string, number>();
  const tools = fc.constantFrom('note_unsafe' as const, 'note_keyed' as const, 'note_own' as const);
  const live = async (commands: Iterable<fc.AsyncCommand<Model, Real>>, tool: Model['tool']) => {
    fate = 'fine';
    const { id } = await rig.proposed(people.asks, { text: unique() }, tool);
    const model: Model = {
      tool,
      state: 'proposed',
      revision: 1,
      votes: new Set(),
      editors: new Set(),
      killed: false,
      paused: false,
      attempt: 0,
      sent: false,
      doomed: false,
      calls: 0,
      notes: 0,
    };
    try {
      await fc.asyncModelRun(() => ({ model, real: { id } }), commands);
    } finally {
      for (const verb of ['unkill', 'resume'] as const) await throwSwitch(rig.heart, rig.owner, { verb, reason: null });
    }
    expect(await effectsWithoutDecision(rig)).toBe(0);
    if (tool === 'note_unsafe') expect(new Set(calls).size).toBe(calls.length);
    ends.set(model.state, (ends.get(model.state) ?? 0) + 1);
    calls.length = 0;
  };
  await fc.assert(fc.asyncProperty(fc.commands([command], { size: '+1', maxCommands: 40 }), tools, live), {
    numRuns: 150 * SOAK,
    interruptAfterTimeLimit: 8_000 * SOAK,
    markInterruptAsFailure: false,
  });
  // It proves something only if the lives ended in different ways.
  expect(ends.size).toBeGreaterThan(5);
});
