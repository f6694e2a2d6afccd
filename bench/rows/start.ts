import { type Context, type Figures, medians, type Report, type Row, round, type Verdict } from '../harness.ts';
import { startProgram, withHome } from '../program.ts';

const REPETITIONS = 5;
const GOAL_MS = { empty: 5000, warm: 2000 };

const once = (): Promise<Figures> =>
  withHome(async (home) => {
    const first = await startProgram(home);
    await first.stop();
    const second = await startProgram(home);
    await second.stop();
    return { 'empty home': first.readyMs, warm: second.readyMs };
  });

const run = async (_: Context): Promise<Report> => {
  const repetitions: Figures[] = [];
  for (let i = 0; i < REPETITIONS; i += 1) repetitions.push(await once());
  const m = medians(repetitions);
  const line = (what: string, ms: number, goal: number): Verdict => ({
    what,
    value: `${round(ms / 1000)} s`,
    beside: '',
    ratio: null,
    goal: `≤ ${goal / 1000} s`,
    met: ms <= goal,
  });
  return {
    unit: 'ms',
    repetitions,
    verdicts: [
      line('start to "Wilco is ready", database stopped before', m.warm ?? Number.NaN, GOAL_MS.warm),
      line('first start to "Wilco is ready", empty home', m['empty home'] ?? Number.NaN, GOAL_MS.empty),
    ],
    notes: ['From spawning the start script to the line, with the embedded database.'],
  };
};

export const start: Row = { name: 'start', title: 'Start', run };
