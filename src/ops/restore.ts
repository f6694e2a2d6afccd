import { restoreBackup } from '../db/backup/restore.ts';
import { parkEverything, sayParked } from '../dispatch/park.ts';
import { DEAD } from '../queue/boss.ts';
import { jobs } from '../queue/jobs.ts';
import { ok } from '../result.ts';
import { number, type OpsCommand, onDatabase, stopwatch } from './run.ts';

/** `npm run restore -- FILE [--replace WORD] [--keep-keys]` */
export const restore: OpsCommand = (run) =>
  onDatabase(run, { flags: ['replace', 'keep-keys'], make: true, alone: true }, async ({ url, home, file, flags, replace }) => {
    const took = stopwatch();
    const restored = await restoreBackup({
      url,
      home,
      file,
      replace,
      jobs: [...Object.keys(jobs), DEAD],
      park: (db, { at }) => parkEverything(db, { backup: at, keepKeys: flags.has('keep-keys') }),
    });
    if (!restored.ok) return restored;
    const { at, rows, files, parked } = restored.value;
    return ok([
      `Restored the backup of ${at}: ${number(rows)} rows, ${number(files)} files, ${took()}`,
      '  Wilco is killed until the owner writes /unkill. Start it, and look through what was parked first:',
      ...sayParked(parked).map((line) => `  - ${line}`),
    ]);
  });
