import { cancelRuns } from '../../db/agent-run-cancel.ts';
import { type Claim, giveBack } from '../../db/agent-run-claims.ts';
import { type AgentRun, hasOpenCards, lockRun, type NewStep, readClaimed, settleWords, storeTurn } from '../../db/agent-run-store.ts';
import { filesOf } from '../../db/attachments.ts';
import type { Tx } from '../../db/client.ts';
import { timeZoneOf } from '../../db/read/people.ts';
import { type Held, killedRun } from '../../dispatch/stops.ts';
import { span } from '../../trace.ts';
import { backgroundFor, instructionsOf } from '../context.ts';
import { type Asked, askModel } from './ask-model.ts';
import { type Carried, carryOut } from './carry-out.ts';
import type { LoopDeps, Working } from './deps.ts';
import { keptTurn } from './kept.ts';
import { asFound, asOrder } from './marked.ts';
import { type News, newsOf, untold } from './news.ts';
import { readyFor } from './ready.ts';
import { failRun, finish, parkFor, type Stepped } from './settle.ts';
import { openCalls, repeated, type Transcript, tell } from './transcript.ts';
import { onTrouble } from './trouble.ts';

/** The very same call so often, and the model is going round in a circle. */
const MOST_REPEATS = 3;
const LONGEST_FILE = 20_000;

const modelOf = (deps: LoopDeps, { agent }: Working): string => agent.model ?? deps.converser.model;

const NOTE = 'I proposed this, and go on when it is decided.';

type Made = { carried: readonly Carried[]; said: string; speaker: Working['agent']; writtenBy: string };

/** Whether it goes on at once, waits for people, or has said its last words. Under the run's lock. */
const afterCalls = async (tx: Tx, run: AgentRun, { carried, said, speaker, writtenBy }: Made): Promise<Stepped> => {
  const end = carried.find(({ ends }) => ends)?.ends;
  if (end) return finish(tx, run, { ...end, speaker, writtenBy });
  // The question itself stands in the thread already.
  if (carried.some(({ answer }) => answer.asks)) return parkFor(tx, run, { asks: true, note: '', speaker, writtenBy });
  if (carried.every(({ answer }) => answer.proposalId === undefined)) return 'again';
  return said === ''
    ? parkFor(tx, run, { asks: false, note: NOTE, speaker, writtenBy: null })
    : parkFor(tx, run, { asks: false, note: said, speaker, writtenBy });
};

/** Carries out the calls that the model made last. They are stored already: after a crash in the middle they are the same ones, and no card is made twice. */
const carryStep = async (
  deps: LoopDeps,
  claim: Claim,
  working: Working & { open: NonNullable<ReturnType<typeof openCalls>> },
): Promise<Stepped> => {
  const { agent, transcript, open } = working;
  const { database } = deps.heart;
  const circle = repeated(transcript, MOST_REPEATS);
  if (circle !== undefined) {
    const problem = `It called ${circle} with the same arguments ${MOST_REPEATS} times.`;
    return failRun(database, claim, { failure: { errorCode: 'looped', problem }, speaker: agent });
  }
  const carried = await carryOut(deps, working, open);
  return database.transaction(async (tx) => {
    const results = carried.map(({ answer }) => answer);
    const steps = carried.flatMap((one) => one.steps);
    const run = await storeTurn(tx, claim, { transcript: [...transcript, { role: 'results', results }], steps });
    if (!run) return 'lost';
    for (const { within } of carried) await within?.(tx);
    return afterCalls(tx, run, { carried, said: open.text, speaker: agent, writtenBy: modelOf(deps, working) });
  });
};

/** What the model is told of the beginning: what the project knows, and the order. */
const begun = async ({ heart, roster }: LoopDeps, { run, agent }: Working): Promise<Transcript> => {
  const { db } = heart.database;
  const { projectId, threadId } = run;
  const [files, timeZone, members] = await Promise.all([
    run.messageId === null ? [] : filesOf(db, run.messageId),
    timeZoneOf(db, run),
    roster.members(projectId),
  ]);
  const team = members.filter(({ state }) => state === 'active').map((member) => member.agent);
  const background = await backgroundFor(db, { agent, projectId, threadId, timeZone, now: new Date(), team });
  const came = files.map(({ name, text }) => asFound(name, text.slice(0, LONGEST_FILE).toWellFormed()));
  return tell([{ role: 'told', text: [background, ...came].join('\n\n') }], asOrder(run.personName ?? 'the schedule', run.goal));
};

/** The model has nothing to answer to: it said all that it had to say, or still waits. */
const isWaiting = async (deps: LoopDeps, { run, transcript }: Working, news: News): Promise<boolean> => {
  const last = transcript.at(-1);
  if (news.steps.length > 0 || last === undefined) return false;
  if (last.role === 'model') return true;
  const pending = last.role === 'results' && last.results.some(({ proposalId, asks }) => asks || proposalId !== undefined);
  return pending && (await hasOpenCards(deps.heart.database.db, run.id));
};

