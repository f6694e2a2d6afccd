import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, type Figures, medians, type Report, type Row, round, type Verdict } from '../harness.ts';
import { installedMegabytes } from '../installed.ts';
import { descendants, megabytes, processorSeconds, startProgram, withHome } from '../program.ts';

const SETTLE_MS = 15_000;
const WATCH_S = 20;
const GOALS = { program: 180, database: 120, processor: 0.5, installed: 500 };

const once = (): Promise<Figures> =>
  withHome(async (home) => {
    const program = await startProgram(home);
    try {
      await sleep(SETTLE_MS);
      const database = await descendants(program.pid);
      const used = await processorSeconds(program.pid, () => sleep(WATCH_S * 1000));
      return {
        'program MB': await megabytes([program.pid]),
        'database MB': await megabytes(database),
        'idle % of a core': (used / WATCH_S) * 100,
      };
    } finally {
      await program.stop();
    }
  });

const unmeasured: Report = {
  unit: '',
  repetitions: [],
  verdicts: [],
  notes: ['Memory and processor time are read from /proc, so on Linux alone.'],
};

const run = async ({ quick }: Context): Promise<Report> => {
  if (process.platform !== 'linux') return unmeasured;
  const repetitions: Figures[] = [];
  // Each takes more than half a minute, and hardly differs from the next.
  for (let i = 0; i < (quick ? 1 : 5); i += 1) repetitions.push(await once());
  const m = medians(repetitions);
  const { all, toRun } = await installedMegabytes();
  const line = (what: string, value: number, at: { unit: string; goal: number }): Verdict => ({
    what,
    value: `${round(value)} ${at.unit}`,
    beside: '',
    ratio: null,
    goal: `≤ ${at.goal} ${at.unit}`,
    met: value <= at.goal,
  });
  return {
    unit: 'MB and %',
    repetitions,
    verdicts: [
      line('idle memory of the program (PSS)', m['program MB'] ?? Number.NaN, { unit: 'MB', goal: GOALS.program }),
      line('idle memory of the database, all its processes (PSS)', m['database MB'] ?? Number.NaN, { unit: 'MB', goal: GOALS.database }),
      line(`processor time of both when idle, over ${WATCH_S} s`, m['idle % of a core'] ?? Number.NaN, {
        unit: '%',
        goal: GOALS.processor,
      }),
      {
        ...line('node_modules on disk', all, { unit: 'MB', goal: GOALS.installed }),
        beside: `without development packages ${round(toRun)} MB`,
      },
    ],
    notes: [`After ${SETTLE_MS / 1000} s of rest, with nobody connected. Processor time is a share of one core.`],
  };
};

export const footprint: Row = { name: 'footprint', title: 'Footprint', run };
