import { createRun } from '../db/agent-runs.ts';
import type { Database, Tx } from '../db/client.ts';
import type { Due } from '../db/read/due.ts';
import { readNews } from '../db/read/news.ts';
import { record } from '../db/record.ts';
import { ensureThread } from '../db/talk.ts';
import { splitThreadId } from '../db/thread-id.ts';
import { ok } from '../result.ts';
import { type Decided, readDecided, stop } from './decided-schedule.ts';
import { agentOf, openRuns, overlaps } from './occurrence-run.ts';
import type { Tools } from './parts.ts';
import { mayWork } from './stops.ts';
import { TEAM_THREAD } from './team.ts';
import {
  advance,
  overlapSkip,
  type Prepared,
  pauseBroken,
  recurrenceOf,
  type Skip,
  sayLate,
  skip,
  type Taken,
  type Turn,
  takeTurn,
  timeSkip,
  turnEvent,
} from './turn.ts';
import type { Hand, Workforce } from './workforce.ts';

/**
 * What a heartbeat is taken with: the database, the tools to read what was approved by, and who is there to look. Nothing here can decide,
 * carry out or enqueue anything, and nothing that it imports can: test/boundaries.test.ts says so.
 */
export type Beating = { database: Database; tools: Tools; workforce: Workforce | undefined };

/** What was approved, with the agent that is to look; undefined for one that is not in the team any more. */
type Beat = { decided: Decided; agentKey: string; hand: Hand | undefined };

const prepare = async ({ database, tools, workforce }: Beating, schedule: Due): Promise<Prepared<Beat>> => {
  const decided = await readDecided(tools, database.db, schedule);
  const recurrence = recurrenceOf(schedule);
  if (!decided.ok) return { recurrence, made: decided, policyVersion: undefined };
  const agentKey = agentOf(decided.value.input);
  const policyVersion = decided.value.standing.policy.version;
  if (decided.value.input.kind !== 'heartbeat' || agentKey === undefined)
    return { recurrence, made: stop('it was not approved as a heartbeat'), policyVersion };
  const hand = await workforce?.find(schedule.projectId, agentKey);
  return { recurrence, made: ok({ decided: decided.value, agentKey, hand }), policyVersion };
};

const skipReason = async (
  turn: Turn,
  { beat, works, now }: { beat: Beat & { hand: Hand }; works: boolean; now: Date },
): Promise<Skip | undefined> => {
  const { decided, agentKey, hand } = beat;
  const { schedule, tx } = turn;
  const why = timeSkip(turn, { missed: decided.missed, now });
  if (why) return why;
  if (!works) return { code: 'no_model', say: `“${schedule.name}” is skipped: no model is connected, so nobody can look.` };
  if (hand.state !== 'active' || (await mayWork(tx.db, { projectId: schedule.projectId, agentKey, domain: hand.domain })))
    return { code: 'agent_away', say: `“${schedule.name}” is skipped while @${agentKey} is not at work.` };
  return overlaps(decided.input, await openRuns(tx, schedule.id)) ? overlapSkip(turn) : undefined;
};

/** In the room what agents find is told in the team room; elsewhere where the heartbeat was asked for. */
const placeOf = async (tx: Tx, { projectId, threadId }: Due): Promise<string> => {
  if (splitThreadId(threadId)?.surface !== 'room') return threadId;
  await ensureThread(tx.db, { id: TEAM_THREAD, projectId, create: true, title: 'Team' });
  return TEAM_THREAD;
};

/** One look of the agent, by nobody's order: all that can come of its run is reports and proposals. */
const look = async (turn: Turn, { beat, head, late }: { beat: Beat; head: string; late: boolean }): Promise<Taken> => {
  const { tx, schedule, due } = turn;
  const { projectId } = schedule;
  const runId = await createRun(tx, {
    projectId,
    agentKey: beat.agentKey,
    trigger: 'heartbeat',
    goal: String(beat.decided.input.instructions),
    threadId: await placeOf(tx, schedule),
    by: null,
    scheduleId: schedule.id,
  });
  await advance(turn, 'made', head);
  await record(tx.db, turnEvent(turn, 'schedule.taken', { occurrence: schedule.occurrence + 1, due: due.times.length, late, runId }));
  return 'made';
};

const makeBeat = async (turn: Turn, { beat, works, now }: { beat: Beat; works: boolean; now: Date }): Promise<Taken> => {
  const { hand, agentKey } = beat;
  if (!hand) return pauseBroken(turn, `the agent @${agentKey} is not in the team any more`);
  const [found] = await readNews(turn.tx.db, [turn.schedule.id]);
  if (!found) throw new Error(`the heartbeat ${turn.schedule.id} is not to be found under its own lock`);
  if (!found.news && turn.due.times.length > 0) {
    await advance(turn, 'quiet', found.head);
    return 'quiet';
  }
  const skipped = await skipReason(turn, { beat: { ...beat, hand }, works, now });
  if (skipped) return skip(turn, skipped);
  return look(turn, { beat, head: found.head, late: await sayLate(turn, now) });
};

/** Takes what a heartbeat has due by `now`. Where nothing is new that is all; else it becomes a run in the agent's name and nobody's. */
export const takeBeat = (beating: Beating, id: string, now: Date): Promise<Taken> =>
  takeTurn<Beat>(
    beating.database,
    { id, now },
    {
      prepare: (schedule) => prepare(beating, schedule),
      make: (turn, beat, at) => makeBeat(turn, { beat, works: beating.workforce?.works ?? false, now: at }),
    },
  );
