import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import { switches, workers } from '../db/tables/control.ts';
import { projects } from '../db/tables/people.ts';
import { effects, proposals } from '../db/tables/proposals.ts';
import { WORKER_LIVES } from '../db/workers.ts';
import { err, ok, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import type { Heart } from './heart.ts';
import { type HeartError, heartError } from './sentences.ts';
import { roleNow } from './standing.ts';
import { ownSwitch, readSwitch, type SwitchState, setSwitch } from './switch.ts';

export type SwitchVerb = 'pause' | 'resume' | 'kill' | 'unkill';

/** Stopping is for everybody who works here; letting go again needs more; lifting a kill needs the owner. */
export const SWITCH_ROLES: Record<SwitchVerb, Role> = { pause: 'operator', kill: 'operator', resume: 'approver', unkill: 'owner' };

/** What a switch change proved. */
export type Switched = {
  state: SwitchState;
  acknowledged: string[];
  unacknowledged: string[];
  alreadyDispatched: { proposalId: string; tool: string }[];
  voided: number;
  held: number;
};

const NEW_STATE: Record<SwitchVerb, (now: SwitchState) => { paused: boolean; killed: boolean }> = {
  pause: (now) => ({ paused: true, killed: now.killed }),
  resume: (now) => ({ paused: false, killed: now.killed }),
  kill: (now) => ({ paused: now.paused, killed: true }),
  unkill: (now) => ({ paused: now.paused, killed: false }),
};

const BATCH = 1000;

/** Everything that was approved and not started no longer stands: nothing old runs after an unkill. */
const voidApproved = async (db: Db, projectId: string): Promise<number> => {
  const gone = await db
    .update(proposals)
    .set({ state: 'void', reason: 'Wilco was killed before it started.', updatedAt: sql`now()` })
    .where(and(eq(proposals.projectId, projectId), eq(proposals.state, 'approved')))
    .returning({ id: proposals.id, threadId: proposals.threadId });
  const events = gone.map(({ id, threadId }) => ({
    projectId,
    kind: 'proposal.voided',
    threadId,
    proposalId: id,
    data: { drift: 'killed' },
  }));
  // A statement holds so many values and no more, and a kill must not fail for having much to stop.
  for (let at = 0; at < events.length; at += BATCH) {
    const [first, ...rest] = events.slice(at, at + BATCH);
    if (first) await record(db, first, ...rest);
  }
  return gone.length;
};

/** What is to run: not started yet, or started by a worker that may be gone. */
const waitingOf = (db: Db, projectId: string) =>
  db
    .select({ proposalId: proposals.id, attempt: proposals.attempt, state: proposals.state })
    .from(proposals)
    .where(and(eq(proposals.projectId, projectId), inArray(proposals.state, ['approved', 'executing'])));

const change = async (heart: Heart, tx: Tx, by: { actor: Actor; personId: string; verb: SwitchVerb; reason: string | null }) => {
  const { actor, personId, verb, reason } = by;
  const { projectId } = actor;
  await ownSwitch(tx);
  const role = await roleNow(tx.db, actor);
  if (!role || !roleAtLeast(role, SWITCH_ROLES[verb])) return undefined;
  const before = await readSwitch(tx.db, projectId);
  const lifts = verb === 'unkill' && before.killed;
  const state = await setSwitch(tx.db, { projectId, ...NEW_STATE[verb](before), lifts, personId, reason });
  // With the kill lifted, too: a restored backup starts killed and may hold what was approved then.
  const voids = verb === 'kill' || lifts;
  const voided = voids ? await voidApproved(tx.db, projectId) : 0;
  const waiting = await waitingOf(tx.db, projectId);
  const held = waiting.filter((one) => one.state === 'approved').length;
  // What waited through the pause: its wake-ups were spent while nothing might start.
  if (verb === 'resume' && !state.killed)
    for (const { proposalId, attempt } of waiting) await heart.enqueue(tx, { projectId, proposalId, attempt });
  const alreadyDispatched = await tx.db
    .select({ proposalId: proposals.id, tool: proposals.tool })
    .from(effects)
    .innerJoin(proposals, eq(proposals.id, effects.proposalId))
    .where(and(eq(effects.state, 'started'), eq(proposals.projectId, projectId)));
  await record(tx.db, {
    projectId,
    kind: `switch.${verb === 'pause' ? 'paused' : verb === 'resume' ? 'resumed' : `${verb}ed`}`,
    personId,
    data: { epoch: state.epoch, voided, held, via: actor.via },
  });
  return { state, voided, held, alreadyDispatched };
};

/** Workers that live, split by whether they have obeyed this epoch. */
const acknowledgements = async (db: Db, epoch: number) => {
  const rows = await db
    .select({ id: workers.id, host: workers.host, pid: workers.pid, seen: workers.acknowledgedEpoch })
    .from(workers)
    .where(and(WORKER_LIVES, sql`${workers.roles} like '%worker%'`));
  const name = (row: (typeof rows)[number]) => `${row.host}:${row.pid}`;
  return {
    acknowledged: rows.filter((row) => row.seen >= epoch).map(name),
    unacknowledged: rows.filter((row) => row.seen < epoch).map(name),
  };
};

const PATIENCE_MS = 2000;

/** Resolves when anything happened anywhere, at the latest after `ms`. */
const nextEvent = (heart: Heart, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unhear();
      resolve();
    };
    const timer = setTimeout(done, ms);
    const unhear = heart.signals.on('wilco_events', done);
  });

