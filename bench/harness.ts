import { cpus } from 'node:os';
import { Client } from 'pg';

/** What one repetition measured, by name. */
export type Figures = Record<string, number>;
/** One line of the table of goals. `met` is null for what stands there for the record, or could not be measured. */
export type Verdict = { what: string; value: string; beside: string; ratio: number | null; goal: string; met: boolean | null };
/** A row's answer: all repetitions, what their medians say, and what a reader must know of how it was done. */
export type Report = { unit: string; repetitions: Figures[]; verdicts: Verdict[]; notes: string[] };

export type Context = {
  /** A real server of this run's own, which ours and the peers share. */
  serverUrl: string;
  quick: boolean;
};

export type Row = { name: string; title: string; run(context: Context): Promise<Report> };

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
};

/** The median of each figure over all repetitions. */
export const medians = (repetitions: readonly Figures[]): Figures => {
  const names = new Set(repetitions.flatMap(Object.keys));
  const of = (name: string) => median(repetitions.map((one) => one[name] ?? Number.NaN).filter((value) => !Number.isNaN(value)));
  return Object.fromEntries([...names].map((name) => [name, of(name)]));
};

/** The median of one figure divided by another, pair by pair: neighbours that were busy in one repetition slowed both of it. */
export const medianRatio = (repetitions: readonly Figures[], over: string, under: string): number =>
  median(repetitions.map((one) => (one[over] ?? Number.NaN) / (one[under] ?? Number.NaN)).filter((value) => !Number.isNaN(value)));

/** Measures `sides` once each per repetition, in an order that turns from one repetition to the next. */
export const interleave = async (times: number, sides: (() => Promise<Figures>)[]): Promise<Figures[]> => {
  const repetitions: Figures[] = [];
  for (let i = 0; i < times; i += 1) {
    const figures: Figures = {};
    for (let k = 0; k < sides.length; k += 1) Object.assign(figures, await sides[(i + k) % sides.length]?.());
    repetitions.push(figures);
  }
  return repetitions;
};

/** Runs `work` for 0 … count-1, `lanes` at a time; answers how long all of it took, in ms. */
export const inLanes = async (lanes: number, count: number, work: (index: number) => Promise<unknown>): Promise<number> => {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  return performance.now() - began;
};

export const round = (value: number): string => {
  if (Number.isNaN(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
};

/** The date, the machine and the versions that a figure means nothing without. */
export const machineLine = async (serverUrl: string): Promise<string> => {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  const cores = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `${date} · ${cores.length} cores (${cores[0]?.model.trim() ?? '?'}) · ${process.platform} ${process.arch} · Node ${process.version} · PostgreSQL ${rows[0]?.server_version ?? '?'}`;
};
