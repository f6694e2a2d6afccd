import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { openQueue } from '../../src/queue/boss.ts';
import { createRig, effectsWithoutDecision, type Rig, unique } from '../dispatch/rig.ts';
import type { Ending } from '../dispatch/worker-process.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';
import { SOAK } from '../soak.ts';

const TOOLS = ['note_unsafe', 'note_keyed', 'note_own'] as const;
type ToolName = (typeof TOOLS)[number];

/** How a tool's action is to end, and how often the other side is to have heard of it (or our own table to hold it). */
type End = { state: 'executed' | 'unknown'; reached: number };
const fresh: End = { state: 'executed', reached: 1 };
const asked = (reached: number): End => ({ state: 'unknown', reached });
const again: End = { state: 'executed', reached: 2 };

/** Each point at which a worker is killed, in the order in which it comes to them. What is not said ends as if nothing had happened. */
const POINTS: Record<string, Partial<Record<ToolName, End>>> = {
  'fetch.after': {},
  'begin.before': {},
  'begin.before_commit': {},
  'begin.after_commit': {},
  'tool.before': {},
  'tool.announced': { note_unsafe: asked(0) },
  'tool.after_effect': { note_unsafe: asked(1), note_keyed: again },
  'settle.before': { note_unsafe: asked(1), note_keyed: again },
  'complete.before': { note_unsafe: asked(1), note_keyed: again },
  'complete.after': { note_unsafe: asked(1), note_keyed: again },
  'settle.before_commit': { note_unsafe: asked(1), note_keyed: again },
  'settle.after_commit': {},
  // The last: its jobs are left where the next to look would find them.
  'fetch.before': {},
};
/** Where a worker is frozen for longer than its jobs are kept for it, and then goes on. */
const FROZEN: Record<string, Partial<Record<ToolName, End>>> = {
  'tool.before': {},
  'settle.before': { note_unsafe: asked(1), note_keyed: again },
};
/** A tool of our own announces nothing, so it does not come to that point; and one fetch is one, whatever it brings. */
const jobsAt = (point: string): number => (point === 'tool.announced' ? 2 : point === 'fetch.before' ? 1 : 3);

let rig: Rig;
const children: ChildProcess[] = [];
beforeAll(async () => {
  rig = await createRig({ max: 20, supervise: false });
  await rig.sql('create table outside_calls (id bigint generated always as identity, pid int, key text)');
  rig.outside.after = async (ctx) => {
    if (ctx.tx === rig.database.db) await rig.sql(`insert into outside_calls (pid, key) values (${process.pid}, '${ctx.idempotencyKey}')`);
  };
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rig.stop();
});

type Message = { ready?: boolean; claimed?: number; ended?: string };
/** A worker of its own, ready to take what comes first when it is told to. */
const startChild = async (ending: Ending) => {
  const file = fileURLToPath(new URL('../dispatch/worker-process.ts', import.meta.url));
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, file, JSON.stringify(ending)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  const heard: Message[] = [];
  child.on('message', (message: Message) => heard.push(message));
  const gone = once(child, 'exit');
  const hears = async (what: (message: Message) => boolean, times = 1) => {
    for (const late = performance.now() + PATIENCE_MS; performance.now() < late; ) {
      if (heard.filter(what).length >= times) return;
      if (child.exitCode !== null) throw new Error(`the worker for ${ending.point} ended by itself`);
      await sleep(10);
    }
    throw new Error(`the worker for ${ending.point} said only ${JSON.stringify(heard)}`);
  };
  await hears(({ ready }) => ready === true);
  return { child, gone, hears };
};
type Child = Awaited<ReturnType<typeof startChild>>;

type Case = { point: string; tool: ToolName; id: string; end: End };
const approvedFor = async (point: string, ends: Partial<Record<ToolName, End>>, to = rig): Promise<Case[]> => {
  const cases: Case[] = [];
  for (const tool of TOOLS) {
    const card = await to.proposed(to.owner, { text: unique() }, tool);
    expect(await to.approve(to.owner, card)).toMatchObject({ ok: true });
    cases.push({ point, tool, id: card.id, end: ends[tool] ?? fresh });
  }
  return cases;
};

const stoppedNow = async (child: Child): Promise<void> => {
  for (const late = performance.now() + PATIENCE_MS; performance.now() < late; ) {
    const { stdout } = spawn('ps', ['-o', 'stat=', '-p', String(child.child.pid)]);
    const [state] = (await once(stdout, 'data')) as [Buffer];
    if (state.toString().startsWith('T')) return;
    await sleep(20);
  }
  throw new Error('it does not freeze');
};

