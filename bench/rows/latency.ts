import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, type Figures, interleave, medianRatio, medians, quantile, type Report, type Row, round } from '../harness.ts';
import { openOurs } from '../ours.ts';
import { openGraphile } from '../peers.ts';

/** Some milliseconds of rest before each: the queue is idle, and nothing is warm but what a running program keeps warm. */
const rest = () => sleep(5 + Math.random() * 25);

const measure = async (samples: number, sample: (index: number) => Promise<number>): Promise<number[]> => {
  const took: number[] = [];
  for (let i = 0; i < samples; i += 1) {
    await rest();
    took.push(await sample(i));
  }
  return took;
};

const run = async ({ serverUrl, quick }: Context): Promise<Report> => {
  const [times, samples] = quick ? [5, 60] : [7, 200];
  const ours = await openOurs(serverUrl);
  const graphile = await openGraphile(serverUrl);
  let added = 0;
  const figures = (name: string, took: number[]): Figures => ({
    [`${name} p50`]: quantile(took, 0.5),
    [`${name} p99`]: quantile(took, 0.99),
  });
  const wilco = async (count: number) => {
    const cards = await ours.propose(count, 'transactional');
    await sleep(1000);
    const acked: number[] = [];
    const took = await measure(count, async (i) => {
      const card = cards[i];
      if (!card) throw new Error('no card');
      const [started, settled] = [ours.started(card), ours.settled(card)];
      const at = performance.now();
      await ours.approve(card);
      acked.push(performance.now() - at);
      const start = await started;
      await settled;
      return start - at;
    });
    return { ...figures('wilco', took), 'wilco decide p50': quantile(acked, 0.5) };
  };
  const peer = async (count: number) => {
    const acked: number[] = [];
    const took = await measure(count, async () => {
      added += 1;
      const key = `job ${added}`;
      const [started, completed] = [graphile.started(key), graphile.completed(key)];
      const at = performance.now();
      await graphile.add(key);
      acked.push(performance.now() - at);
      const start = await started;
      await completed;
      return start - at;
    });
    return { ...figures('graphile', took), 'graphile addJob p50': quantile(acked, 0.5) };
  };
  await wilco(30);
  await peer(30);
  const repetitions = await interleave(times, [() => wilco(samples), () => peer(samples)]);
  await ours.stop();
  await graphile.stop();
  const m = medians(repetitions);
  const at = (p: string) => ({
    what: `decide → action starts, ${p}`,
    value: `${round(m[`wilco ${p}`] ?? Number.NaN)} ms`,
    beside: `graphile-worker addJob → task starts ${round(m[`graphile ${p}`] ?? Number.NaN)} ms`,
    ratio: medianRatio(repetitions, `wilco ${p}`, `graphile ${p}`),
  });
  const p50 = at('p50');
  return {
    unit: 'ms',
    repetitions,
    verdicts: [
      { ...p50, goal: '≤ 1.0×', met: p50.ratio <= 1 },
      { ...at('p99'), goal: 'for the record', met: null },
    ],
    notes: [`${samples} samples a repetition and side, 5–30 ms apart, on an idle queue; each waits for the one before to be settled.`],
  };
};

export const latency: Row = { name: 'latency', title: 'From the press to the action', run };
