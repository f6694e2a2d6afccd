import { and, eq, inArray, or, sql } from 'drizzle-orm';
import { cancelRuns, openRuns } from '../db/agent-run-cancel.ts';
import type { Db, Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import { type Stop, type StopScope, setStop, stopOf } from '../db/stops.ts';
import { stops, switches, workers } from '../db/tables/control.ts';
import { projects } from '../db/tables/people.ts';
import { effects, proposals } from '../db/tables/proposals.ts';
import { WORKER_LIVES } from '../db/workers.ts';
import { err, ok, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import type { Heart } from './heart.ts';
import { type HeartError, heartError } from './sentences.ts';
import { roleNow } from './standing.ts';
import { killedRun } from './stops.ts';
import { ownSwitch, readSwitch, type SwitchState, setSwitch } from './switch.ts';

export type SwitchVerb = 'pause' | 'resume' | 'kill' | 'unkill';

/** Stopping is for everybody who works here; letting go again needs more; lifting a kill needs the owner. */
export const SWITCH_ROLES: Record<SwitchVerb, Role> = { pause: 'operator', kill: 'operator', resume: 'approver', unkill: 'owner' };

/** One agent, or one domain with the agents that are in it now. */
export type SwitchPlace = { scope: StopScope; keys: readonly string[] };

/** What a switch change proved, of everything or of the place that it was thrown for. */
export type Switched = {
  state: SwitchState;
  acknowledged: string[];
  unacknowledged: string[];
  alreadyDispatched: { proposalId: string; tool: string }[];
  voided: number;
  held: number;
  /** Runs of agents that a kill ended for good, or that a pause holds. */
  runsCancelled: number;
  runsHeld: number;
};

const NEW_STATE: Record<SwitchVerb, (now: Stop) => Stop> = {
  pause: (now) => ({ paused: true, killed: now.killed }),
  resume: (now) => ({ paused: false, killed: now.killed }),
  kill: (now) => ({ paused: now.paused, killed: true }),
  unkill: (now) => ({ paused: now.paused, killed: false }),
};

const BATCH = 1000;

type Where = { projectId: string; place: SwitchPlace | undefined };

/** The proposals that a switch is about. What an agent proposed while it was of another domain goes by what the agent is now, too. */
const about = ({ projectId, place }: Where) =>
  and(
    eq(proposals.projectId, projectId),
    place &&
      or(
        sql`${place.scope} in ('agent:' || ${proposals.agentKey}, 'domain:' || ${proposals.agentDomain})`,
        place.keys.length > 0 ? inArray(proposals.agentKey, [...place.keys]) : undefined,
      ),
  );

/** Everything that was approved and not started no longer stands: nothing old runs after an unkill. */
const voidApproved = async (db: Db, where: Where): Promise<number> => {
  const { projectId, place } = where;
  const reason = `${place ? 'Its agent' : 'Wilco'} was killed before it started.`;
  const gone = await db
    .update(proposals)
    .set({ state: 'void', reason, updatedAt: sql`now()` })
    .where(and(about(where), eq(proposals.state, 'approved')))
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
const waitingOf = (db: Db, where: Where) =>
  db
    .select({ proposalId: proposals.id, attempt: proposals.attempt, state: proposals.state })
    .from(proposals)
    .where(and(about(where), inArray(proposals.state, ['approved', 'executing'])));

const dispatchedOf = (db: Db, where: Where) =>
  db
    .select({ proposalId: proposals.id, tool: proposals.tool })
    .from(effects)
    .innerJoin(proposals, eq(proposals.id, effects.proposalId))
    .where(and(eq(effects.state, 'started'), about(where)));

/** The one count of all switches rises, so that every worker says when it has obeyed this one. */
const throwAt = async (db: Db, to: Stop & { projectId: string; personId: string; reason: string | null; place: SwitchPlace }) => {
  const { place, ...rest } = to;
  await setStop(db, { ...rest, scope: place.scope });
  const all = await readSwitch(db, rest.projectId);
  const { epoch } = await setSwitch(db, { ...rest, paused: all.paused, killed: all.killed, lifts: false });
  return { paused: rest.paused, killed: rest.killed, epoch };
};

type Change = Where & { actor: Actor; personId: string; verb: SwitchVerb; reason: string | null; freed: SwitchWish['freed'] };

/** Writes the new state of the switch. `lifts`: a kill that stood is lifted by it. */
const turn = async (db: Db, { projectId, personId, verb, reason, place }: Change): Promise<{ state: SwitchState; lifts: boolean }> => {
  const before = place ? await stopAt(db, projectId, place) : await readSwitch(db, projectId);
  const lifts = verb === 'unkill' && before.killed;
  const to = { projectId, personId, reason, ...NEW_STATE[verb](before) };
  return { lifts, state: place ? await throwAt(db, { ...to, place }) : await setSwitch(db, { ...to, lifts }) };
};

const stopAt = (db: Db, projectId: string, { scope }: SwitchPlace): Promise<Stop> => {
  const [kind, name = ''] = scope.split(':');
  return stopOf(db, { projectId, key: kind === 'agent' ? name : '', domain: kind === 'domain' ? name : '' });
};

/** What a pause held goes on: its wake-ups were spent while nothing might start. */
const letGo = async (heart: Heart, tx: Tx, by: Change & { waiting: Awaited<ReturnType<typeof waitingOf>> }): Promise<void> => {
  const { projectId, verb } = by;
  if (verb === 'resume') for (const { proposalId, attempt } of by.waiting) await heart.enqueue(tx, { projectId, proposalId, attempt });
  await by.freed?.(tx);
};

const NOUN: Record<SwitchVerb, string> = { pause: 'paused', resume: 'resumed', kill: 'killed', unkill: 'unkilled' };

const mayThrow = async (tx: Tx, { actor, verb }: Change): Promise<boolean> => {
  const role = await roleNow(tx.db, actor);
  return role !== undefined && roleAtLeast(role, SWITCH_ROLES[verb]);
};

const change = async (heart: Heart, tx: Tx, by: Change) => {
  const { actor, personId, verb, projectId, place } = by;
  await ownSwitch(tx);
  if (!(await mayThrow(tx, by))) return undefined;
  const { state, lifts } = await turn(tx.db, by);
  const runs = { projectId, ...(place ? { agentKeys: place.keys } : {}) };
  // With the kill lifted, too: a restored backup starts killed and may hold what was approved then.
  const voids = verb === 'kill' || lifts;
  const voided = voids ? await voidApproved(tx.db, by) : 0;
  const runsCancelled = voids ? await cancelRuns(tx, runs, killedRun(personId)) : 0;
  const waiting = await waitingOf(tx.db, by);
  if (!state.killed && (verb === 'resume' || lifts)) await letGo(heart, tx, { ...by, waiting });
  const held = waiting.filter((one) => one.state === 'approved').length;
  const alreadyDispatched = await dispatchedOf(tx.db, by);
  const data = { epoch: state.epoch, voided, held, via: actor.via, runs: runsCancelled, ...(place ? { scope: place.scope } : {}) };
  await record(tx.db, { projectId, kind: `switch.${NOUN[verb]}`, personId, data });
  const runsHeld = state.paused ? await openRuns(tx.db, runs) : 0;
  return { state, voided, held, alreadyDispatched, runsCancelled, runsHeld };
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

/** `place` absent: everything. `freed` is called in the transaction that lets something go on, for what waits elsewhere. */
export type SwitchWish = {
  verb: SwitchVerb;
  reason: string | null;
  place?: SwitchPlace | undefined;
  freed?: ((tx: Tx) => Promise<unknown>) | undefined;
};

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
export const throwSwitch = async (heart: Heart, actor: Actor, what: SwitchWish): Promise<Result<Switched, HeartError>> => {
  const { personId } = actor;
  if (personId === null) return err(heartError('not_allowed'));
  const { verb, reason, place, freed } = what;
  const by = { actor, personId, projectId: actor.projectId, verb, reason, place, freed };
  const done = await heart.database.transaction((tx) => change(heart, tx, by));
  if (!done)
    return err(
      heartError('not_allowed', {
        message: verb === 'unkill' ? 'Only the owner can lift a kill.' : 'Your role does not allow that. Ask an approver or the owner.',
      }),
    );
  heart.signals.tell('wilco_switch');
  heart.signals.tell('wilco_jobs');
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

/** Of these proposals the ones whose agent, or its domain, is killed: what runs of them is to be aborted. */
export const killedAmong = async (db: Db, proposalIds: readonly string[]): Promise<string[]> => {
  if (proposalIds.length === 0) return [];
  const killed = await db
    .select({ id: proposals.id })
    .from(proposals)
    .innerJoin(
      stops,
      sql`${stops.projectId} = ${proposals.projectId} and ${stops.killed} and ${stops.scope} in ('agent:' || ${proposals.agentKey}, 'domain:' || ${proposals.agentDomain})`,
    )
    .where(inArray(proposals.id, [...proposalIds]));
  return killed.map(({ id }) => id);
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
