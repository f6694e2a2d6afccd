import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** What was done in a span of time, what waits now, and what it cost. */
export type Figures = {
  proposed: number;
  approved: number;
  rejected: number;
  executed: number;
  failed: number;
  /** Waiting for people now, and for how long the oldest has. */
  waiting: number;
  oldestHours: number;
  tasksOpen: number;
  tasksMade: number;
  tasksCompleted: number;
  agentRuns: number;
  agentRunsFailed: number;
  modelCalls: number;
  modelTokens: number;
  modelMicros: number;
  actionMicros: number;
};

/** Each of these is a range of an index, or rows of what is open. */
export const readFigures = async (db: Db, at: { projectId: string; from: Date; until: Date }): Promise<Figures> => {
  const { projectId } = at;
  const [from, until] = [at.from.toISOString(), at.until.toISOString()];
  const found = await db.execute<Figures>(sql`
    with made as (select state from wilco.proposals where project_id = ${projectId} and proposed_at >= ${from} and proposed_at < ${until}),
    ran as (select result, cost_micros from wilco.runs where project_id = ${projectId} and started_at >= ${from} and started_at < ${until}),
    waits as (select proposed_at from wilco.proposals where project_id = ${projectId} and state = 'proposed'),
    asked as (select input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, cost_micros from wilco.model_calls
      where project_id = ${projectId} and at >= ${from} and at < ${until}),
    todo as (select state, created_at, updated_at from wilco.tasks where project_id = ${projectId}),
    worked as (select state from wilco.agent_runs where project_id = ${projectId} and created_at >= ${from} and created_at < ${until})
    select (select count(*)::int from made) as proposed,
      (select count(*)::int from made where state not in ('proposed', 'rejected', 'expired', 'withdrawn', 'void')) as approved,
      (select count(*)::int from made where state = 'rejected') as rejected,
      (select count(*)::int from ran where result = 'success') as executed,
      (select count(*)::int from ran where result = 'failed') as failed,
      (select count(*)::int from waits) as waiting,
      (select coalesce(extract(epoch from now() - min(proposed_at)) / 3600, 0)::float from waits) as "oldestHours",
      (select count(*)::int from todo where state in ('open', 'in_progress')) as "tasksOpen",
      (select count(*)::int from todo where created_at >= ${from} and created_at < ${until}) as "tasksMade",
      (select count(*)::int from todo where state = 'completed' and updated_at >= ${from} and updated_at < ${until}) as "tasksCompleted",
      (select count(*)::int from worked) as "agentRuns",
      (select count(*)::int from worked where state = 'failed') as "agentRunsFailed",
      (select count(*)::int from asked) as "modelCalls",
      (select coalesce(sum(input_tokens + cache_read_tokens + cache_write_tokens + output_tokens), 0)::float from asked) as "modelTokens",
      (select coalesce(sum(cost_micros), 0)::float from asked) as "modelMicros",
      (select coalesce(sum(cost_micros), 0)::float from ran) as "actionMicros"`);
  const [row] = found.rows;
  if (!row) throw new Error('no figures');
  return row;
};

export type AgentSpend = { agent: string; calls: number; tokens: number; micros: number };

/** What the models of each agent took, the dearest first. */
export const readAgentSpend = async (db: Db, at: { projectId: string; from: Date; until: Date }): Promise<AgentSpend[]> => {
  const found = await db.execute<AgentSpend>(sql`
    select coalesce(agent_key, 'dispatcher') as agent, count(*)::int as calls,
      sum(input_tokens + cache_read_tokens + cache_write_tokens + output_tokens)::float as tokens, sum(cost_micros)::float as micros
    from wilco.model_calls where project_id = ${at.projectId} and at >= ${at.from.toISOString()} and at < ${at.until.toISOString()}
    group by 1 order by micros desc, tokens desc limit 20`);
  return found.rows;
};
