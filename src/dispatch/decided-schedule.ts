import { z } from 'zod';
import type { Db } from '../db/client.ts';
import type { Due } from '../db/read/due.ts';
import { err, ok, type Result } from '../result.ts';
import type { Tool } from '../tools/tool.ts';
import { decidedInput } from './compose.ts';
import type { Tools } from './parts.ts';
import { readStanding, type Standing } from './standing.ts';

/** What somebody approved when they approved the schedule. */
export type Decided = { standing: Standing; outer: Tool; input: Record<string, unknown>; missed: 'once' | 'skip' };

export type Stop = { code: 'stopped'; why: string };
export const stop = (why: string) => err({ code: 'stopped', why } as const);

const Missed = z.object({ missed: z.enum(['once', 'skip']).catch('once') });

/** Reads what was approved from the revision that was, and from nothing that could have been changed since. */
export const readDecided = async (tools: Tools, db: Db, schedule: Due): Promise<Result<Decided, Stop>> => {
  const { projectId, proposalId, pattern, timeZone } = schedule;
  const standing = await readStanding(db, projectId, proposalId);
  const outer = standing && tools.get(standing.proposal.tool);
  if (!standing || !outer) return stop('what made it is no longer there');
  const { proposal, revision } = standing;
  const input = decidedInput({ ...proposal, revision }, outer);
  if (!input || input.schedule_expr !== pattern || input.time_zone !== timeZone) return stop('it no longer reads as it was approved');
  return ok({ standing, outer, input, missed: Missed.parse(input).missed });
};
