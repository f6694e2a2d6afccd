import type { Agent } from '../agents/agent.ts';
import type { Roster } from '../agents/roster.ts';
import type { Database, Tx } from '../db/client.ts';
import { roleAtLeast } from '../db/states.ts';
import { type Stop, stopOf } from '../db/stops.ts';
import { requeueMessage, storeMessage } from '../db/talk.ts';
import { agentOfThread, agentThread, isChannelThread, newConversation } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import { sayInThread } from '../dispatch/thread.ts';
import { visible } from '../dispatch/visible.ts';
import { err, ok, type Result } from '../result.ts';
import type { TextFile } from './attachments.ts';

export type Incoming = {
  surface: string;
  /** The platform's own id of the event: a second one with it is acknowledged and does nothing. */
  eventId: string;
  /** Null: a new conversation. */
  threadId: string | null;
  text: string;
  /** From an outside surface, which knows whether Wilco was meant and whose thread is made when it is first heard of. */
  outside?: { addressed: boolean; title: string; aside?: boolean };
  /** What came with it, as text. */
  files?: readonly TextFile[];
  /** The agent that it is for; absent: the dispatcher, or the agent that the words begin with (`@note-taker …`). */
  agentKey?: string;
};

export type ReceiveError = {
  code:
    | 'message_empty'
    | 'message_too_long'
    | 'message_unreadable'
    | 'thread_missing'
    | 'not_allowed'
    | 'message_missing'
    | 'agent_missing';
  message: string;
};
export type Received = { messageId: string; threadId: string };

export type ReceiveDeps = {
  database: Database;
  enqueueRoute: (tx: Tx, messageId: string) => Promise<void>;
  agents: Roster;
  /** What is being taken in at this moment, in this process: answering waits while many are. */
  intake?: Intake;
};

export type Intake = { inFlight: number };
/** From so many on, taking in comes before answering: what is not stored yet is what somebody waits for. */
const CROWD = 4;
export const isCrowded = ({ inFlight }: Intake): boolean => inFlight > CROWD;

/** Longer than any instruction, shorter than what would choke a card or a model. Files are for the rest. */
export const LONGEST_MESSAGE = 250_000;

const SAY: Record<ReceiveError['code'], string> = {
  message_empty: 'There is nothing in that message. Write what should happen.',
  message_too_long: `That message is too long: up to ${LONGEST_MESSAGE.toLocaleString('en')} characters. Split it.`,
  message_unreadable: 'That message holds characters that are not text (NUL or half a character). Send it as plain text.',
  thread_missing: 'That conversation does not exist here.',
  not_allowed: 'Your role lets you read here, not write. Ask an admin of this project.',
  message_missing: 'That message does not exist here, or there is nothing to retry.',
  agent_missing: 'There is no agent of that name here. /agents lists them.',
};

const refuse = (code: ReceiveError['code']) => err({ code, message: SAY[code] });

const problemWith = (actor: Actor, text: string): ReceiveError['code'] | undefined => {
  if (!roleAtLeast(actor.role, 'operator')) return 'not_allowed';
  if (text.trim() === '') return 'message_empty';
  if (text.length > LONGEST_MESSAGE) return 'message_too_long';
  return text.includes('\0') || !text.isWellFormed() ? 'message_unreadable' : undefined;
};

/** In a channel people talk to one another; Wilco answers a command or its own name. */
const isForWilco = (threadId: string, text: string): boolean => !isChannelThread(threadId) || /^\s*(\/|@wilco\b)/i.test(text);

/** "@qualifier may create tasks by itself" is said of the agent, and not to it: what it may do is never its own to take in. */
const IS_ABOUT = /^\s*@[a-z0-9-]+\s+may\s.+\s(?:by itself|on its own)\b/;

/** The agent that a message is for: named by the door, by the thread, or by the first word. Null: the dispatcher. */
const addresseeOf = async ({ agents }: ReceiveDeps, actor: Actor, incoming: Incoming): Promise<Agent | null | undefined> => {
  const named = incoming.agentKey ?? (incoming.threadId && agentOfThread(incoming.threadId));
  if (named) return (await agents.find(actor.projectId, named))?.agent;
  if (IS_ABOUT.test(incoming.text.toLowerCase())) return null;
  const [, first] = /^\s*@([a-z0-9][a-z0-9-]*)\b/.exec(incoming.text.toLowerCase()) ?? [];
  return first === undefined ? null : ((await agents.find(actor.projectId, first))?.agent ?? null);
};

