import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { defineAgent } from '../../src/agents/agent.ts';
import type { LoopDeps } from '../../src/agents/loop/deps.ts';
import { stepRun } from '../../src/agents/loop/step.ts';
import { createMeter } from '../../src/agents/meter.ts';
import type { Converser, Said } from '../../src/agents/model/converse.ts';
import { NO_USAGE } from '../../src/agents/model/port.ts';
import { createRoster } from '../../src/agents/roster.ts';
import { claimRuns } from '../../src/db/agent-run-claims.ts';
import { createRun } from '../../src/db/agent-runs.ts';
import { channelThread } from '../../src/db/thread-id.ts';
import { enterWorker } from '../../src/db/workers.ts';
import { startAgentRunner } from '../../src/queue/agent-runner.ts';
import { ok } from '../../src/result.ts';
import { defineRead } from '../../src/tools/read.ts';
import { type Context, type Figures, medians, quantile, type Report, type Row, round } from '../harness.ts';
import { noteTools, openHeart } from '../ours.ts';
import { silent } from '../server.ts';

const PARKED = 1000;
const RUNS = 150;
const GOALS = { stepMs: 10, parkedMb: 1 };
const WORKER = '00000000-0000-4000-8000-000000000001';

const agent = defineAgent({ key: 'bench', name: 'Bench', summary: 'Measures', prompt: 'Measure.', starts: 'active' });
const look = defineRead({ name: 'look', summary: 'Looks', input: z.strictObject({ at: z.string() }), run: async () => ok('There it is.') });
const call = (name: string, input: Record<string, unknown>): Said['calls'][number] => ({ name, input });

/** Answers at once: what is measured is everything but the model. */
const converser = (answer: (turns: number) => Partial<Said>): Converser => ({
  provider: 'bench',
  model: 'bench',
  converse: async ({ turns }) => ok({ text: '', calls: [], cut: false, usage: NO_USAGE, ...answer(turns.length) }),
});

type Open = Awaited<ReturnType<typeof openHeart>>;

const LIMITS = { perMinute: 1e9, perDay: 1e9, tokensPerDay: 1e12, prices: {} };
const depsOf = ({ heart }: Open, answer: (turns: number) => Partial<Said>): LoopDeps => ({
  ...{
    heart,
    roster: createRoster(heart.database.db, [agent]),
    tools: [...heart.tools.values()],
    reads: [look],
    converser: converser(answer),
  },
  ...{ meter: createMeter(heart.database, LIMITS), prices: {}, timeoutMs: 30_000, log: silent },
});

const begin = ({ heart, ownerId }: Open, goal: string): Promise<string> =>
  heart.database.transaction((tx) =>
    createRun(tx, {
      ...{ projectId: 'default', agentKey: agent.key, trigger: 'task', goal, threadId: channelThread('general') },
      by: { personId: ownerId, name: 'Owner', role: 'owner' },
    }),
  );

/** One run after the other, step by step: how long each whole step (the model is asked, and what it called is carried out) takes. */
const measureSteps = async (open: Open, runs: number): Promise<Figures> => {
  const deps = depsOf(open, (turns) =>
    turns < 8 ? { calls: [call('look', { at: String(turns) })] } : { calls: [call('done', { words: 'Done.' })] },
  );
  const { signal } = new AbortController();
  const took: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    await begin(open, `run ${i}`);
    const agents = [{ projectId: 'default', agentKey: agent.key, most: 10 }];
    const [claim] = await claimRuns(open.heart.database, { workerId: WORKER, free: 1, agents });
    if (!claim) throw new Error('the run was not claimed');
    for (;;) {
      const at = performance.now();
      await stepRun(deps, claim, signal);
      const carried = await stepRun(deps, claim, signal);
      took.push(performance.now() - at);
      if (carried !== 'again') break;
    }
  }
  return { 'step p50': quantile(took, 0.5), 'step p95': quantile(took, 0.95) };
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void; // there since the line above

const heapMb = async (): Promise<number> => {
  for (let i = 0; i < 5; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
  }
  return process.memoryUsage().heapUsed / 1e6;
};

const countOf = async ({ heart }: Open, state: string): Promise<number> => {
  const { rows } = await heart.database.pool.query<{ n: number }>('select count(*)::int as n from wilco.agent_runs where state = $1', [
    state,
  ]);
  return rows[0]?.n ?? 0;
};

/** Parks so many more runs with a card each, in a process that works on them; answers what its heap has grown by when all wait. */
const measureParked = async (open: Open, count: number): Promise<Figures> => {
  const deps = depsOf(open, () => ({ text: 'I write it.', calls: [call('keyed', { text: `note ${Math.random()}` })] }));
  const runner = startAgentRunner({ ...deps, signals: open.heart.signals, workerId: WORKER, slots: 8 });
  const park = async (more: number) => {
    const until = (await countOf(open, 'parked')) + more;
    for (let i = 0; i < more; i += 1) await begin(open, `parked ${i}`);
    while ((await countOf(open, 'parked')) < until) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  // What a first hundred leaves behind is the program warming up.
  await park(100);
  const before = await heapMb();
  await park(count);
  const grown = (await heapMb()) - before;
  await runner.stop(2000);
  return { 'heap MB': grown };
};

const run = async ({ serverUrl, quick }: Context): Promise<Report> => {
  const open = await openHeart(serverUrl, 'bench_agents', noteTools(new Map(), 0));
  await enterWorker(open.heart.database.db, { id: WORKER, host: 'bench', pid: process.pid, roles: 'bench' });
  await open.heart.database.pool.query(`update wilco.workers set heartbeat_at = now() + interval '1 day'`);
  await measureSteps(open, 10);
  const repetitions: Figures[] = [];
  for (let i = 0; i < (quick ? 3 : 7); i += 1) repetitions.push(await measureSteps(open, quick ? 30 : RUNS));
  const parked = await measureParked(open, PARKED);
  await open.close();
  const m = medians(repetitions);
  const [step, grown] = [m['step p50'] ?? Number.NaN, parked['heap MB'] ?? Number.NaN];
  return {
    unit: 'ms',
    repetitions: [...repetitions, parked],
    verdicts: [
      {
        what: 'one step of an agent but for the model, p50',
        value: `${round(step)} ms`,
        beside: `p95: ${round(m['step p95'] ?? Number.NaN)} ms`,
        ratio: null,
        goal: `≤ ${GOALS.stepMs} ms`,
        met: step <= GOALS.stepMs,
      },
      {
        what: `${PARKED.toLocaleString('en')} more runs that wait for people, growth of the heap`,
        value: `${round(grown)} MB`,
        beside: '',
        ratio: null,
        goal: `≤ ${GOALS.parkedMb} MB`,
        met: grown <= GOALS.parkedMb,
      },
    ],
    notes: [
      'A step is the model asked (one that answers at once), its answer stored, a read carried out and its result stored: two durable transactions beside what is looked up.',
      'The heap is what is in use after collections, in a process that has parked a hundred before.',
    ],
  };
};

export const agents: Row = { name: 'agents', title: 'Agents at work', run };
