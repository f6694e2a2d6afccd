import type { Signals } from '../db/signals.ts';
import { visible } from '../dispatch/visible.ts';
import { startDeliverer } from './deliver.ts';
import { type EventDeps, onEvent } from './on-event.ts';
import type { Answer, ChatEvent, Surface, Work } from './surface.ts';

const FAILED: Answer = { kind: 'nothing' };

const LONGEST_TITLE = 100;

/** What begins or ends with an event, for whoever looks on. */
const workOf = (event: ChatEvent): Work | undefined => {
  if (event.kind === 'stopped') return { busy: false };
  if (event.kind !== 'message' || !event.addressed) return undefined;
  return { busy: true, title: visible(event.title.split('\n')[0]?.slice(0, LONGEST_TITLE) ?? ''), by: event.who.userId };
};

/**
 * Connects the outside surfaces: what happens there comes in by one way, and what has to stand there is brought by one worker. An event that
 * cannot be stored is thrown back at its surface, which then does not acknowledge it, so that it comes again.
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
  const showWork = (event: ChatEvent, answer: Answer): void => {
    const work = answer.kind === 'nothing' ? workOf(event) : undefined;
    if (!work) return;
    void byName
      .get(event.place.surface)
      ?.can.working?.(event.place, work)
      .catch(() => heart.log.info({ surface: event.place.surface }, 'work.not_shown'));
  };
  const hear = async (event: ChatEvent): Promise<Answer> => {
    try {
      const answer = await onEvent(events, event);
      showWork(event, answer);
      return answer;
    } catch (error) {
      const { kind, place } = event;
      heart.log.warn({ surface: place.surface, kind, err: error instanceof Error ? error.name : 'unknown' }, 'event.not_taken');
      if (kind === 'message' || kind === 'deleted' || kind === 'command' || kind === 'stopped') throw error;
      return FAILED;
    }
  };
  await Promise.all(surfaces.map((surface) => surface.start(hear)));
  return {
    async stop() {
      await Promise.all(surfaces.map((surface) => surface.stop()));
      await deliverer.stop();
    },
  };
};
