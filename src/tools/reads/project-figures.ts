import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { agentRuns } from '../../db/tables/agents.ts';
import { modelCalls } from '../../db/tables/models.ts';
import { proposals, runs } from '../../db/tables/proposals.ts';
import { tasks } from '../../db/tables/tasks.ts';
import { ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { lineOf } from './answer.ts';

const DAYS = 90;
const dollars = (micros: string | null): string => `$${(Number(micros ?? 0) / 1_000_000).toFixed(4)}`;

type Row = Record<string, string | null>;

export const projectFigures = defineRead({
  name: 'project_figures',
  summary: 'Counts what is open and what was done in the last days: tasks, proposals, runs and what they cost',
  input: z.strictObject({ days: z.int().min(1).max(DAYS).default(7).describe('How many days back.') }),
  async run({ days }, { db, projectId }) {
    const since = sql`now() - ${days} * interval '1 day'`;
    const { rows } = await db.execute<Row>(sql`select
      (select count(*) from ${tasks} where project_id = ${projectId} and state in ('open', 'in_progress')) as tasks_open,
      (select count(*) from ${tasks} where project_id = ${projectId} and state = 'completed' and updated_at > ${since}) as tasks_completed,
      (select count(*) from ${proposals} where project_id = ${projectId} and state = 'proposed') as proposals_waiting,
      (select count(*) from ${proposals} where project_id = ${projectId} and proposed_at > ${since}) as proposals_made,
      (select count(*) from ${proposals} where project_id = ${projectId} and state = 'rejected' and decided_at > ${since}) as proposals_rejected,
      (select count(*) from ${runs} where project_id = ${projectId} and started_at > ${since} and result = 'success') as actions_done,
      (select count(*) from ${runs} where project_id = ${projectId} and started_at > ${since} and result = 'failed') as actions_failed,
      (select coalesce(sum(cost_micros), 0) from ${runs} where project_id = ${projectId} and started_at > ${since}) as actions_cost,
      (select count(*) from ${agentRuns} where project_id = ${projectId} and state in ('queued', 'running', 'parked')) as agent_runs_open,
      (select count(*) from ${agentRuns} where project_id = ${projectId} and state = 'done' and finished_at > ${since}) as agent_runs_done,
      (select coalesce(sum(cost_micros), 0) from ${modelCalls} where project_id = ${projectId} and at > ${since}) as models_cost`);
    const { actions_cost = null, models_cost = null, ...counts } = rows[0] ?? {};
    return ok(lineOf({ days, ...counts, actions_cost: dollars(actions_cost), models_cost: dollars(models_cost) }));
  },
});
