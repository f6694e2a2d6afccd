import type { Stopped } from '../db/agent-run-cancel.ts';
import type { Db } from '../db/client.ts';
import { stopOf } from '../db/stops.ts';
import { readSwitch } from './switch.ts';

export type Worked = { projectId: string; agentKey: string; domain: string };

/** `killed` stops what is under way; `paused` lets nothing new begin. */
export type Held = { why: 'paused' | 'killed' };

/** Why a run that a kill ends does not go on. */
export const killedRun = (personId: string | null): Stopped => ({ code: 'killed', problem: 'It was stopped by a kill.', personId });

/** What keeps this agent from working at this moment; undefined when nothing does. A kill of anything counts before a pause of anything. */
export const mayWork = async (db: Db, { projectId, agentKey, domain }: Worked): Promise<Held | undefined> => {
  const [all, own] = await Promise.all([readSwitch(db, projectId), stopOf(db, { projectId, key: agentKey, domain })]);
  if (all.killed || own.killed) return { why: 'killed' };
  return all.paused || own.paused ? { why: 'paused' } : undefined;
};
