import { cancelRuns } from '../db/agent-run-cancel.ts';
import { sayToRun } from '../db/agent-runs.ts';
import { type RunInfo, readRun } from '../db/read/agent-runs.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { storable } from '../dispatch/thread.ts';
import { err, ok, type Result } from '../result.ts';

export type RunError = { code: 'run_missing' | 'run_ended'; message: string };

const SAY: Record<RunError['code'], string> = {
  run_missing: 'There is no such run here. /runs lists them.',
  run_ended: 'That run has ended already.',
};

const refuse = (code: RunError['code']) => err({ code, message: SAY[code] });

type InRun = Result<RunInfo, RunError>;

const changed = async (heart: Heart, which: { projectId: string; id: string }, did: boolean): Promise<InRun> => {
  const run = await readRun(heart.database.db, which);
  if (!run) return refuse('run_missing');
  if (!did) return refuse('run_ended');
  // Whoever is in the middle of it is told now, and whoever waits for a place too.
  heart.signals.tell('wilco_jobs');
  return ok(run);
};

/** Ends a run in a person's name, in the middle of a step too. Whoever calls has looked at the role. */
export const stopRun = async (heart: Heart, actor: Actor, { runId, reason }: { runId: string; reason?: string }): Promise<InRun> => {
  const { projectId, personId, name } = actor;
  const problem = `${name} stopped it${reason?.trim() ? `: ${storable(reason.trim())}` : '.'}`;
  const which = { projectId, runId };
  const did = await heart.database.transaction((tx) => cancelRuns(tx, which, { code: 'cancelled', problem, personId }));
  return changed(heart, { projectId, id: runId }, did > 0);
};

/** Says something into a run: it is told at its next step, and a parked one goes on with it. */
export const sayIntoRun = async (heart: Heart, actor: Actor, { runId, text }: { runId: string; text: string }): Promise<InRun> => {
  const { projectId, personId, name, role } = actor;
  const said = { projectId, runId, text: storable(text), by: { personId, name, role } };
  const did = await heart.database.transaction((tx) => sayToRun(tx, said));
  return changed(heart, { projectId, id: runId }, did);
};
