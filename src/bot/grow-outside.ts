import type { Addressed } from '../db/answer.ts';
import { type Grown, growAnswer } from '../db/growing.ts';
import { splitThreadId } from '../db/thread-id.ts';
import type { Heart } from '../dispatch/heart.ts';
import { storable } from '../dispatch/thread.ts';
import type { Growing } from './growing.ts';

/** What is done within this arrives whole. */
const HOLD_MS = 1000;
/** Platforms take about one change of a message in a second. */
const EVERY_MS = 1500;
/** Escaped twice as long, this fits into one message of every platform. The rest comes with the end. */
const MOST_CHARACTERS = 1900;
const MOST_CALLS = 20;

const bounded = (text: string): string => (text.length > MOST_CHARACTERS ? `${storable(text.slice(0, MOST_CHARACTERS))}…` : storable(text));

type By = Pick<Grown, 'writtenBy' | 'agent'>;

/**
 * Lets a thread of an outside surface see an answer while it is written: a stored message that is replaced as a whole every so often, and
 * delivered like any other. `onGone`: nobody waits for it any more. Undefined for the room, which is told in passing.
 */
export const createOutsideGrowing = (
  { database, log }: Pick<Heart, 'database' | 'log'>,
  message: Pick<Addressed, 'id' | 'begun' | 'threadId'>,
  { by, onGone }: { by: By; onGone: () => void },
): Growing | undefined => {
  if (splitThreadId(message.threadId)?.surface === 'room') return undefined;
  const calls: string[] = [];
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let changed = false;
  let stopped = false;
  let nextAt: number | undefined;
  const write = async (): Promise<void> => {
    changed = false;
    try {
      if (!(await growAnswer(database, message, { ...by, text: bounded(text), calls }))) onGone();
    } catch (error) {
      // The next one, or the end, has all of it.
      log.info({ messageId: message.id, err: error instanceof Error ? error.name : 'unknown' }, 'answer.not_grown');
    }
    nextAt = performance.now() + EVERY_MS;
    writing = undefined;
    if (changed) soon();
  };
  const soon = (): void => {
    changed = true;
    if (stopped || timer || writing) return;
    nextAt ??= performance.now() + HOLD_MS;
    timer = setTimeout(
      () => {
        timer = undefined;
        writing = write();
      },
      Math.max(0, nextAt - performance.now()),
    );
  };
  return {
    onText(delta) {
      // What does not fit is not shown, so it need not be kept either.
      if (text.length > MOST_CHARACTERS) return;
      text += delta.slice(0, MOST_CHARACTERS);
      soon();
    },
    onCall(tool) {
      if (calls.length >= MOST_CALLS) return;
      calls.push(storable(tool));
      soon();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await writing;
    },
  };
};
