import type { Db } from '../client.ts';
import { type HourTotals, readHours } from '../hours.ts';
import type { RunResult } from '../states.ts';

const HOUR = 3600;

/** What a chart can show: how long back, and in pieces of how long. */
export const RANGES = {
  '24h': { seconds: 24 * HOUR, bucketSeconds: HOUR },
  '7d': { seconds: 7 * 24 * HOUR, bucketSeconds: 6 * HOUR },
  '30d': { seconds: 30 * 24 * HOUR, bucketSeconds: 24 * HOUR },
} as const;
export type Range = keyof typeof RANGES;

/** One piece of time: runs that began in it by what they came to, and what was spent, in millionths of a dollar. */
export type Bucket = { at: Date } & Record<RunResult, number> & { running: number; actionMicros: number; modelMicros: number };

const empty = (start: number): Bucket => ({
  at: new Date(start * 1000),
  success: 0,
  failed: 0,
  killed: 0,
  skipped: 0,
  running: 0,
  actionMicros: 0,
  modelMicros: 0,
});

const NUMBERS = ['success', 'failed', 'killed', 'skipped', 'running', 'actionMicros', 'modelMicros'] as const;

const add = (bucket: Bucket, hour: HourTotals): void => {
  for (const name of NUMBERS) bucket[name] += hour[name];
};

/** Runs by result and spend over time, up to `now`. Pieces begin on whole hours and days of UTC; the last one is the one that has not ended. */
export const readSeries = async (db: Db, at: { projectId: string; range: Range; now: Date }): Promise<Bucket[]> => {
  const { projectId, range, now } = at;
  const { seconds, bucketSeconds } = RANGES[range];
  const last = Math.floor(now.getTime() / 1000 / bucketSeconds) * bucketSeconds;
  const first = last - seconds + bucketSeconds;
  const buckets = Array.from({ length: seconds / bucketSeconds }, (_, index) => empty(first + index * bucketSeconds));
  const hours = await readHours(db, { projectId, from: new Date(first * 1000) });
  for (const hour of hours) {
    const bucket = buckets[Math.floor((hour.at.getTime() / 1000 - first) / bucketSeconds)];
    if (bucket) add(bucket, hour);
  }
  return buckets;
};
