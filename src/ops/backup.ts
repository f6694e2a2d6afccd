import { VERSION } from '../config.ts';
import { makeBackup } from '../db/backup/make.ts';
import { ok } from '../result.ts';
import { number, type OpsCommand, onDatabase, stopwatch } from './run.ts';

/** Files of the home that open doors, or what is encrypted. They leave it only when they are asked for. */
const KEY_FILES = ['api-key', 'secret-key'] as const;

const WITHOUT_KEYS =
  '  Not in it: api-key and secret-key. Without secret-key the secrets in it cannot be read: keep that file somewhere else, or add --with-keys.';
const WITH_KEYS = '  The keys of this installation are in it: whoever has the file has everything.';

/** `npm run backup -- FILE [--with-keys]` */
export const backup: OpsCommand = (run) =>
  onDatabase(run, { flags: ['with-keys'], make: false, alone: false }, async ({ url, home, file, flags }) => {
    const took = stopwatch();
    const keys = flags.has('with-keys') ? KEY_FILES : [];
    const made = await makeBackup({ url, home, file, version: VERSION, keys });
    if (!made.ok) return made;
    const { rows, files, bytes } = made.value;
    const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
    const size = `${(bytes / 1e6).toFixed(1)} MB`;
    const line = `${file}: ${number(total)} rows (${number(rows.events ?? 0)} events), ${number(files)} files, ${size}, ${took()}`;
    return ok([line, keys.length > 0 ? WITH_KEYS : WITHOUT_KEYS]);
  });