/** Where a message goes that names no thread: to the agent that it is for, or into a new conversation. */
const threadFor = (actor: Actor, agent: Agent | null, incoming: Incoming): string => {
  if (incoming.threadId) return incoming.threadId;
  return incoming.agentKey && agent && actor.personId ? agentThread(agent.key, actor.personId) : newConversation();
};

/** What the text is about, for a list of threads. */
const titleOf = (agent: Agent | null, threadId: string, text: string): string =>
  visible(agent && agentOfThread(threadId) ? agent.name : (text.trim().slice(0, 80).split('\n')[0] ?? ''));

const restingLine = ({ key, name }: Agent, { killed }: Stop): string =>
  killed
    ? `${name} is stopped, so this waits. /agent ${key} shows why.`
    : `${name} is paused, so this waits until it goes on: /resume-agent ${key}.`;

/** The row as it is stored, with the job that answers it. What a paused agent is sent waits without a limit: its job comes when it goes on. */
const storeFor = (deps: ReceiveDeps, at: { actor: Actor; incoming: Incoming; agent: Agent | null }): ReturnType<typeof storeMessage> => {
  const { actor, incoming, agent } = at;
  const { surface, eventId, text, outside } = incoming;
  const { projectId } = actor;
  const id = threadFor(actor, agent, incoming);
  const create = incoming.threadId === null || outside !== undefined;
  const thread = { id, create, title: titleOf(agent, id, outside?.title ?? text) };
  const addressed = agent !== null || (outside?.addressed ?? isForWilco(id, text));
  const state = addressed ? ('queued' as const) : ('processed' as const);
  const { files = [] } = incoming;
  const aside = outside?.aside === true && agent === null;
  const message = { event: { surface, eventId }, thread, text, agentKey: agent?.key ?? null, aside, files, state, by: actor };
  return storeMessage(deps.database, message, async (tx, messageId) => {
    const stop = agent && (await stopOf(tx.db, { projectId, ...agent }, true));
    if (!addressed) return;
    if (!stop?.paused && !stop?.killed) return deps.enqueueRoute(tx, messageId);
    // The room shows beside each agent that it rests; elsewhere there would be nothing but silence.
    if (outside && agent) await sayInThread(tx.db, id, restingLine(agent, stop));
  });
};

/**
 * Takes in what somebody wrote: message, inbox row and the job that will answer it are stored in one transaction, and only then is it
 * acknowledged. The same event a second time answers what the first did.
 */
export const receive = async (deps: ReceiveDeps, actor: Actor, incoming: Incoming): Promise<Result<Received, ReceiveError>> => {
  const problem = problemWith(actor, incoming.text);
  if (problem) return refuse(problem);
  const { intake = { inFlight: 0 } } = deps;
  intake.inFlight += 1;
  const take = async () => {
    const agent = await addresseeOf(deps, actor, incoming);
    return agent === undefined ? 'agent_missing' : storeFor(deps, { actor, incoming, agent });
  };
  const stored = await take().finally(() => {
    intake.inFlight -= 1;
  });
  if (stored === 'agent_missing') return refuse('agent_missing');
  if (stored === 'thread_missing') return refuse('thread_missing');
  return stored ? ok(stored) : refuse('message_missing');
};

/** Sends a message that failed into the queue again. */
export const retryMessage = (deps: ReceiveDeps, actor: Actor, messageId: string): Promise<Result<Received, ReceiveError>> =>
  deps.database.transaction(async (tx) => {
    if (!roleAtLeast(actor.role, 'operator')) return refuse('not_allowed');
    const threadId = await requeueMessage(tx.db, { projectId: actor.projectId, messageId });
    if (!threadId) return refuse('message_missing');
    await deps.enqueueRoute(tx, messageId);
    return ok({ messageId, threadId });
  });