/** Goes back to waiting, or ends with what was said last. */
const waitOn = (deps: LoopDeps, claim: Claim, working: Working): Promise<Stepped> =>
  deps.heart.database.transaction(async (tx) => {
    const run = await lockRun(tx, claim);
    if (!run) return 'lost';
    const last = working.transcript.at(-1);
    const at = { speaker: working.agent, writtenBy: modelOf(deps, working) };
    if (last?.role === 'model') return finish(tx, run, { words: last.text, confidence: null, ...at });
    return parkFor(tx, run, { asks: false, note: '', ...at });
  });

const thoughtOf = ({ said, spent, durationMs }: Asked): NewStep => {
  const names = said.calls.map(({ name }) => name.slice(0, 60)).join(', ');
  return { kind: 'thought', text: said.text.trim() || `Calls ${names}.`, durationMs, ...spent };
};

const askStep = async (deps: LoopDeps, claim: Claim, working: Working): Promise<Stepped> => {
  const { run, agent } = working;
  const { database } = deps.heart;
  if (run.steps >= agent.maxSteps) {
    const problem = `It took all of its ${agent.maxSteps} steps and was not done.`;
    return failRun(database, claim, { failure: { errorCode: 'too_many_steps', problem }, speaker: agent });
  }
  const [happened, before] = await Promise.all([
    untold(database.db, run),
    working.transcript.length === 0 ? begun(deps, working) : working.transcript,
  ]);
  const news = newsOf(happened, before);
  if (working.transcript.length > 0 && (await isWaiting(deps, working, news))) return waitOn(deps, claim, working);
  const asked = await askModel(deps, working, { system: instructionsOf(agent), transcript: news.transcript });
  if (!asked.ok) return onTrouble(deps, working, { claim, trouble: asked.error });
  const turn = keptTurn(asked.value.said, run.steps);
  if (turn.text === '' && turn.calls.length === 0)
    return onTrouble(deps, working, { claim, trouble: { code: 'model', error: { code: 'bad_output' }, model: asked.value.model } });
  const { spent } = asked.value;
  return database.transaction(async (tx) => {
    const isLast = turn.calls.length === 0;
    const steps = [...news.steps, thoughtOf(asked.value), ...(isLast ? [{ kind: 'done' as const, text: turn.text }] : [])];
    const locked = await storeTurn(tx, claim, { transcript: [...news.transcript, turn], steps, asked: true, spent });
    if (!locked) return 'lost';
    await settleWords(tx, locked, { state: 'processed', ids: news.words });
    if (!isLast) return 'again';
    return finish(tx, locked, { words: turn.text, confidence: null, speaker: agent, writtenBy: asked.value.model });
  });
};

const onHeld = async (deps: LoopDeps, claim: Claim, held: Held): Promise<Stepped> => {
  const { database } = deps.heart;
  if (held.why === 'paused') {
    await giveBack(database.db, claim);
    return 'queued';
  }
  await database.transaction((tx) => cancelRuns(tx, { projectId: claim.projectId, runId: claim.id }, killedRun(null)));
  return 'ended';
};

const stepNow = async (deps: LoopDeps, claim: Claim, signal: AbortSignal): Promise<Stepped> => {
  const { database } = deps.heart;
  const [run, member] = await Promise.all([readClaimed(database.db, claim), deps.roster.find(claim.projectId, claim.agentKey)]);
  if (!run) return 'lost';
  const ready = await readyFor(deps, { run, member }, signal);
  if (ready.kind === 'held') return onHeld(deps, claim, ready.held);
  if (ready.kind === 'failed') {
    const name = (await deps.roster.members(run.projectId)).find(({ agent }) => agent.key === run.agentKey)?.agent.name ?? run.agentKey;
    return failRun(database, claim, { failure: ready.failure, speaker: { key: run.agentKey, name } });
  }
  const open = openCalls(ready.working.transcript);
  return open ? carryStep(deps, claim, { ...ready.working, open }) : askStep(deps, claim, ready.working);
};

/**
 * One step of a run: either the model is asked, or what it called is carried out. Everything is read anew and stored whole before the next
 * one, so that it can be the last in this process at any time. Throws when `signal` aborts in the middle, or when the database fails.
 */
export const stepRun = (deps: LoopDeps, claim: Claim, signal: AbortSignal): Promise<Stepped> =>
  span('agent step', { 'wilco.run_id': claim.id, 'wilco.agent': claim.agentKey }, async (mark) => {
    const stepped = await stepNow(deps, claim, signal);
    mark({ 'wilco.stepped': stepped });
    return stepped;
  });
