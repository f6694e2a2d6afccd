import { type Context, inLanes, interleave, medians, type Report, type Row, round } from '../harness.ts';
import { openOurs } from '../ours.ts';

const QUEUED = 1000;

const run = async ({ serverUrl, quick }: Context): Promise<Report> => {
  const ours = await openOurs(serverUrl);
  let late = 0;
  const once = async () => {
    ours.gate(false);
    const cards = (await ours.propose(QUEUED, 'transactional')).values();
    await inLanes(8, QUEUED, async () => {
      const card = cards.next().value;
      if (card) await ours.approve(card);
    });
    const killed = await ours.kill();
    if (killed.voided !== QUEUED) throw new Error(`${killed.voided} were made void`);
    late += killed.late;
    return { kill: killed.ms };
  };
  const repetitions = await interleave(quick ? 2 : 5, [once]);
  await ours.stop();
  const took = medians(repetitions).kill ?? Number.NaN;
  return {
    unit: 'ms',
    repetitions,
    verdicts: [
      {
        what: `kill with ${QUEUED} actions approved and queued, until it is answered`,
        value: `${round(took)} ms`,
        beside: `${late} effects started afterwards`,
        ratio: null,
        goal: '≤ 1,000 ms, 0 effects',
        met: took <= 1000 && late === 0,
      },
    ],
    notes: ['All of them are made void in the transaction of the kill, and the worker says that it has obeyed, before it is answered.'],
  };
};

export const kill: Row = { name: 'kill', title: 'Kill while much is queued', run };
