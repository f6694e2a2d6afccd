import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { open, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, DatabaseError } from 'pg';
import { ROLE } from './data.ts';
import { type EmbeddedError, fromOutput, fromSystem } from './error.ts';
import type { Place } from './place.ts';
import { clusterName, readIfThere } from './process.ts';
import { launchOptions, programPath, type Software } from './software.ts';

const LOG_LIMIT = 1024 * 1024;

/** A server that was just spawned; `end` comes when it has ended. */
export type Launched = { pid: number | undefined; end: { failed?: Error; stopped?: boolean } | undefined; logFrom: number };

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.on('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port }, () => probe.close(() => resolve(true)));
  });

const portFile = (place: Place): string => join(place.folder, 'port');
const savedPort = async (place: Place): Promise<number> => {
  const port = Number(await readIfThere(portFile(place)));
  return port > 0 && port < 65_536 ? port : 0;
};

/**
 * The port of last time if it is free, so that the address stays the same, also when a server died under a running program.
 * A new one comes from below the range that systems take the ports of outgoing connections from: those would take ours too.
 */
const choosePort = async (place: Place): Promise<number> => {
  const candidates = [await savedPort(place), ...Array.from({ length: 20 }, () => randomInt(20_000, 32_000))].filter((port) => port > 0);
  for (const port of candidates) if (await isFree(port)) return port;
  throw new Error('no port is free on 127.0.0.1');
};

export const savePort = async (place: Place, port: number): Promise<void> => {
  if (port !== (await savedPort(place))) await writeFile(portFile(place), String(port));
};

const openLog = async (place: Place) => {
  const handle = await open(place.logFile, 'a', 0o600);
  const { size } = await handle.stat();
  if (size < LOG_LIMIT) return { handle, size };
  await handle.close();
  await rename(place.logFile, `${place.logFile}.1`);
  return { handle: await open(place.logFile, 'a', 0o600), size: 0 };
};

/** Starts a server in a session of its own: Ctrl-C in our terminal must not end it before we have drained. */
export const launchServer = async (place: Place, software: Software): Promise<Launched> => {
  const port = await choosePort(place);
  const log = await openLog(place);
  const args = ['-D', place.data, '-p', String(port), '-c', `cluster_name=${clusterName(place.data)}`];
  try {
    const child: ChildProcess = spawn(programPath(software, 'postgres'), args, {
      ...launchOptions(place),
      detached: true,
      stdio: ['ignore', log.handle.fd, log.handle.fd],
    });
    const launched: Launched = { pid: child.pid, end: undefined, logFrom: log.size };
    child.on('error', (failed) => {
      launched.end = { failed };
    });
    child.on('exit', (code) => {
      launched.end ??= { stopped: code === 0 || code === null }; // null: by a signal
    });
    child.unref();
    return launched;
  } finally {
    await log.handle.close();
  }
};

/** The folder or the port was another server's for a moment, or somebody killed it. */
const PASSING =
  /could not create any TCP\/IP sockets|lock file ".*" (already exists|is empty)|pre-existing shared memory|process .* was terminated by signal 9/;

/** Why it ended, for the operator; `passing` if to try again may help. */
export const explainEnd = async (place: Place, launched: Launched): Promise<{ error: EmbeddedError; passing: boolean }> => {
  const failed = launched.end?.failed;
  if (failed !== undefined) {
    const error = fromSystem(failed, place.folder);
    if (error === undefined) throw failed;
    return { error, passing: false };
  }
  const output = Buffer.from((await readIfThere(place.logFile)) ?? '')
    .subarray(launched.logFrom)
    .toString();
  return { error: await fromOutput(output, place), passing: launched.end?.stopped === true || PASSING.test(output) };
};

export const serverUrl = (place: Place, port: number): string => `postgresql://${ROLE}:${place.password}@127.0.0.1:${port}/postgres`;

const STARTING_OR_ENDING = '57P'; // the class of admin_shutdown, crash_shutdown and cannot_connect_now
const INVALID_PASSWORD = '28P01';
const TOO_MANY_CONNECTIONS = '53300'; // all taken, by programs that have the password

/** Proves that the server answers, by a connection of the kind that the program will make. */
export const greetServer = async (place: Place, port: number): Promise<'ours' | 'wrong_password' | 'not_yet' | { refusal: string }> => {
  const client = new Client({ connectionString: serverUrl(place, port), ssl: false, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined); // a connection that breaks later has been answered for already
  try {
    await client.connect();
    await client.end();
    return 'ours';
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code?.startsWith(STARTING_OR_ENDING)) return 'not_yet';
    if (error.code === TOO_MANY_CONNECTIONS) return 'ours';
    return error.code === INVALID_PASSWORD ? 'wrong_password' : { refusal: error.message };
  }
};
