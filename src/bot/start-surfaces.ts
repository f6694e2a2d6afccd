import { isAtWork } from '../db/deliveries.ts';
import type { Signals } from '../db/signals.ts';
import { threadId } from '../db/thread-id.ts';
import { visible } from '../dispatch/visible.ts';
import { showRest } from './at-rest.ts';
import { startDeliverer } from './deliver.ts';
import { type EventDeps, onEvent } from './on-event.ts';
import { NOT_TAKEN, say } from './say.ts';
import { showMode } from './show-mode.ts';
import type { Answer, ChatEvent, Surface, Work } from './surface.ts';

/**
 * What is said of an event that could not be stored, where the platform will not tell it again: undefined where it will. What was filled in
 * stays where it is.
 */
const failed = ({ kind }: ChatEvent): Answer | undefined => {
  switch (kind) {
    case 'message':
    case 'deleted':
    case 'stopped':
      return undefined;
    case 'press':
    case 'command':
      return say(NOT_TAKEN);
    case 'submit':
      return { kind: 'invalid', problems: { '': NOT_TAKEN } };
    case 'choosing':
    case 'home':
      return { kind: 'nothing' };
    default:
      return kind satisfies never;
  }
};

const LONGEST_TITLE = 100;

/** What begins or ends with an event, for whoever looks on. */
const workOf = (event: ChatEvent): Work | undefined => {
  if (event.kind === 'stopped') return { busy: false };
  if (event.kind !== 'message' || !event.addressed) return undefined;
  return { busy: true, title: visible(event.title.split('\n')[0]?.slice(0, LONGEST_TITLE) ?? ''), by: event.who.userId };
};

/**
 * Connects the outside surfaces: what happens there comes in by one way, and what has to stand there is brought by one worker. An event that
 * cannot be stored is thrown back at its surface where the platform tells it again, and is said to be lost where it does not.
 */
export const startSurfaces = async (deps: {
  events: EventDeps;
  signals: Signals;
  surfaces: readonly Surface[];
}): Promise<{ stop(): Promise<void> }> => {
  const { events, signals, surfaces } = deps;
  const { heart } = events;
  const deliverer = startDeliverer({ heart, signals, surfaces });
  const byName = new Map(surfaces.map((surface) => [surface.name, surface]));
  /** Whoever is waited for is seen to be at work; that this could not be shown is nothing to anybody. */
  const showWork = async (event: ChatEvent): Promise<void> => {
    const { place } = event;
    const work = workOf(event);
    const working = byName.get(place.surface)?.can.working;
    if (!work || !working) return;
    const { db } = heart.database;
    // Told again it may be answered by now; and what is answered while this is shown has been shown as done before.
    if (work.busy && !(await isAtWork(db, threadId(place)))) return;
    await working(place, work);
    if (work.busy) await showRest(db, working, place);
  };
  const hear = async (event: ChatEvent): Promise<Answer> => {
    try {
      const answer = await onEvent(events, event);
      if (answer.kind === 'nothing') void showWork(event).catch(() => heart.log.info({ surface: event.place.surface }, 'work.not_shown'));
      return answer;
    } catch (error) {
      const { kind, place } = event;
      heart.log.warn({ surface: place.surface, kind, err: error instanceof Error ? error.name : 'unknown' }, 'event.not_taken');
      const answer = failed(event);
      if (!answer) throw error;
      return answer;
    }
  };
  await Promise.all(surfaces.map((surface) => surface.start(hear)));
  const hideMode = showMode(heart, signals, surfaces);
  return {
    async stop() {
      hideMode();
      await Promise.all(surfaces.map((surface) => surface.stop()));
      await deliverer.stop();
    },
  };
};
