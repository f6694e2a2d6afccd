import type { Db } from '../db/client.ts';
import { type Cursor, type FeedPage, readFeed } from '../db/feed.ts';
import type { Signals } from '../db/signals.ts';

/** More than this far behind, reading everything anew costs less than catching up. */
export const FARTHEST_BEHIND = 1000;

export type SharedFeed = {
  read(at: { projectId: string; after: Cursor }): Promise<FeedPage | undefined>;
  stop(): void;
};

/**
 * Reads the feed for many streams: those that stand at the same place share one query, so that a hundred open pages cost what one does. A
 * query that was under way when something new was signalled is not shared any more: it may have begun too early to see it.
 */
export const shareFeed = (db: Db, signals: Signals): SharedFeed => {
  const underWay = new Map<string, Promise<FeedPage | undefined>>();
  const unhear = signals.on('wilco_events', () => underWay.clear());
  return {
    read({ projectId, after }) {
      const key = `${projectId} ${after}`;
      const begun = underWay.get(key);
      if (begun) return begun;
      const reading = readFeed(db, { projectId, after, limit: FARTHEST_BEHIND + 1 }).finally(() => {
        if (underWay.get(key) === reading) underWay.delete(key);
      });
      underWay.set(key, reading);
      return reading;
    },
    stop: unhear,
  };
};
