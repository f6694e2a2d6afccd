import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, interleave, medianRatio, medians, type Report, type Row, round } from '../harness.ts';
import { openOurs } from '../ours.ts';
import { openBare, openGraphile } from '../peers.ts';

const ACTIONS = 100;
const TAKES_MS = 50;
const GOAL_MS = 650;
const TRAP_MS = 5000;

const run = async ({ serverUrl, quick }: Context): Promise<Report> => {
  const ours = await openOurs(serverUrl, { takesMs: TAKES_MS });
  const graphile = await openGraphile(serverUrl, { takesMs: TAKES_MS });
  let added = 0;
  const wilco = async (count = ACTIONS) => {
    ours.gate(false);
    const cards = await ours.propose(count, 'unsafe');
    for (const card of cards) await ours.approve(card);
    await sleep(700);
    const all = Promise.all(cards.map(ours.settled));
    const at = performance.now();
    ours.gate(true);
    await all;
    return { wilco: performance.now() - at };
  };
  const peer = async () => {
    const keys = Array.from({ length: ACTIONS }, (_, i) => `job ${added + i}`);
    added += ACTIONS;
    const all = Promise.all(keys.map(graphile.completed));
    const at = await graphile.addAll(keys);
    await all;
    return { graphile: performance.now() - at };
  };
  await wilco(20);
  await peer();
  const repetitions = await interleave(quick ? 5 : 9, [wilco, peer]);
  await ours.stop();
  await graphile.stop();
  const bare = await openBare(serverUrl);
  const done = await bare.workByDefault({ count: ACTIONS, takesMs: TAKES_MS, withinMs: TRAP_MS });
  await bare.stop();
  const m = medians(repetitions);
  const ms = m.wilco ?? Number.NaN;
  const verdict = {
    what: `${ACTIONS} approved actions of ${TAKES_MS} ms on 10 slots`,
    value: `${round(ms)} ms`,
    beside: `graphile-worker, concurrency 10: ${round(m.graphile ?? Number.NaN)} ms`,
    ratio: medianRatio(repetitions, 'wilco', 'graphile'),
  };
  const trap = {
    what: 'the same through pg-boss, work() with notify, its defaults',
    value: '–',
    ratio: null,
    met: null,
    goal: 'for the record',
  };
  return {
    unit: 'ms',
    repetitions,
    verdicts: [
      { ...verdict, goal: `≤ ${GOAL_MS} ms (ideal 500)`, met: ms <= GOAL_MS },
      { ...trap, beside: `${done} of ${ACTIONS} done after ${TRAP_MS / 1000} s` },
    ],
    notes: [
      'All are approved (added) beforehand and become free to run at one moment, before workers that are up and idle; until the last is settled (completed).',
      'The actions are of the default kind, whose first byte outside costs one more committed write than a job of graphile-worker.',
    ],
  };
};

export const burst: Row = { name: 'burst', title: 'A burst', run };
