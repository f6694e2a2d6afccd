import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = [200, 500, 1000, 2000, 5000, 10_000];

export type Lanes = {
  /**
   * In order within the lane, tried until it is done: the gateway tells a thing once, and is not asked again. Resolves to true when it is over,
   * and to false when it was left because all of this stops.
   */
  run(lane: string, work: () => Promise<void>): Promise<boolean>;
  /** Before anything that comes after it, in any lane. */
  first(work: () => Promise<void>): void;
  /** As soon as nothing has to come first; tried once. */
  beside(work: () => Promise<void>): void;
  stop(): Promise<void>;
};

/** `isFinal`: what failed for good is given up, and told like what is put off. */
export const createLanes = (onPutOff: (error: unknown) => void, isFinal: (error: unknown) => boolean): Lanes => {
  const lanes = new Map<string, Promise<boolean>>();
  const stopping = new AbortController();
  let before: Promise<unknown> = Promise.resolve();
  const alone = new Set<Promise<void>>();

  const untilDone = async (work: () => Promise<void>): Promise<boolean> => {
    for (let at = 0; !stopping.signal.aborted; at += 1) {
      try {
        await work();
        return true;
      } catch (error) {
        onPutOff(error);
        if (isFinal(error)) return true;
        await sleep(PATIENCE_MS[Math.min(at, PATIENCE_MS.length - 1)], undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return false;
  };
  return {
    run(lane, work) {
      const gate = before;
      const next = (lanes.get(lane) ?? Promise.resolve(true)).then(() => gate).then(() => untilDone(work));
      lanes.set(lane, next);
      void next.finally(() => lanes.get(lane) === next && lanes.delete(lane));
      return next;
    },
    first(work) {
      before = before.then(() => untilDone(work));
    },
    beside(work) {
      const one: Promise<void> = before
        .then(work)
        .catch(onPutOff)
        .finally(() => alone.delete(one));
      alone.add(one);
    },
    async stop() {
      stopping.abort();
      await before;
      await Promise.all([...lanes.values(), ...alone]);
    },
  };
};
