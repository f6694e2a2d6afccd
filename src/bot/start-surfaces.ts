import type { Signals } from '../db/signals.ts';
import { startDeliverer } from './deliver.ts';
import { type EventDeps, onEvent } from './on-event.ts';
import type { Answer, ChatEvent, Surface } from './surface.ts';

const FAILED: Answer = { kind: 'nothing' };

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
  const hear = async (event: ChatEvent): Promise<Answer> => {
    try {
      return await onEvent(events, event);
    } catch (error) {
      const { kind, place } = event;
      heart.log.warn({ surface: place.surface, kind, err: error instanceof Error ? error.name : 'unknown' }, 'event.not_taken');
      if (kind === 'message' || kind === 'deleted' || kind === 'command') throw error;
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
