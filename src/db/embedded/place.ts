import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, lstat, mkdir, open, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import { err, ok, type Result } from '../../result.ts';
import { type EmbeddedError, failedWith, recordBroken } from './error.ts';
import { endServer, findServer, readIfThere } from './process.ts';

/** Who the server runs as; undefined where it is simply who we are. */
export type Account = { uid: number; gid: number } | undefined;

/** Where one home keeps its database: `folder` holds data, log and (sometimes) a copy of the binaries. */
export type Place = { folder: string; data: string; logFile: string; password: string; account: Account };

// As root, where data goes that may not lie under the home: the system's own folder for it. Never the folder for temporary
// files, which a restart may empty.
const SYSTEM_FOLDER = '/var/lib/wilco';

/** home/postgres.json. `folder` is null while the data lies in the home, so that a home can be moved. */
const PlaceRecord = z.object({ password: z.string().regex(/^[\w-]{20,}$/), folder: z.string().nullable() });
type PlaceRecord = z.output<typeof PlaceRecord>;

const isRoot = (): boolean => process.getuid?.() === 0;

const accountFromPasswd = async (): Promise<Account> => {
  const users = ((await readIfThere('/etc/passwd')) ?? '').split('\n').map((line) => line.split(':'));
  const [, , uid = 65534, gid = 65534] = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
};

/** PostgreSQL refuses to be root: it becomes the owner of the data there is, else `postgres`, else `nobody`. */
const chooseAccount = async (data: string): Promise<Account> => {
  if (!isRoot()) return undefined;
  try {
    const { uid, gid } = await stat(data);
    if (uid !== 0) return { uid, gid };
  } catch (error) {
    if (!failedWith(error, 'ENOENT')) throw error;
  }
  return accountFromPasswd();
};

const mayEnter = async (folder: string, account: { uid: number; gid: number }): Promise<boolean> => {
  const { uid, gid, mode } = await stat(folder);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === account.gid ? 0o010 : 0o001)) !== 0;
};

/** Says whether this account gets to a folder (a real path): each folder above it counts, and `/root` commonly lets no one in. */
export const canReach = async (folder: string, account: Account): Promise<boolean> => {
  if (account === undefined) return true;
  for (let here = folder; ; here = dirname(here)) {
    if (!(await mayEnter(here, account))) return false;
    if (here === dirname(here)) return true;
  }
};

/** A folder that the server's user can enter, whatever the umask. */
export const openFolder = async (folder: string, account: Account): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await chmod(folder, account === undefined ? 0o700 : 0o711);
};

/** Makes what was just created, renamed or removed in a folder outlast a power failure. Windows cannot, and need not. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
};

const readRecord = async (file: string): Promise<Result<PlaceRecord | undefined, EmbeddedError>> => {
  const text = await readIfThere(file);
  if (text === undefined) return ok(undefined);
  try {
    return ok(PlaceRecord.parse(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return err(recordBroken(file));
    throw error;
  }
};

const exists = async (path: string): Promise<boolean> => {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return false;
    throw error;
  }
};

const systemFolders = async (home: string): Promise<{ folder: string; left: string[] }> => {
  const first = join(SYSTEM_FOLDER, createHash('sha256').update(home).digest('hex').slice(0, 16));
  const left: string[] = [];
  for (let folder = first; ; folder = `${first}-${left.length + 1}`) {
    if (!(await exists(folder))) return { folder, left };
    left.push(folder);
  }
};

// A folder that is there already belonged to a home of this name that is gone. To take it over would bring back what somebody
// removed, and to remove it would lose what somebody may want: it stays, but for its server, which nobody could reach or stop.
const leaveBehind = async (folder: string, log: Log): Promise<void> => {
  log.warn({ folder }, 'database.left_behind');
  const data = join(folder, 'data');
  const server = await findServer(data);
  if (server !== undefined) await endServer({ pid: server.pid, data });
};

// Linking, unlike renaming, fails when another start was first; then its record holds for both. False if so.
const writeRecord = async (file: string, record: PlaceRecord): Promise<boolean> => {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(draft, `${JSON.stringify(record)}\n`, { flag: 'wx', mode: 0o600, flush: true });
    await link(draft, file);
    await syncFolder(dirname(file));
    return true;
  } catch (error) {
    if (failedWith(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};

const createRecord = async (home: string, log: Log): Promise<void> => {
  const account = await chooseAccount(join(home, 'postgres', 'data'));
  const isHere = await canReach(home, account);
  const { folder, left } = isHere ? { folder: null, left: [] } : await systemFolders(home);
  if (!isHere) await openFolder(SYSTEM_FOLDER, account);
  const isOurs = await writeRecord(join(home, 'postgres.json'), { password: randomBytes(24).toString('base64url'), folder });
  // Only now: what another start, which was first, has put there is not left behind.
  if (isOurs) for (const old of left) await leaveBehind(old, log);
};

/** Finds where a home keeps its database, deciding it (once and for all) at the first start. */
export const openPlace = async (home: string, log: Log): Promise<Result<Place, EmbeddedError>> => {
  const made = await mkdir(home, { recursive: true });
  if (made !== undefined) await chmod(home, isRoot() ? 0o711 : 0o700); // one that was there keeps its mode
  const real = await realpath(home);
  const file = join(real, 'postgres.json');
  let record = await readRecord(file);
  if (record.ok && record.value === undefined) {
    await createRecord(real, log);
    record = await readRecord(file);
  }
  if (!record.ok) return record;
  if (record.value === undefined) return err(recordBroken(file));
  const folder = record.value.folder ?? join(real, 'postgres');
  const data = join(folder, 'data');
  const logFile = join(folder, 'server.log');
  return ok({ folder, data, logFile, password: record.value.password, account: await chooseAccount(data) });
};
