import type { Signals } from '../db/signals.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';

/** At most ten looks a second: faster than that nobody reads. */
const EVERY_MS = 100;
/** Leaves room in one NOTIFY for the rest of it. */
const MOST_BYTES = 7000;
const MOST_CALLS = 20;

export type Growing = { onText(delta: string): void; onCall(tool: string): void; stop(): Promise<void> };

const bounded = (text: string): string => {
  let shown: string = visibleBlock(text.toWellFormed());
  while (Buffer.byteLength(JSON.stringify(shown)) > MOST_BYTES) shown = `${shown.slice(0, Math.floor(shown.length * 0.8))}…`;
  return shown;
};

/** Several that hear the same. */
export const together = (all: readonly Growing[]): Growing => ({
  onText(delta) {
    for (const { onText } of all) onText(delta);
  },
  onCall(tool) {
    for (const { onCall } of all) onCall(tool);
  },
  async stop() {
    await Promise.all(all.map((one) => one.stop()));
  },
});

/**
 * Lets the room see an answer while it is written. Each time all of it so far is passed on, so that a look which is lost costs nothing; none
 * of it is kept, and the stored message takes its place.
 */
export const createGrowing = (signals: Signals, at: { projectId: string; threadId: string; messageId: string; model: string }): Growing => {
  const { projectId, threadId, messageId, model } = at;
  const calls: string[] = [];
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  let stopped = false;
  const tell = (): void => {
    timer = undefined;
    toldAt = performance.now();
    const data = { messageId, model: visible(model), text: bounded(text), calls: calls.map((name) => visible(name)) };
    signals.pass({ projectId, threadId, kind: 'message.growing', data });
  };
  const soon = (): void => {
    if (stopped || timer) return;
    timer = setTimeout(tell, Math.max(0, toldAt + EVERY_MS - performance.now()));
  };
  return {
    onText(delta) {
      // What does not fit is not shown, so it need not be kept either.
      if (text.length < MOST_BYTES) text += delta.slice(0, MOST_BYTES);
      soon();
    },
    onCall(tool) {
      if (calls.length < MOST_CALLS) calls.push(tool);
      soon();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
