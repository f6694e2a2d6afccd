import type { Database } from '../db/client.ts';
import type { Signals } from '../db/signals.ts';
import { listUntold, tellDigest } from '../dispatch/beat-digest.ts';
import type { Heart } from '../dispatch/heart.ts';
import type { Workforce } from '../dispatch/workforce.ts';
import type { Log } from '../log.ts';

/** Looked at this often whatever was heard. */
const BACKSTOP_MS = 30_000;
/** Of many changes at once one look is made. */
const SETTLE_MS = 150;
const BATCH = 100;

export type Digests = {
  /** Tells what is to be told by now; answers of how many runs. */
  look(): Promise<number>;
  stop(): Promise<void>;
};

type Deps = { database: Database; heart: Pick<Heart, 'tools'>; signals: Signals; log: Log; workforce?: Workforce };

/**
 * Tells what the runs of heartbeats come to, each in one message, as soon as they come to rest; and keeps what was told up to date. Heard of by
 * the signal of every commit; any number of processes may do so on one database.
 */
export const startDigests = ({ database, heart, signals, log, workforce }: Deps): Digests => {
  const nameOf = async (projectId: string, key: string): Promise<string> => (await workforce?.find(projectId, key))?.name ?? key;
  let stopped = false;
  let busy: Promise<number> = Promise.resolve(0);
  let settling: NodeJS.Timeout | undefined;

  const tellAll = async (): Promise<number> => {
    let told = 0;
    for (const runId of stopped ? [] : await listUntold(database.db, BATCH)) {
      const one = await database
        .transaction((tx) => tellDigest(tx, { runId, tools: heart.tools, nameOf }))
        .catch((error: unknown) => {
          log.error({ runId, err: error instanceof Error ? error.name : 'unknown' }, 'digest.failed');
          return false;
        });
      if (one) told += 1;
    }
    return told;
  };
  const look = (): Promise<number> => {
    busy = busy.then(tellAll).catch((error: unknown) => {
      log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'digests.unread');
      return 0;
    });
    return busy;
  };
  const hear = () => {
    if (settling || stopped) return;
    settling = setTimeout(() => {
      settling = undefined;
      void look();
    }, SETTLE_MS);
  };
  const unhear = signals.on('wilco_events', hear);
  const backstop = setInterval(hear, BACKSTOP_MS);
  hear();
  return {
    look,
    async stop() {
      stopped = true;
      unhear();
      clearInterval(backstop);
      clearTimeout(settling);
      await busy;
    },
  };
};
