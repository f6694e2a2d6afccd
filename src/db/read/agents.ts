import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { AGENT_RUN_STATES } from '../states.ts';

import { agentRuns } from '../tables/agents.ts';
import { modelCalls } from '../tables/models.ts';
import { effects, proposals } from '../tables/proposals.ts';
import { messages, threads } from '../tables/talk.ts';

type RunState = (typeof AGENT_RUN_STATES)[number];

/** What one agent does and has done, as it stands in the tables. */
export type AgentFigures = {
  /** Runs that a worker is at, wait for people, or wait for their turn. */
  running: number;
  parked: number;
  queuedRuns: number;
  /** Messages to it that nobody has taken up. */
  queuedMessages: number;
  /** Its cards that wait for a decision. */
  waitingCards: number;
  /** What it is at: the goal of the run that was touched last, of those that are not over. */
  now: { runId: string; goal: string; state: RunState } | null;
  /** How its last run that is over ended. */
  last: { runId: string; state: RunState; problem: string | null; at: Date } | null;
  /** Runs that came to an end by themselves in the last 30 days, and those of them that it said are done. */
  finished: number;
  done: number;
  /** Of today, in UTC: its models and what its actions came to, in millionths of a dollar. */
  costMicros: number;
};

export const NO_FIGURES: AgentFigures = {
  running: 0,
  parked: 0,
  queuedRuns: 0,
  queuedMessages: 0,
  waitingCards: 0,
  now: null,
  last: null,
  finished: 0,
  done: 0,
  costMicros: 0,
};

type Row = Pick<AgentFigures, 'running' | 'parked' | 'finished' | 'done'> & {
  key: string;
  queued_runs: number;
  queued_messages: number;
  waiting_cards: number;
  now_id: string | null;
  now_goal: string | null;
  now_state: RunState | null;
  last_id: string | null;
  last_state: RunState | null;
  last_problem: string | null;
  last_at: Date | null;
  cost: number;
};

const figuresOf = (row: Row): AgentFigures => ({
  running: row.running,
  parked: row.parked,
  queuedRuns: row.queued_runs,
  queuedMessages: row.queued_messages,
  waitingCards: row.waiting_cards,
  now: row.now_id && row.now_state ? { runId: row.now_id, goal: row.now_goal ?? '', state: row.now_state } : null,
  last:
    row.last_id && row.last_state && row.last_at
      ? { runId: row.last_id, state: row.last_state, problem: row.last_problem, at: new Date(row.last_at) }
      : null,
  finished: row.finished,
  done: row.done,
  costMicros: row.cost,
});

/** What was spent since a moment, by agent: what its models cost, and the actions that it proposed. */
const spentSince = (projectId: string, since: ReturnType<typeof sql>) => sql`
  select agent_key as key, sum(cost)::float as cost from (
    select ${modelCalls.agentKey} as agent_key, ${modelCalls.costMicros} as cost from ${modelCalls}
      where ${modelCalls.projectId} = ${projectId} and ${modelCalls.agentKey} is not null and ${modelCalls.at} >= ${since}
    union all
    select ${proposals.agentKey}, ${effects.costMicros} from ${effects} join ${proposals} on ${proposals.id} = ${effects.proposalId}
      where ${proposals.projectId} = ${projectId} and ${proposals.agentKey} is not null
        and ${effects.startedAt} >= ${since} and ${effects.state} <> 'failed'
  ) spent group by agent_key`;

const OPEN = sql`('queued', 'running', 'parked')`;

