import { type Agent, defineAgent } from '../../../src/agents/agent.ts';
import type { LoopDeps } from '../../../src/agents/loop/deps.ts';
import type { Meter } from '../../../src/agents/meter.ts';
import { createRoster, type Roster } from '../../../src/agents/roster.ts';
import type { AgentRun } from '../../../src/db/agent-run-store.ts';
import { createRun, type NewRun } from '../../../src/db/agent-runs.ts';
import type { Actor } from '../../../src/dispatch/actor.ts';
import { type AgentRunner, startAgentRunner } from '../../../src/queue/agent-runner.ts';
import type { Read } from '../../../src/tools/read.ts';
import type { Tool } from '../../../src/tools/tool.ts';
import { createRig, type Rig, THREAD } from '../../dispatch/rig.ts';
import { PATIENCE_MS } from '../../eventually.ts';
import { type FakeConverser, fakeConverser } from '../../fakes/model/converser.ts';
import { openMeter } from '../../fakes/model/rig.ts';
import { fakeTools, type Outside } from '../../fakes/tools.ts';

export const scribe = defineAgent({
  key: 'scribe',
  name: 'Scribe',
  summary: 'Writes notes',
  prompt: 'You write notes.',
  domain: 'notes',
  tools: ['note_unsafe', 'note_keyed', 'look', 'endless', 'broken_read'],
  starts: 'active',
});
export const runner = defineAgent({
  key: 'courier',
  name: 'Courier',
  summary: 'Carries',
  prompt: 'You carry.',
  starts: 'active',
  concurrency: 1,
});

export type Step = { kind: string; tool: string | null; text: string; proposalId: string | null };

export type LoopRig = Rig & {
  model: FakeConverser;
  outside: Outside;
  roster: Roster;
  deps: LoopDeps;
  /** Starts a process's share of the work; several may be. */
  agents(more?: Partial<LoopDeps> & { slots?: number; workerId?: string }): AgentRunner;
  begin(more?: Partial<NewRun> & { actor?: Actor }): Promise<string>;
  run(id: string): Promise<AgentRun>;
  steps(id: string): Promise<Step[]>;
  /** Waits until the run is in one of these states; bounded. */
  until(id: string, ...states: AgentRun['state'][]): Promise<AgentRun>;
  cards(id: string): Promise<{ id: string; revision: number; digest: string; state: string }[]>;
};

type Options = {
  reads?: readonly Read[];
  agents?: readonly Agent[];
  tools?: (outside: Outside) => Tool[];
  meter?: Meter;
  solo?: boolean;
  max?: number;
};

export const createLoopRig = async (options: Options = {}): Promise<LoopRig> => {
  const outside: Outside = { calls: [] };
  const tools = (options.tools ?? fakeTools)(outside);
  const rig = await createRig({ tools, max: options.max ?? 20, ...(options.solo === undefined ? {} : { solo: options.solo }) });
  const { database, heart, signals } = rig;
  const { worker } = await rig.work();
  const model = fakeConverser();
  const roster = createRoster(database.db, options.agents ?? [scribe, runner]);
  const deps: LoopDeps = {
    heart,
    roster,
    tools,
    reads: options.reads ?? [],
    converser: model,
    meter: options.meter ?? openMeter(),
    prices: { 'm-1': { input: 1, output: 10, cacheRead: 0.1, cacheWrite: 2 } },
    timeoutMs: 5000,
    log: heart.log,
  };
  const runners: AgentRunner[] = [];
  const loopRig: LoopRig = {
    ...rig,
    model,
    outside,
    roster,
    deps,
    agents({ slots = 8, workerId = worker.id, ...more } = {}) {
      const started = startAgentRunner({ ...deps, ...more, signals, workerId, slots });
      runners.push(started);
      return started;
    },
    begin({ actor = rig.owner, ...more } = {}) {
      const { personId, name, role } = actor;
      const run: NewRun = {
        projectId: 'default',
        agentKey: 'scribe',
        trigger: 'task',
        goal: 'Keep the minutes.',
        threadId: THREAD,
        by: { personId, name, role },
        ...more,
      };
      return database.transaction((tx) => createRun(tx, run));
    },
    async run(id) {
      const [row] = await database.db
        .execute<AgentRun>(`select id, state, agent_key as "agentKey", steps, outcome, confidence, error_code as "errorCode", problem, fence,
        worker_id as "workerId", trigger, parent_id as "parentId", cost_micros::int as "costMicros", input_tokens as "inputTokens", transcript, person_id as "personId"
        from wilco.agent_runs where id = '${id}'`)
        .then(({ rows }) => rows);
      if (!row) throw new Error('no run');
      return row;
    },
    steps: (id) =>
      rig.sql<Step>(`select kind, tool, text, proposal_id as "proposalId" from wilco.agent_steps where run_id = '${id}' order by seq`),
    async until(id, ...states) {
      for (const late = performance.now() + PATIENCE_MS; performance.now() < late; ) {
        const run = await loopRig.run(id);
        if (states.includes(run.state)) return run;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`the run is ${(await loopRig.run(id)).state}, not ${states.join(' or ')}`);
    },
    cards: (id) =>
      rig.sql(`select p.id, p.revision, r.digest, p.state from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id and r.revision = p.revision
        where p.agent_run_id = '${id}' order by p.proposed_at, p.id`),
    async stop() {
      for (const one of runners) await one.stop(2000);
      await rig.stop();
    },
  };
  return loopRig;
};
