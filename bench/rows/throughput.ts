import { setTimeout as sleep } from 'node:timers/promises';
import type { Replay } from '../../src/tools/tool.ts';
import { type Context, inLanes, interleave, medianRatio, medians, type Report, type Row, round, type Verdict } from '../harness.ts';
import { openOurs } from '../ours.ts';
import { openBare, openFloor } from '../peers.ts';

const LANES = 10;

const run = async ({ serverUrl, quick }: Context): Promise<Report> => {
  const [times, count] = quick ? [5, 200] : [7, 600];
  const ours = await openOurs(serverUrl);
  const bare = await openBare(serverUrl);
  const floor = await openFloor(serverUrl);
  const perSecond = async (many: number, work: (index: number) => Promise<unknown>) => (many / (await inLanes(LANES, many, work))) * 1000;
  const wilco = async (replay: Replay, many = count) => {
    const cards = await ours.propose(many, replay);
    // What proposing left to seal is not part of this.
    await sleep(1000);
    return perSecond(many, async (i) => {
      const card = cards[i];
      if (!card) throw new Error('no card');
      const settled = ours.settled(card);
      await ours.approve(card);
      await settled;
    });
  };
  const sides = [
    async () => ({ wilco: await wilco('transactional') }),
    async () => ({ 'pg-boss': await perSecond(count * 2, bare.cycle) }),
    async () => ({ 'wilco, outside': await wilco('unsafe') }),
    async () => ({ 'commit floor': await perSecond(count * 5, floor.insert) }),
  ];
  await wilco('transactional', 100);
  await perSecond(100, bare.cycle);
  await perSecond(100, floor.insert);
  const repetitions = await interleave(times, sides);
  await Promise.all([ours.stop(), bare.stop(), floor.stop()]);
  const m = medians(repetitions);
  const line = (what: string, [mine, theirs]: [string, string], more: { name: string; goal: number | null }): Verdict => {
    const ratio = medianRatio(repetitions, mine, theirs);
    const goal = more.goal === null ? 'for the record' : `≥ ${more.goal}×`;
    const value = `${round(m[mine] ?? Number.NaN)}/s`;
    return {
      what,
      value,
      beside: `${more.name} ${round(m[theirs] ?? Number.NaN)}/s`,
      ratio,
      goal,
      met: more.goal === null ? null : ratio >= more.goal,
    };
  };
  const [boss, commit] = ['bare pg-boss send + fetch + complete', 'a commit of one row'];
  return {
    unit: 'per second',
    repetitions,
    verdicts: [
      line('decide → settled, action in our own tables', ['wilco', 'pg-boss'], { name: boss, goal: 0.5 }),
      line('decide → settled, action outside', ['wilco, outside', 'pg-boss'], { name: boss, goal: null }),
      line('decide → settled, action in our own tables', ['wilco', 'commit floor'], { name: commit, goal: null }),
    ],
    notes: [
      `${LANES} at a time. Wilco writes vote, decision, effect, run, state, events, the line in the thread and the seal of each event; pg-boss writes its job.`,
    ],
  };
};

export const throughput: Row = { name: 'throughput', title: 'Throughput', run };
