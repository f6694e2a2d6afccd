import { openRunIn } from '../db/agent-runs.ts';
import type { Addressed } from '../db/answer.ts';
import type { Signals } from '../db/signals.ts';
import { roleAtLeast } from '../db/states.ts';
import { stopAnswers } from '../db/stop-answers.ts';
import { isChannelThread } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { storable } from '../dispatch/thread.ts';
import { stopRun } from './runs.ts';
import { Stopped } from './stopped.ts';
import { isStopWord } from './to-run.ts';

const KIND = 'message.stopped';

/** How long an answer is waited for. `signal` aborts when nobody does any more, or when this process gives it up. */
export type Waiting = { signal: AbortSignal; isStopped(): boolean; abandon(): void; end(): void };

/** Hears from whichever process it is that an answer was stopped. */
export const untilStopped = (signals: Signals, messageId: string, given: AbortSignal | undefined): Waiting => {
  const stopped = new AbortController();
  const abandon = (): void => stopped.abort(new Stopped());
  const unhear = signals.onPass(({ kind, data }) => {
    if (kind === KIND && data.messageId === messageId) abandon();
  });
  return {
    signal: given ? AbortSignal.any([given, stopped.signal]) : stopped.signal,
    isStopped: () => stopped.signal.aborted,
    abandon,
    end: unhear,
  };
};

/** Tells whoever makes this answer, in whichever process, that nobody waits for it. */
export const tellStopped = (signals: Signals, at: { projectId: string; threadId: string; messageId: string }): void =>
  signals.pass({ projectId: at.projectId, threadId: at.threadId, kind: KIND, data: { messageId: at.messageId } });

/** Ends each answer that is being made in a thread; what was decided goes on. Whoever calls has looked at the role. False: there was none. */
export const stopAnswering = async (
  { database, signals }: Pick<Heart, 'database' | 'signals'>,
  { projectId, personId, name }: Actor,
  at: { threadId: string; except?: string },
): Promise<boolean> => {
  const stopped = await stopAnswers(database, { projectId, personId, says: storable(`Stopped by ${name}.`), ...at });
  for (const messageId of stopped) tellStopped(signals, { projectId, threadId: at.threadId, messageId });
  return stopped.length > 0;
};

/** In a conversation one word ends what is being answered there. */
export const isStopped = async (heart: Heart, { threadId, id, text, automatic, actor }: Addressed): Promise<boolean> => {
  if (automatic || !isStopWord(text) || isChannelThread(threadId) || !roleAtLeast(actor.role, 'operator')) return false;
  return stopAnswering(heart, actor, { threadId, except: id });
};

/** Ends everything that goes on in a thread: answers, and runs of agents. Cards stay: people decide them. */
export const stopThread = async (heart: Heart, actor: Actor, threadId: string): Promise<boolean> => {
  let did = await stopAnswering(heart, actor, { threadId });
  const next = () => openRunIn(heart.database.db, { projectId: actor.projectId, threadId, agentKey: null });
  for (let run = await next(); run; run = await next()) {
    if (!(await stopRun(heart, actor, { runId: run.id })).ok) return did;
    did = true;
  }
  return did;
};
