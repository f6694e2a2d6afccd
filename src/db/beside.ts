import type { Log } from '../log.ts';
import { err, ok, type Result } from '../result.ts';
import { type Database, openDatabase } from './client.ts';
import { startEmbedded } from './embedded/start.ts';
import { takeInstance } from './instance.ts';
import { migrateDatabase } from './migrate.ts';
import { checkServer } from './server-check.ts';

type Beside = { database: Database; stop(): Promise<void> };
type Place = { url: string; stop(): Promise<void> };

/** The server that a running Wilco has, or one that is started for this alone and ends with it. */
const embeddedPlace = async (home: string, log: Log): Promise<Result<Place, { code: string; message: string }>> => {
  const started = await startEmbedded({ home, log });
  if (!started.ok) return started;
  const { url, stop } = started.value;
  const alone = await takeInstance(url, () => undefined);
  const end = async () => {
    await alone?.release();
    await stop();
  };
  return ok({ url, stop: alone ? end : async () => undefined });
};

/** The database for one command, beside a Wilco that may be running on it or not. */
export const openBeside = async (at: {
  home: string;
  databaseUrl: string | null;
  log: Log;
}): Promise<Result<Beside, { code: string; message: string }>> => {
  const { home, databaseUrl, log } = at;
  const given = databaseUrl === null ? undefined : await checkServer(databaseUrl);
  if (given && !given.ok) return err(given.error);
  const place = databaseUrl === null ? await embeddedPlace(home, log) : ok({ url: databaseUrl, stop: async () => undefined });
  if (!place.ok) return place;
  const migrated = await migrateDatabase(place.value.url);
  if (!migrated.ok) {
    await place.value.stop();
    return migrated;
  }
  const database = openDatabase(place.value.url, { max: 2, onIdleError: () => undefined });
  const stop = async () => {
    await database.close();
    await place.value.stop();
  };
  return ok({ database, stop });
};
