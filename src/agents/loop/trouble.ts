import { type Claim, giveBack } from '../../db/agent-run-claims.ts';
import { lockRun, recentTrouble, writeSteps } from '../../db/agent-run-store.ts';
import { sayOver } from '../../dispatch/over.ts';
import type { OverLimit } from '../meter.ts';
import type { ModelError, ModelErrorCode } from '../model/port.ts';
import { sayError } from '../model/say.ts';
import type { NotAsked } from './ask-model.ts';
import type { Failure, LoopDeps, Working } from './deps.ts';
import { failRun, parkForMore, type Stepped } from './settle.ts';

const SAY: Record<'day' | 'tokens', string> = {
  day: 'the model was asked as often as one person may in a day.',
  tokens: 'as much of the model was used as one person may in a day.',
};

/** `budget` alone is what a grant, or a new day, lets go on by itself. */
const failureOf = (error: Exclude<OverLimit, { code: 'minute' }>): Failure =>
  error.code === 'budget'
    ? { errorCode: 'budget', problem: sayOver(error.over) }
    : { errorCode: `limit_${error.code}`, problem: SAY[error.code] };

/** Over the limit of a minute it comes back when that is over. */
const MINUTE_MS = 20_000;

const onLimit = async (deps: LoopDeps, working: Working, at: { claim: Claim; error: OverLimit }): Promise<Stepped> => {
  const { database } = deps.heart;
  const { run, agent } = working;
  const { error } = at;
  if (error.code === 'minute') {
    await giveBack(database.db, at.claim, MINUTE_MS);
    return 'queued';
  }
  const failure = failureOf(error);
  // A heartbeat comes again by itself.
  return run.trigger === 'heartbeat'
    ? failRun(database, at.claim, { failure, speaker: agent })
    : parkForMore(database, at.claim, { failure, speaker: agent });
};

/** How often in a row it may fail before people are told, where trying again may help at all. */
const TRIES: Partial<Record<ModelErrorCode, number>> = { rate_limit: 8, overloaded: 8, network: 8, timeout: 5, bad_output: 3 };
const DELAYS_MS = [1000, 5000, 20_000, 60_000, 180_000];

const onModel = async (deps: LoopDeps, working: Working, at: { claim: Claim; error: ModelError; model: string }): Promise<Stepped> => {
  const { database } = deps.heart;
  const { claim, error, model } = at;
  const { run, agent, signal } = working;
  if (signal.aborted || error.code === 'aborted') {
    await giveBack(database.db, claim);
    return 'queued';
  }
  deps.log.warn({ runId: run.id, code: error.code }, 'model.failed');
  const problem = `The model ${model} ${sayError({ code: error.code }, 'UTC')}.`;
  const before = await recentTrouble(database.db, run.id);
  if (before + 1 >= (TRIES[error.code] ?? 0)) {
    return failRun(database, claim, { failure: { errorCode: `model_${error.code}`, problem }, speaker: agent });
  }
  const stored = await database.transaction(async (tx) => {
    if (!(await lockRun(tx, claim))) return false;
    await writeSteps(tx.db, run.id, { steps: [{ kind: 'problem', text: problem }] });
    return true;
  });
  if (!stored) return 'lost';
  await giveBack(database.db, claim, error.retryAfterMs ?? DELAYS_MS[Math.min(before, DELAYS_MS.length - 1)]);
  return 'queued';
};

/** A step for which the model gave no answer: the run comes back later, waits for more, or ends with a plain sentence. */
export const onTrouble = (deps: LoopDeps, working: Working, { claim, trouble }: { claim: Claim; trouble: NotAsked }): Promise<Stepped> =>
  trouble.code === 'limit'
    ? onLimit(deps, working, { claim, error: trouble.error })
    : onModel(deps, working, { claim, error: trouble.error, model: trouble.model });
