import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import { err, ok, type Result } from '../../result.ts';
import { prepareData, resetPassword } from './data.ts';
import { type EmbeddedError, fromSystem, placeUnreachable, startFailed, startTimeout } from './error.ts';
import { canReach, openFolder, openPlace, type Place } from './place.ts';
import { endServer, findServer, type Server } from './process.ts';
import { explainEnd, greetServer, type Launched, launchServer, savePort, serverUrl } from './server.ts';
import { locatePackage, prepareSoftware, type Software } from './software.ts';

/**
 * The database that comes with the program. `adopted` says that it was running already. `stop` ends the server that
 * the home has then, for everyone who is connected, and may be called again.
 */
export type Embedded = { url: string; adopted: boolean; stop(): Promise<void> };

type Options = {
  home: string;
  log: Log;
  maxConnections?: number;
  /** The npm package with the binaries; the one for this machine if not given. */
  packageFolder?: string;
};

const POLL_MS = 3;
// Replaying the largest log that the settings allow takes a few seconds; a slow disk gets the benefit of the doubt.
const START_MS = 120_000;
const LAUNCHES = 20;
const RELAUNCH_MS = 100;

const prepare = async (place: Place, options: Options): Promise<Result<Software, EmbeddedError>> => {
  const located = options.packageFolder === undefined ? locatePackage(process) : ok(options.packageFolder);
  if (!located.ok) return located;
  await openFolder(place.folder, place.account);
  if (!(await canReach(place.folder, place.account))) return err(placeUnreachable(place.folder));
  const software = await prepareSoftware(place, located.value);
  if (!software.ok) return software;
  const data = await prepareData(place, software.value, options.maxConnections ?? 40);
  return data.ok ? software : data;
};

const launch = async (place: Place, options: Options): Promise<Result<Launched, EmbeddedError>> => {
  const software = await prepare(place, options);
  return software.ok ? ok(await launchServer(place, software.value)) : software;
};

// The record was lost, or is not the one that belongs to the data: the data is worth more, so it gets the record's password.
const mendPassword = async (place: Place, options: Options & { server: Server }): Promise<Result<null, EmbeddedError>> => {
  options.log.warn({ pid: options.server.pid }, 'database.password_reset');
  if (!(await endServer({ pid: options.server.pid, data: place.data }))) return err(startFailed('it does not stop', place.logFile));
  const software = await prepare(place, options);
  return software.ok ? resetPassword(place, software.value) : software;
};

/** What one start has spawned so far. */
type Attempt = { launched: Launched | undefined; launches: number };
type Step = { options: Options; attempt: Attempt };

/** True once the server there is one that answers to our password. */
const meetServer = async (place: Place, server: Server, { options, attempt }: Step): Promise<Result<boolean, EmbeddedError>> => {
  if (!server.ready || server.port === undefined) return ok(false);
  const answer = await greetServer(place, server.port);
  if (typeof answer === 'object') return err(startFailed(answer.refusal, place.logFile));
  if (answer !== 'wrong_password') return ok(answer === 'ours');
  const mended = await mendPassword(place, { ...options, server });
  attempt.launched = undefined;
  return mended.ok ? ok(false) : mended;
};

const ensureLaunched = async (place: Place, { options, attempt }: Step): Promise<Result<false, EmbeddedError>> => {
  if (attempt.launched !== undefined && attempt.launched.end === undefined) return ok(false);
  if (attempt.launched !== undefined) {
    const { error, passing } = await explainEnd(place, attempt.launched);
    if (!passing || attempt.launches === LAUNCHES) return err(error);
    await sleep(RELAUNCH_MS);
  }
  const next = await launch(place, options);
  if (!next.ok) return next;
  attempt.launched = next.value;
  attempt.launches += 1;
  return ok(false);
};

type Reached = { pid: number; port: number; adopted: boolean };

/** Goes on until a server answers, whoever started it: we, a program that is gone, or another start at this moment. */
const reachServer = async (place: Place, options: Options): Promise<Result<Reached, EmbeddedError>> => {
  const attempt: Attempt = { launched: undefined, launches: 0 };
  for (const until = Date.now() + START_MS; Date.now() < until; await sleep(POLL_MS)) {
    const server = await findServer(place.data);
    const step = server ? await meetServer(place, server, { options, attempt }) : await ensureLaunched(place, { options, attempt });
    if (!step.ok) return step;
    if (step.value && server?.port !== undefined) {
      return ok({ pid: server.pid, port: server.port, adopted: server.pid !== attempt.launched?.pid });
    }
  }
  return err(startTimeout(START_MS / 1000, place.logFile));
};

const start = async (options: Options): Promise<Result<Embedded, EmbeddedError>> => {
  const began = Date.now();
  const place = await openPlace(options.home, options.log);
  if (!place.ok) return place;
  const ready = await reachServer(place.value, options);
  if (!ready.ok) return ready;
  const { pid, port, adopted } = ready.value;
  await savePort(place.value, port);
  options.log.info({ pid, port, adopted, ms: Date.now() - began }, 'database.started');

  const { data } = place.value;
  const stop = async (): Promise<void> => {
    // Looked up anew: the server may have been killed and started again since.
    const server = await findServer(data);
    if (server === undefined) return;
    if (await endServer({ pid: server.pid, data })) options.log.info({ pid: server.pid }, 'database.stopped');
    else options.log.error({ pid: server.pid }, 'database.not_stopped');
  };
  return ok({ url: serverUrl(place.value, port), adopted, stop });
};

/**
 * Starts the PostgreSQL of `home`, or adopts it if it runs already. It is a process of its own, so that it outlives a killed
 * program; what was committed survives a kill of anything at any moment. Two starts at once get the same server.
 */
export const startEmbedded = async (options: Options): Promise<Result<Embedded, EmbeddedError>> => {
  try {
    return await start(options);
  } catch (error) {
    const known = fromSystem(error, options.home);
    if (known === undefined) throw error;
    options.log.error({ err: error }, 'database.not_started');
    return err(known);
  }
};
