import { and, eq, inArray } from 'drizzle-orm';
import type { Stopped } from '../db/agent-run-cancel.ts';
import type { Db } from '../db/client.ts';
import { stops } from '../db/tables/control.ts';
import { readSwitch } from './switch.ts';

/** What a pause or a kill can be of, besides everything. */
export const agentScope = (key: string): string => `agent:${key}`;
export const domainScope = (name: string): string => `domain:${name}`;

export type Worked = { projectId: string; agentKey: string; domain: string };

/** `killed` stops what is under way; `paused` lets nothing new begin. `scope`: what was stopped, `all` for everything. */
export type Held = { why: 'paused' | 'killed'; scope: string };

/** Why a run that a kill ends does not go on. */
export const killedRun = (personId: string | null): Stopped => ({ code: 'killed', problem: 'It was stopped by a kill.', personId });

/** What keeps this agent from working at this moment; undefined when nothing does. A kill of anything counts before a pause of anything. */
export const mayWork = async (db: Db, { projectId, agentKey, domain }: Worked): Promise<Held | undefined> => {
  const scopes = [agentScope(agentKey), domainScope(domain)];
  const [all, some] = await Promise.all([
    readSwitch(db, projectId),
    db
      .select({ scope: stops.scope, paused: stops.paused, killed: stops.killed })
      .from(stops)
      .where(and(eq(stops.projectId, projectId), inArray(stops.scope, scopes))),
  ]);
  const found = [{ scope: 'all', paused: all.paused, killed: all.killed }, ...some];
  const killed = found.find((one) => one.killed);
  if (killed) return { why: 'killed', scope: killed.scope };
  const paused = found.find((one) => one.paused);
  return paused && { why: 'paused', scope: paused.scope };
};