/** How all agents of a project stand, by key, in one statement; one that has done nothing yet is not in it. `only`: of one agent. */
export const readAgents = async (db: Db, projectId: string, only?: string): Promise<ReadonlyMap<string, AgentFigures>> => {
  const mine = (column: unknown) => (only === undefined ? sql`true` : sql`${column} = ${only}`);
  const ours = sql`${agentRuns.projectId} = ${projectId} and ${mine(agentRuns.agentKey)}`;
  const { rows } = await db.execute<Row>(sql`
    with open as (
      select ${agentRuns.agentKey} as key,
        count(*) filter (where ${agentRuns.state} = 'running')::int as running,
        count(*) filter (where ${agentRuns.state} = 'parked')::int as parked,
        count(*) filter (where ${agentRuns.state} = 'queued')::int as queued_runs
      from ${agentRuns} where ${ours} and ${agentRuns.state} in ${OPEN} group by 1
    ), now as (
      select distinct on (${agentRuns.agentKey}) ${agentRuns.agentKey} as key, ${agentRuns.id} as now_id, ${agentRuns.goal} as now_goal,
        ${agentRuns.state} as now_state
      from ${agentRuns} where ${ours} and ${agentRuns.state} in ${OPEN}
      order by ${agentRuns.agentKey}, (${agentRuns.state} = 'running') desc, (${agentRuns.state} = 'parked') desc, ${agentRuns.updatedAt} desc
    ), ended as (
      select ${agentRuns.agentKey} as key, count(*) filter (where ${agentRuns.state} = 'done')::int as done, count(*)::int as finished
      from ${agentRuns} where ${ours} and ${agentRuns.state} in ('done', 'failed') and ${agentRuns.createdAt} >= now() - interval '30 days'
      group by 1
    ), last as (
      select distinct on (${agentRuns.agentKey}) ${agentRuns.agentKey} as key, ${agentRuns.id} as last_id, ${agentRuns.state} as last_state,
        ${agentRuns.problem} as last_problem, coalesce(${agentRuns.finishedAt}, ${agentRuns.updatedAt}) as last_at
      from ${agentRuns} where ${ours} and ${agentRuns.state} in ('done', 'failed', 'cancelled')
      order by ${agentRuns.agentKey}, coalesce(${agentRuns.finishedAt}, ${agentRuns.updatedAt}) desc
    ), said as (
      select ${messages.agentKey} as key, count(*)::int as queued_messages
      from ${messages} join ${threads} on ${threads.id} = ${messages.threadId}
      where ${threads.projectId} = ${projectId} and ${messages.state} = 'queued' and ${messages.agentKey} is not null and ${mine(messages.agentKey)}
      group by 1
    ), cards as (
      select ${proposals.agentKey} as key, count(*)::int as waiting_cards
      from ${proposals} where ${proposals.projectId} = ${projectId} and ${proposals.state} = 'proposed'
        and ${proposals.agentKey} is not null and ${mine(proposals.agentKey)} group by 1
    ), spent as (${spentSince(projectId, sql`date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'`)}),
    keys as (
      select key from open union select key from last union select key from said union select key from cards union select key from spent
    )
    select keys.key, coalesce(running, 0) as running, coalesce(parked, 0) as parked, coalesce(queued_runs, 0) as queued_runs,
      coalesce(queued_messages, 0) as queued_messages, coalesce(waiting_cards, 0) as waiting_cards, now_id, now_goal, now_state,
      last_id, last_state, last_problem, last_at, coalesce(done, 0) as done, coalesce(finished, 0) as finished, coalesce(cost, 0) as cost
    from keys left join open using (key) left join now using (key) left join ended using (key) left join last using (key)
      left join said using (key) left join cards using (key) left join spent using (key)`);
  return new Map(rows.filter(({ key }) => only === undefined || key === only).map((row) => [row.key, figuresOf(row)]));
};

/** One day, in UTC, of what an agent cost, in millionths of a dollar. */
export type CostDay = { day: string; modelMicros: number; actionMicros: number; tokens: number; runs: number };

/** What an agent cost on each of the last days, the oldest first; days on which it did nothing are there, too. */
export const readAgentCost = async (db: Db, at: { projectId: string; key: string; days: number }): Promise<CostDay[]> => {
  const { projectId, key, days } = at;
  const dayOf = (column: unknown) => sql`(${column} at time zone 'UTC')::date`;
  const first = sql`(now() at time zone 'UTC')::date - ${days - 1}::int`;
  const since = sql`(${first})::timestamp at time zone 'UTC'`;
  const { rows } = await db.execute<{ day: string; model: number; actions: number; tokens: number; runs: number }>(sql`
    with days as (select (${first} + n)::date as day from generate_series(0, ${days - 1}::int) n),
    model as (
      select ${dayOf(modelCalls.at)} as day, sum(${modelCalls.costMicros})::float as model,
        sum(${modelCalls.inputTokens} + ${modelCalls.cacheReadTokens} + ${modelCalls.cacheWriteTokens} + ${modelCalls.outputTokens})::float as tokens
      from ${modelCalls} where ${modelCalls.projectId} = ${projectId} and ${modelCalls.agentKey} = ${key} and ${modelCalls.at} >= ${since} group by 1
    ), acts as (
      select ${dayOf(effects.startedAt)} as day, sum(${effects.costMicros})::float as actions
      from ${effects} join ${proposals} on ${proposals.id} = ${effects.proposalId}
      where ${proposals.projectId} = ${projectId} and ${proposals.agentKey} = ${key} and ${effects.startedAt} >= ${since}
        and ${effects.state} <> 'failed' group by 1
    ), worked as (
      select ${dayOf(agentRuns.createdAt)} as day, count(*)::int as runs
      from ${agentRuns} where ${agentRuns.projectId} = ${projectId} and ${agentRuns.agentKey} = ${key} and ${agentRuns.createdAt} >= ${since} group by 1
    )
    select days.day::text as day, coalesce(model, 0) as model, coalesce(actions, 0) as actions, coalesce(tokens, 0) as tokens, coalesce(runs, 0) as runs
    from days left join model using (day) left join acts using (day) left join worked using (day) order by days.day`);
  return rows.map(({ day, model, actions, tokens, runs }) => ({ day, modelMicros: model, actionMicros: actions, tokens, runs }));
};
