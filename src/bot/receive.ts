import type { Database, Tx } from '../db/client.ts';
import { roleAtLeast } from '../db/states.ts';
import { claimEvent, ensureThread, requeueMessage, storeMessage } from '../db/talk.ts';
import { isChannelThread, newConversation } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import { visible } from '../dispatch/visible.ts';
import { err, ok, type Result } from '../result.ts';

export type Incoming = {
  surface: string;
  /** The platform's own id of the event: a second one with it is acknowledged and does nothing. */
  eventId: string;
  /** Null: a new conversation. */
  threadId: string | null;
  text: string;
  /** From an outside surface, which knows whether Wilco was meant and whose thread is made when it is first heard of. */
  outside?: { addressed: boolean; title: string };
};

export type ReceiveError = {
  code: 'message_empty' | 'message_too_long' | 'message_unreadable' | 'thread_missing' | 'not_allowed' | 'message_missing';
  message: string;
};
export type Received = { messageId: string; threadId: string };

export type ReceiveDeps = { database: Database; enqueueRoute: (tx: Tx, messageId: string) => Promise<void> };

/** Longer than any instruction, shorter than what would choke a card or a model. Files are for the rest. */
export const LONGEST_MESSAGE = 250_000;

const SAY: Record<ReceiveError['code'], string> = {
  message_empty: 'There is nothing in that message. Write what should happen.',
  message_too_long: `That message is too long: up to ${LONGEST_MESSAGE.toLocaleString('en')} characters. Split it.`,
  message_unreadable: 'That message holds characters that are not text (NUL or half a character). Send it as plain text.',
  thread_missing: 'That conversation does not exist here.',
  not_allowed: 'Your role lets you read here, not write. Ask an admin of this project.',
  message_missing: 'That message does not exist here, or there is nothing to retry.',
};

/** Rolls the claimed event back: the same event may come again, for a thread that exists. */
class NoThread extends Error {
  override name = 'NoThread';
}

const refuse = (code: ReceiveError['code']) => err({ code, message: SAY[code] });

const problemWith = (actor: Actor, text: string): ReceiveError['code'] | undefined => {
  if (!roleAtLeast(actor.role, 'operator')) return 'not_allowed';
  if (text.trim() === '') return 'message_empty';
  if (text.length > LONGEST_MESSAGE) return 'message_too_long';
  return text.includes('\0') || !text.isWellFormed() ? 'message_unreadable' : undefined;
};

/** In a channel people talk to one another; Wilco answers a command or its own name. */
const isForWilco = (threadId: string, text: string): boolean => !isChannelThread(threadId) || /^\s*(\/|@wilco\b)/i.test(text);

const store = async (deps: ReceiveDeps, tx: Tx, at: { actor: Actor; incoming: Incoming }): Promise<Result<Received, ReceiveError>> => {
  const { actor, incoming } = at;
  const { surface, eventId, text, outside } = incoming;
  const event = await claimEvent(tx.db, { surface, eventId });
  if ('earlier' in event) return event.earlier ? ok(event.earlier) : refuse('message_missing');
  const threadId = incoming.threadId ?? newConversation();
  const title = visible((outside?.title ?? text).trim().slice(0, 80).split('\n')[0] ?? '');
  const create = incoming.threadId === null || outside !== undefined;
  if (!(await ensureThread(tx.db, { id: threadId, projectId: actor.projectId, create, title }))) throw new NoThread();
  const addressed = outside?.addressed ?? isForWilco(threadId, text);
  const { inboxId } = event;
  const stored = await storeMessage(tx.db, { inboxId, threadId, text, state: addressed ? 'queued' : 'processed', by: actor });
  if (addressed) await deps.enqueueRoute(tx, stored.messageId);
  return ok(stored);
};

/**
 * Takes in what somebody wrote: message, inbox row and the job that will answer it are stored in one transaction, and only then is it
 * acknowledged. The same event a second time answers what the first did.
 */
export const receive = async (deps: ReceiveDeps, actor: Actor, incoming: Incoming): Promise<Result<Received, ReceiveError>> => {
  const problem = problemWith(actor, incoming.text);
  if (problem) return refuse(problem);
  const stored = deps.database.transaction((tx) => store(deps, tx, { actor, incoming }));
  return stored.catch((error: unknown) => {
    if (error instanceof NoThread) return refuse('thread_missing');
    throw error;
  });
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
