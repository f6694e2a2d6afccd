import type { Agent } from '../agents/agent.ts';
import type { Roster } from '../agents/roster.ts';
import { createRun, giveToRun, openRunIn, wakeRun } from '../db/agent-runs.ts';
import { type Addressed, finishMessage } from '../db/answer.ts';
import { readRun } from '../db/read/agent-runs.ts';
import { isChannelThread } from '../db/thread-id.ts';
import { isWaitedFor } from '../db/waited-for.ts';
import type { Heart } from '../dispatch/heart.ts';
import { sayInThread, storable } from '../dispatch/thread.ts';
import { withoutName } from './as-agent.ts';
import { stopRun } from './runs.ts';
import { Stopped } from './stopped.ts';

/** Who answers what is addressed to nobody in particular, at once and not in a run. */
const DISPATCHER = 'dispatcher';

/** This alone ends what goes on in a thread; with more words it is told to a run. */
const STOP = /^\s*(?:please\s+)?(?:stop|cancel|abort)(?:\s+(?:it|that|this))?\s*[.!]*\s*$/i;

export const isStopWord = (text: string): boolean => STOP.test(text);

type Door = { heart: Heart; roster: Roster };

const isOpen = (state: string | undefined): boolean => state === 'queued' || state === 'running' || state === 'parked';

/** The run that a person's words go into: the agent's that they address, or, in a conversation, the one that goes on there. */
const runFor = async ({ heart }: Door, message: Addressed, agent: Agent | undefined): Promise<string | undefined> => {
  if (message.automatic || agent?.key === DISPATCHER) return undefined;
  if (!agent && isChannelThread(message.threadId)) return undefined;
  const { projectId } = message.actor;
  const at = { projectId, threadId: message.threadId, agentKey: agent?.key ?? null };
  return (await openRunIn(heart.database.db, at))?.id;
};

/** Words into a run that is open. False: it has ended meanwhile. */
const override = async ({ heart }: Door, message: Addressed, { runId, text }: { runId: string; text: string }): Promise<boolean> => {
  const { actor, id } = message;
  if (isStopWord(text)) {
    const stopped = await stopRun(heart, actor, { runId });
    if (stopped.ok) await finishMessage(heart.database, message, {});
    return stopped.ok;
  }
  return heart.database.transaction(async (tx) => {
    if (!(await wakeRun(tx, { projectId: actor.projectId, runId }))) return false;
    tx.afterCommit(() => heart.signals.tell('wilco_jobs'));
    return giveToRun(tx, id, runId);
  });
};

/** Has an agent work on a message: its run begins with these words, and answers in its thread. */
export const beginRun = ({ heart }: Pick<Door, 'heart'>, message: Addressed, work: { agent: Agent; text: string }): Promise<void> =>
  heart.database.transaction(async (tx) => {
    const { agent, text } = work;
    const { id, threadId, actor } = message;
    const { projectId, personId, name, role } = actor;
    const by = { personId, name, role };
    const goal = storable(text);
    if (!(await isWaitedFor(tx.db, message))) throw new Stopped();
    const runId = await createRun(tx, { projectId, agentKey: agent.key, trigger: 'message', goal, threadId, by, messageId: id });
    await giveToRun(tx, id, runId);
    tx.afterCommit(() => heart.signals.tell('wilco_jobs'));
  });

/**
 * Gives a message to the run that it belongs to, or has the agent that it is for begin one. False: it is the dispatcher's to answer. Idempotent:
 * a message that a run has already is left to it.
 */
export const toRun = async (door: Door, message: Addressed, agent: Agent | undefined): Promise<boolean> => {
  const { heart } = door;
  const { projectId } = message.actor;
  const held = message.runId === null ? undefined : await readRun(heart.database.db, { projectId, id: message.runId });
  if (isOpen(held?.state)) return true;
  const text = withoutName(message.text, agent?.key ?? 'wilco').trim();
  const runId = await runFor(door, message, agent);
  if (runId !== undefined && (await override(door, message, { runId, text: text || message.text }))) return true;
  if (!agent || agent.key === DISPATCHER) return false;
  await beginRun(door, message, { agent, text: text || message.text });
  return true;
};

/** Passes a message on to the agent that a router chose. Undefined: there is none of that key at work. */
export const handOver = async (door: Door, message: Addressed, key: string): Promise<true | undefined> => {
  const { heart, roster } = door;
  const member = key === DISPATCHER ? undefined : await roster.find(message.actor.projectId, key);
  if (!member || member.state === 'planned') return undefined;
  const { agent, state } = member;
  await beginRun(door, message, { agent, text: message.text });
  const when = state === 'paused' ? 'begins when it goes on: it is paused' : 'has it now';
  await sayInThread(heart.database.db, message.threadId, `That is for ${agent.name}, which ${when}.`);
  return true;
};

/** Whom a router may hand a message to. */
export const handedTo = async ({ roster }: Pick<Door, 'roster'>, projectId: string): Promise<{ key: string; when: string }[]> => {
  const members = await roster.members(projectId);
  return members
    .filter(({ agent, state }) => (state === 'active' || state === 'paused') && agent.key !== DISPATCHER)
    .map(({ agent }) => ({ key: agent.key, when: agent.summary }));
};