/**
 * Pauses, resumes, kills or lifts a kill, and answers with what actually stopped. When it answers, no effect can start any more under a
 * kill or a pause: that is the database's lock, not the workers' word. Their word, waited for up to 2 s, says that running work was told.
 */
export const throwSwitch = async (
  heart: Heart,
  actor: Actor,
  what: { verb: SwitchVerb; reason: string | null },
): Promise<Result<Switched, HeartError>> => {
  const { personId } = actor;
  if (personId === null) return err(heartError('not_allowed'));
  const { verb, reason } = what;
  const done = await heart.database.transaction((tx) => change(heart, tx, { actor, personId, verb, reason }));
  if (!done)
    return err(
      heartError('not_allowed', {
        message: verb === 'unkill' ? 'Only the owner can lift a kill.' : 'Your role does not allow that. Ask an approver or the owner.',
      }),
    );
  heart.signals.tell('wilco_switch');
  const { epoch } = done.state;
  const until = performance.now() + PATIENCE_MS;
  let seen = await acknowledgements(heart.database.db, epoch);
  while (seen.unacknowledged.length > 0 && performance.now() < until) {
    await nextEvent(heart, Math.max(1, until - performance.now()));
    seen = await acknowledgements(heart.database.db, epoch);
  }
  return ok({ ...done, ...seen });
};

/** A worker's word that it has obeyed: no new work under a pause, running work told to stop under a kill. Answers whether that was news. */
export const acknowledge = async (db: Db, workerId: string, epoch: number): Promise<boolean> => {
  const said = await db
    .update(workers)
    .set({ acknowledgedEpoch: epoch })
    .where(and(eq(workers.id, workerId), sql`${workers.acknowledgedEpoch} < ${epoch}`))
    .returning({ id: workers.id });
  return said.length > 0;
};

/** The switches of all projects, for a worker that serves them all; one that was never touched is off. */
export const allSwitches = (db: Db) =>
  db
    .select({
      projectId: projects.id,
      paused: sql<boolean>`coalesce(${switches.paused}, false)`,
      killed: sql<boolean>`coalesce(${switches.killed}, false)`,
      epoch: sql<number>`coalesce(${switches.epoch}, 0)`,
    })
    .from(projects)
    .leftJoin(switches, eq(switches.projectId, projects.id));
