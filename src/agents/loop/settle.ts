import type { Claim } from '../../db/agent-run-claims.ts';
import {
  type AgentRun,
  endRun,
  hasOpenCards,
  lockRun,
  parkRun,
  settleWords,
  speakInThread,
  untoldWords,
  writeSteps,
} from '../../db/agent-run-store.ts';
import type { Database, Tx } from '../../db/client.ts';
import { postToTeam } from '../../dispatch/team.ts';
import type { Agent } from '../agent.ts';
import type { Failure } from './deps.ts';

/** What becomes of a run after a step. `queued`: it goes on later, perhaps elsewhere. `lost`: it is in other hands, or was ended. */
export type Stepped = 'again' | 'parked' | 'ended' | 'queued' | 'lost';

export type Speaker = Pick<Agent, 'key' | 'name'>;

const isQuiet = (run: AgentRun): boolean => run.trigger === 'heartbeat';

/**
 * Parks a run for as long as people take, unless there is something to tell it already. Under its lock: whoever decides its last card, or says
 * something to it, comes before this, and is seen here, or after, and finds it parked.
 */
export const parkFor = async (
  tx: Tx,
  run: AgentRun,
  why: { asks: boolean; note: string; speaker: Speaker; writtenBy: string | null },
): Promise<Stepped> => {
  if ((await untoldWords(tx.db, run)).length > 0) return 'again';
  if (!why.asks && !(await hasOpenCards(tx.db, run.id))) return 'again';
  await parkRun(tx, run, { errorCode: null, problem: null });
  await settleWords(tx, run, { state: 'processed' });
  const { note, speaker, writtenBy } = why;
  if (note !== '' && !isQuiet(run)) await speakInThread(tx, run, { name: speaker.name, writtenBy, text: note });
  return 'parked';
};

/** Its last words. While a card of it is open it is told first what becomes of that; while somebody's words are unheard it hears them. */
export const finish = async (
  tx: Tx,
  run: AgentRun,
  end: { words: string; confidence: number | null; speaker: Speaker; writtenBy: string | null },
): Promise<Stepped> => {
  const { words, confidence, speaker, writtenBy } = end;
  if ((await untoldWords(tx.db, run)).length > 0) return 'again';
  if (await hasOpenCards(tx.db, run.id)) return parkFor(tx, run, { asks: false, note: words, speaker, writtenBy });
  await endRun(tx, run, { state: 'done', outcome: words, confidence });
  await settleWords(tx, run, { state: 'processed' });
  if (!isQuiet(run)) await speakInThread(tx, run, { name: speaker.name, writtenBy, text: words });
  return 'ended';
};

/** Ends a run that cannot go on, and tells people why: on their message if it waits for an answer, or in a line. */
export const failRun = (database: Database, claim: Claim, { failure, speaker }: { failure: Failure; speaker: Speaker }): Promise<Stepped> =>
  database.transaction(async (tx) => {
    const run = await lockRun(tx, claim);
    if (!run) return 'lost';
    await writeSteps(tx.db, run.id, { steps: [{ kind: 'problem', text: failure.problem }] });
    await endRun(tx, run, { state: 'failed', ...failure });
    const told = await settleWords(tx, run, { state: 'failed', problem: failure.problem });
    const text = `${speaker.name} stopped: ${failure.problem}`;
    if (isQuiet(run)) await postToTeam(tx, { projectId: run.projectId, kind: 'system', text, agent: null, runId: run.id });
    else if (told === 0) await speakInThread(tx, run, { name: speaker.name, writtenBy: null, text });
    return 'ended';
  });

/** Parks a run that may spend nothing more at present; words to it, or whoever gives it more, let it go on. */
export const parkForMore = (
  database: Database,
  claim: Claim,
  { failure, speaker }: { failure: Failure; speaker: Speaker },
): Promise<Stepped> =>
  database.transaction(async (tx) => {
    const run = await lockRun(tx, claim);
    if (!run) return 'lost';
    await writeSteps(tx.db, run.id, { steps: [{ kind: 'problem', text: failure.problem }] });
    await parkRun(tx, run, failure);
    await settleWords(tx, run, { state: 'processed' });
    await speakInThread(tx, run, {
      name: speaker.name,
      writtenBy: null,
      text: `${speaker.name} waits: ${failure.problem} Write here to let it go on.`,
    });
    return 'parked';
  });
