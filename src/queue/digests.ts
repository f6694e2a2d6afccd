import type { Database } from '../db/client.ts';
import type { Signals } from '../db/signals.ts';
import { listUntold, tellDigest } from '../dispatch/beat-digest.ts';
import type { Heart } from '../dispatch/heart.ts';
import type { Workforce } from '../dispatch/workforce.ts';
import type { Log } from '../log.ts';
import { startWatch, type Watch } from './watch.ts';

const BACKSTOP_MS = 30_000;
const SETTLE_MS = 150;
const BATCH = 100;

type Deps = { database: Database; heart: Pick<Heart, 'tools'>; signals: Signals; log: Log; workforce?: Workforce };

/**
 * Tells what the runs of heartbeats come to, each in one message, as soon as they come to rest; and keeps what was told up to date. A look
 * answers of how many runs it told.
 */
export const startDigests = ({ database, heart, signals, log, workforce }: Deps): Watch<number> => {
  const nameOf = async (projectId: string, key: string): Promise<string> => (await workforce?.find(projectId, key))?.name ?? key;
  const tell = (runId: string): Promise<boolean> =>
    database
      .transaction((tx) => tellDigest(tx, { runId, tools: heart.tools, nameOf }))
      .catch((error: unknown) => {
        log.error({ runId, err: error instanceof Error ? error.name : 'unknown' }, 'digest.failed');
        return false;
      });
  const failed = { code: 'digests.unread', found: 0 };
  return startWatch({ signals, log, settleMs: SETTLE_MS, backstopMs: BACKSTOP_MS, failed }, async () => {
    let found = 0;
    for (const runId of await listUntold(database.db, BATCH)) if (await tell(runId)) found += 1;
    return { found };
  });
};