/** What became of one case, in the words of `End` and a few more. */
const outcomeOf = async ({ point, tool, id }: Case) => {
  const one = async <Row>(text: string) => (await rig.sql<Row>(text))[0];
  const keys = await rig.sql<{ key: string }>(
    tool === 'note_own' ? `select key from notes where key like '${id}%'` : `select key from outside_calls where key like '${id}%'`,
  );
  const effects = await rig.sql<{ state: string; attempt: number }>(`select state, attempt from wilco.effects where proposal_id = '${id}'`);
  const ended = await one<{ n: number }>(
    `select count(*)::int as n from wilco.events where proposal_id = '${id}' and kind in ('proposal.executed', 'proposal.unknown', 'proposal.failed')`,
  );
  return {
    point,
    tool,
    state: await rig.stateOf(id),
    reached: keys.length,
    keys: new Set(keys.map(({ key }) => key)).size,
    effects,
    ended: ended?.n,
  };
};

const rowsNow = async () =>
  Promise.all(
    ['wilco.proposals', 'wilco.effects', 'wilco.runs', 'wilco.events', 'wilco.messages', 'wilco.decisions', 'notes', 'outside_calls'].map(
      (table) => rig.sql(`select md5(string_agg(t::text, ',' order by t::text)) as rows from ${table} t`),
    ),
  );

type Planned = { point: string; ends: Partial<Record<ToolName, End>>; signal: 'SIGKILL' | 'SIGSTOP' };
const PLAN: Planned[] = [
  ...Object.entries(FROZEN).map(([point, ends]) => ({ point, ends, signal: 'SIGSTOP' as const })),
  ...Object.entries(POINTS).map(([point, ends]) => ({ point, ends, signal: 'SIGKILL' as const })),
];

/** Lets each worker have three jobs, one of each tool, until it ends or freezes at its point. Answers the cases and who is frozen. */
const endAll = async (): Promise<{ cases: Case[]; zombies: Child[] }> => {
  const ready = await Promise.all(PLAN.map(({ point, signal }) => startChild({ url: rig.url, point, jobs: jobsAt(point), signal })));
  const cases: Case[] = [];
  for (const [at, child] of ready.entries()) {
    const { point, ends, signal } = PLAN[at] as Planned;
    cases.push(...(await approvedFor(point, ends)));
    child.child.send('go');
    await (signal === 'SIGKILL' ? child.gone : stoppedNow(child));
  }
  return { cases, zombies: ready.filter((_, at) => PLAN[at]?.signal === 'SIGSTOP') };
};

const allEnded = async (cases: Case[]): Promise<void> => {
  const ids = `'${cases.map(({ id }) => id).join("','")}'`;
  const open = () => rig.sql(`select 1 from wilco.proposals where id in (${ids}) and state in ('approved', 'executing')`);
  await eventually(async () => (await open()).length === 0);
};

const expected = ({ point, tool, end }: Case) => {
  const keys = end.reached === 0 ? 0 : 1;
  return { point, tool, ...end, keys, effects: [{ state: end.state, attempt: 1 }], ended: 1 };
};

test.concurrent('[lasting][once][outcome][fenced] a worker that is killed or frozen anywhere on its way loses nothing and doubles nothing', {
  timeout: 300_000 * SOAK,
}, async () => {
  for (let round = 0; round < SOAK; round += 1) {
    const { cases, zombies } = await endAll();
    // Until here nobody was given what the dead had.
    const watched = await openQueue({ url: rig.url, log: rig.heart.log, supervise: true });
    const { pump, worker } = await rig.work(20);
    await allEnded(cases);
    expect(await Promise.all(cases.map(outcomeOf))).toEqual(cases.map(expected));
    const rows = await rowsNow();
    for (const { child } of zombies) child.kill('SIGCONT');
    // Each of their jobs ends as nobody's.
    for (const zombie of zombies) await zombie.hears(({ ended }) => ended === 'lost' || ended === 'thrown', 3);
    await sleep(200);
    expect(await rowsNow()).toEqual(rows);
    expect(await effectsWithoutDecision(rig)).toBe(0);
    for (const { child } of zombies) child.kill('SIGKILL');
    await pump.stop(5000);
    await worker.stop();
    await watched.stop();
  }
});

test.concurrent('[stop] a worker that froze while it held a lock does not hold up a kill for good', async () => {
  const own = await createRig();
  await own.sql('create table outside_calls (id bigint generated always as identity, pid int, key text)');
  const child = await startChild({ url: own.url, point: 'begin.before_commit', jobs: 3, signal: 'SIGSTOP' });
  const cases = await approvedFor('begin.before_commit', {}, own);
  child.child.send('go');
  await stoppedNow(child);
  expect(await throwSwitch(own.heart, own.owner, { verb: 'kill', reason: null })).toMatchObject({ ok: true, value: { voided: 3 } });
  child.child.kill('SIGCONT');
  await sleep(1500);
  expect(await Promise.all(cases.map(({ id }) => own.stateOf(id)))).toEqual(['void', 'void', 'void']);
  expect(await own.sql('select 1 from wilco.effects')).toEqual([]);
  expect(await own.sql('select 1 from outside_calls')).toEqual([]);
  child.child.kill('SIGKILL');
  await own.stop();
});
