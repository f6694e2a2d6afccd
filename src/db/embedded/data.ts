import { appendFile, lchown, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../result.ts';
import { putInPlace } from './draft.ts';
import { dataForeign, dataVersion, type EmbeddedError, failedWith, fromOutput } from './error.ts';
import type { Place } from './place.ts';
import { readIfThere } from './process.ts';
import { programPath, runProgram, type Software } from './software.ts';

const MAJOR = '18';
/** The one role of the embedded server, and its owner. */
export const ROLE = 'wilco';

// For one program with a few connections on a small machine: about 17 MB at rest. What makes a commit durable is left on.
// ERROR lines and the statements they would quote stay out of the log, because they hold what people wrote.
const settings = (
  maxConnections: number,
): string => `# Written by Wilco at each start. ALTER SYSTEM, which goes before this file, is the place for your own.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = ${maxConnections}
timezone = 'UTC'
log_timezone = 'UTC'

fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
min_wal_size = 32MB

shared_buffers = 32MB
effective_cache_size = 256MB
work_mem = 4MB
maintenance_work_mem = 32MB
huge_pages = off
jit = off
io_method = sync
max_worker_processes = 2
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
max_logical_replication_workers = 0
autovacuum = on
autovacuum_worker_slots = 3
autovacuum_max_workers = 2

log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
`;

const SETTINGS_FILE = 'wilco.conf';

const give = async (path: string, place: Place): Promise<void> => {
  if (place.account !== undefined) await lchown(path, place.account.uid, place.account.gid);
};

// A folder that root copied (a backup put back, say) belongs to root, and the server would refuse it.
const giveTree = async (folder: string, place: Place): Promise<void> => {
  await give(folder, place);
  for (const entry of await readdir(folder, { recursive: true })) await give(join(folder, entry), place);
};

const writeSettings = async (place: Place, maxConnections: number): Promise<void> => {
  const file = join(place.data, SETTINGS_FILE);
  const wanted = settings(maxConnections);
  if ((await readIfThere(file)) === wanted) return;
  const draft = `${file}.draft`;
  await writeFile(draft, wanted, { mode: 0o600, flush: true });
  await give(draft, place);
  await rename(draft, file);
};

const fillData = async (draft: string, { place, software }: { place: Place; software: Software }): Promise<Result<null, EmbeddedError>> => {
  const [data, passwordFile] = [join(draft, 'data'), join(draft, 'password')];
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, place.password, { mode: 0o600 });
  await give(data, place);
  await give(passwordFile, place);
  const file = programPath(software, 'initdb');
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['-U', ROLE, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const made = await runProgram(place, { file, args: ['-D', data, '--no-sync', '--no-instructions', ...locale, ...access] });
  if (!made.ok) return err(await fromOutput(made.output, place));
  await appendFile(join(data, 'postgresql.conf'), `\ninclude_if_exists = '${SETTINGS_FILE}'\n`);
  const synced = await runProgram(place, { file, args: ['-D', data, '--sync-only'] });
  return synced.ok ? ok(null) : err(await fromOutput(synced.output, place));
};

const isEmpty = async (folder: string): Promise<boolean> => {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return true;
    throw error;
  }
};

/** Makes the data folder if there is none, and brings its settings up to date. What is there already is never overwritten. */
export const prepareData = async (place: Place, software: Software, maxConnections: number): Promise<Result<null, EmbeddedError>> => {
  const version = (await readIfThere(join(place.data, 'PG_VERSION')))?.trim();
  if (version === undefined) {
    if (!(await isEmpty(place.data))) return err(dataForeign(place.data));
    const put = await putInPlace(place.data, place.account, (draft) => fillData(draft, { place, software }));
    if (!put.ok) return put;
  } else if (version !== MAJOR) {
    return err(dataVersion(place.data, { found: version, ours: MAJOR }));
  }
  if (place.account !== undefined && (await stat(place.data)).uid !== place.account.uid) await giveTree(place.data, place);
  await writeSettings(place, maxConnections);
  return ok(null);
};

/** Sets the password of the record again, without a server: whoever may write the data folder may do so. */
export const resetPassword = async (place: Place, software: Software): Promise<Result<null, EmbeddedError>> => {
  const done = await runProgram(place, {
    file: programPath(software, 'postgres'),
    args: ['--single', '-D', place.data, '-c', 'exit_on_error=on', 'postgres'],
    input: `ALTER ROLE ${ROLE} PASSWORD '${place.password}';\n`,
  });
  return done.ok ? ok(null) : err(await fromOutput(done.output, place));
};
