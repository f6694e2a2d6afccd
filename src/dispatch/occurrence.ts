import type { Tx } from '../db/client.ts';
import type { Due } from '../db/read/due.ts';
import { record } from '../db/record.ts';
import { type Decided, readDecided } from './decided-schedule.ts';
import type { Heart } from './heart.ts';
import { type Draft, draftOccurrence } from './occurrence-draft.ts';
import { askRouter, formerIsOpen, makeCard } from './occurrence-make.ts';
import { agentOf, beginRun, openRuns, overlaps } from './occurrence-run.ts';
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
import type { Workforce } from './workforce.ts';

export type Scheduling = {
  heart: Heart;
  enqueueRoute: (tx: Tx, messageId: string) => Promise<void>;
  /** Whom a schedule can give work to; absent: nobody but the router. */
  workforce?: Workforce;
};

/** A turn with what it may bring about. */
export type Taking = Turn & { scheduling: Scheduling };

const skipReason = async (taking: Taking, decided: Decided, now: Date): Promise<Skip | undefined> => {
  const why = timeSkip(taking, { missed: decided.missed, now });
  if (why) return why;
  if (overlaps(decided.input, await openRuns(taking.tx, taking.schedule.id)) || (await formerIsOpen(taking))) return overlapSkip(taking);
  return undefined;
};

type Made = { proposalId?: string; runId?: string; messageId?: string } | 'joined' | { broken: string };

/** An exact action becomes a card; words become a run of the agent that they are for, where one can work, and else a message. */
const make = (taking: Taking, made: Decided | Draft): Promise<Made> => {
  if ('inner' in made) return makeCard(taking, made);
  const agent = agentOf(made.input);
  return agent !== undefined && taking.scheduling.workforce?.works ? beginRun(taking, made, agent) : askRouter(taking, made);
};

const makeOccurrence = async (taking: Taking, made: Decided | Draft, now: Date): Promise<Taken> => {
  const skipped = await skipReason(taking, made, now);
  if (skipped) return skip(taking, skipped);
  const late = await sayLate(taking, now);
  const what = await make(taking, made);
  if (what === 'joined')
    return skip(taking, { code: 'overlap', say: `“${taking.schedule.name}” is skipped: exactly that waits for a decision already.` });
  if ('broken' in what) return pauseBroken(taking, what.broken);
  await advance(taking, 'made');
  const data = { occurrence: taking.schedule.occurrence + 1, due: taking.due.times.length, late };
  await record(taking.tx.db, {
    ...turnEvent(taking, 'schedule.taken', what.runId === undefined ? data : { ...data, runId: what.runId }),
    ...(what.proposalId === undefined ? {} : { proposalId: what.proposalId }),
  });
  return 'made';
};

/** Everything that needs no lock. */
const prepare = async (heart: Heart, schedule: Due): Promise<Prepared<Decided | Draft>> => {
  const decided = await readDecided(heart.tools, heart.database.db, schedule);
  const recurrence = recurrenceOf(schedule);
  if (!decided.ok) return { recurrence, made: decided, policyVersion: undefined };
  const acts = (decided.value.outer.inner?.(decided.value.input) ?? []).length > 0;
  return {
    recurrence,
    made: acts ? await draftOccurrence(heart, decided.value) : decided,
    policyVersion: decided.value.standing.policy.version,
  };
};

/** Takes what a job has due by `now`: makes the card, the run or the message that it comes to. */
export const takeOccurrence = (scheduling: Scheduling, id: string, now: Date): Promise<Taken> =>
  takeTurn<Decided | Draft>(
    scheduling.heart.database,
    { id, now },
    {
      prepare: (schedule) => prepare(scheduling.heart, schedule),
      make: (turn, made, at) => makeOccurrence({ ...turn, scheduling }, made, at),
    },
  );
