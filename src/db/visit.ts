import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { err, ok, type Result } from '../result.ts';
import { startEmbedded } from './embedded/start.ts';
import { type Instance, takeInstance } from './instance.ts';
import { checkServer } from './server-check.ts';

/** A database for a moment, whether or not Wilco works on it. `leave` leaves it as it was found. */
export type Visit = { url: string; embedded: boolean; leave(): Promise<void> };
export type VisitError = { code: string; message: string };

type Where = {
  home: string;
  databaseUrl: string | null;
  log: Log;
  /** Make the embedded database if there is none; otherwise that is an answer of its own. */
  make: boolean;
  /** Refuse where Wilco works on it, and keep it from starting meanwhile. */
  alone: boolean;
};

const hasDatabase = (home: string): Promise<boolean> =>
  access(join(home, 'postgres.json')).then(
    () => true,
    () => false,
  );

/** Stops the server unless a Wilco has come to work on it meanwhile: it is that one's to stop then. */
const stopUnlessUsed = async (server: { url: string; stop(): Promise<void> }, held: Instance | undefined): Promise<void> => {
  const mine = held ?? (await takeInstance(server.url, () => undefined).catch(() => undefined));
  if (!mine) return;
  await mine.release();
  await server.stop();
};

const visitEmbedded = async ({ home, log, make, alone }: Where): Promise<Result<Visit, VisitError>> => {
  if (!make && !(await hasDatabase(home)))
    return err({ code: 'no_installation', message: `There is no installation at ${home}. npm start makes one; WILCO_HOME says where.` });
  const started = await startEmbedded({ home, log });
  if (!started.ok) return started;
  const { url, adopted, stop } = started.value;
  const held = alone ? await takeInstance(url, () => undefined) : undefined;
  if (alone && !held) return err({ code: 'already_running', message: `Wilco runs on ${home}. Stop it first.` });
  // One that ran already is a Wilco's, or outlived one that will come for it.
  const leave = async () => (adopted ? held?.release() : stopUnlessUsed({ url, stop }, held));
  return ok({ url, embedded: true, leave });
};

/** Reaches the database of an installation for a moment: the operator's server, or ours, which is started and stopped again if it rests. */
export const visitDatabase = async (where: Where): Promise<Result<Visit, VisitError>> => {
  if (where.databaseUrl === null) return visitEmbedded(where);
  const checked = await checkServer(where.databaseUrl);
  return checked.ok ? ok({ url: where.databaseUrl, embedded: false, leave: async () => undefined }) : checked;
};
