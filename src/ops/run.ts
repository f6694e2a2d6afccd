import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ConfigError } from '../config/invalid.ts';
import type { Config } from '../config.ts';
import { visitDatabase } from '../db/visit.ts';
import type { Log } from '../log.ts';
import { err, ok, type Result } from '../result.ts';
import type { Terminal } from './terminal.ts';

/** What a command of the operator is given; it answers the exit code. */
export type OpsRun = {
  config: Result<Config, ConfigError>;
  args: readonly string[];
  log: Log;
  say(line: string): void;
  /** Absent: nobody sits there, as in CI. */
  terminal?: Terminal;
};
export type OpsCommand = (run: OpsRun) => Promise<number>;

type Refusal = { code: string; message: string };
type Given = { file: string; flags: ReadonlySet<string>; replace: string | null };

/** One file and some flags. An argument that means nothing is named, not passed over. */
export const readArguments = (args: readonly string[], known: readonly string[]): Result<Given, Refusal> => {
  const options = Object.fromEntries(
    known.map((name) => [name, { type: name === 'replace' ? ('string' as const) : ('boolean' as const) }]),
  );
  const refuse = (message: string) => err({ code: 'arguments_invalid', message });
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, more] = positionals;
    if (file === undefined) return refuse('Name the file behind two dashes: npm run <command> -- FILE');
    if (more !== undefined) return refuse(`One file at a time: what is ${more}?`);
    const replace = typeof values.replace === 'string' ? values.replace : null;
    return ok({ file: resolve(file), flags: new Set(Object.keys(values)), replace });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
};

export type Visited = Given & { url: string; home: string };
type Work = (at: Visited) => Promise<Result<string[], Refusal>>;
type How = { flags: readonly string[]; make: boolean; alone: boolean };

/** Reads the arguments, reaches the database, does the work and leaves the database as it was. Says what came of it. */
export const onDatabase = async (run: OpsRun, how: How, work: Work): Promise<number> => {
  const { config, args, log, say } = run;
  const refused = ({ message }: Refusal): number => {
    say(message);
    return 1;
  };
  const given = readArguments(args, how.flags);
  if (!given.ok) return refused(given.error);
  if (!config.ok) return refused(config.error);
  const { home, databaseUrl } = config.value;
  const visit = await visitDatabase({ home, databaseUrl, log, make: how.make, alone: how.alone });
  if (!visit.ok) return refused(visit.error);
  try {
    const done = await work({ ...given.value, url: visit.value.url, home });
    if (!done.ok) return refused(done.error);
    for (const line of done.value) say(line);
    return 0;
  } finally {
    await visit.value.leave();
  }
};

export const number = (count: number): string => count.toLocaleString('en');

/** How long something has taken, for people. */
export const stopwatch = (): (() => string) => {
  const began = performance.now();
  return () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
};
