import { randomUUID } from 'node:crypto';
import type { AgentState } from '../../src/db/states.ts';
import type { ActingAgent, Actor } from '../../src/dispatch/actor.ts';
import { takeBeat } from '../../src/dispatch/beat.ts';
import type { Workforce } from '../../src/dispatch/workforce.ts';
import { startDigests } from '../../src/queue/digests.ts';
import type { Watch } from '../../src/queue/watch.ts';
import { createScheduleRig, later, type ScheduleRig } from './schedule-rig.ts';

export type RunRow = {
  id: string;
  trigger: string;
  state: string;
  person_id: string | null;
  goal: string;
  thread_id: string;
  agent_key: string;
  schedule_id: string;
};

export type HeartbeatRig = ScheduleRig & {
  workforce: Workforce & { works: boolean; states: Map<string, AgentState> };
  digests: Watch<number>;
  /** A heartbeat of @watcher that the owner asked for and approved. */
  heartbeat(input?: object): Promise<string>;
  /** Takes it at its next time, or at `now`. */
  beat(id: string, now?: Date): ReturnType<typeof takeBeat>;
  runs(scheduleId: string): Promise<RunRow[]>;
  /** What a worker of runs would do at the end of one. */
  rest(runId: string, state: 'parked' | 'done' | 'failed' | 'running'): Promise<void>;
};

export const AGENT = 'watcher';

/** Somebody in the middle of that run of a heartbeat, as a worker of runs makes them. */
export const acting = (runId: string, agent: Partial<ActingAgent> = {}): Actor => ({
  projectId: 'default',
  personId: null,
  name: 'Watcher',
  role: 'operator',
  via: 'agent',
  agent: { key: AGENT, name: 'Watcher', domain: 'general', autonomy: 'autopilot', heartbeat: true, runId, ...agent },
});

export const createHeartbeatRig = async (options: { solo?: boolean; max?: number } = {}): Promise<HeartbeatRig> => {
  const base = await createScheduleRig(options);
  const states = new Map<string, AgentState>([
    [AGENT, 'active'],
    ['helper', 'active'],
  ]);
  const workforce = {
    works: true,
    states,
    async find(_projectId: string, key: string) {
      const state = states.get(key);
      return state && { name: key === AGENT ? 'Watcher' : key, domain: 'general', state };
    },
  };
  base.scheduling.workforce = workforce;
  const { database, heart, signals } = base;
  const digests = startDigests({ database, heart, signals, log: heart.log, workforce });
  const rig: HeartbeatRig = {
    ...base,
    workforce,
    digests,
    heartbeat: (input = {}) =>
      base.scheduled({
        name: randomUUID(),
        kind: 'heartbeat',
        target_agent_key: AGENT,
        instructions: 'look at failed payments',
        schedule_expr: '0 * * * *',
        ...input,
      }),
    async beat(id, now) {
      const at = now ?? later((await base.row(id)).next_at, 1000);
      return takeBeat({ database, tools: heart.tools, workforce }, id, at);
    },
    runs: (id) => base.sql(`select * from wilco.agent_runs where schedule_id = '${id}' order by created_at, id`),
    async rest(runId, state) {
      await database.pool.query('update wilco.agent_runs set state = $2, updated_at = now() where id = $1', [runId, state]);
    },
    async stop() {
      await digests.stop();
      await base.stop();
    },
  };
  return rig;
};
