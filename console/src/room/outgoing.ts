import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { codeOf, sentenceOf } from '../api/problem.ts';
import { recall, remember } from '../ui/remember.ts';
import { createStore, type Store } from '../ui/store.ts';
import type { ChosenFile } from './files.ts';

/** A message on its way. It stays until the thread shows it, so no text is ever lost. */
export type Outgoing = {
  clientId: string;
  /** null: it begins a conversation. */
  threadId: string | null;
  text: string;
  files: readonly ChosenFile[];
  /** The agent that it is for, where its thread may not be there yet. */
  agentKey: string | null;
  at: string;
  state: 'sending' | 'sent' | 'failed';
  problem: string | null;
  messageId: string | null;
};

const KEY = 'outgoing';

// `crypto.randomUUID` is there only over https and on this very machine; a room on the local network is neither.
const newId = (): string => {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte, at) => {
    const fixed = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    return fixed.toString(16).padStart(2, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const CUT_OFF = 'The page was closed before Wilco confirmed this. Sending it again is safe: it is taken only once.';

const isOutgoing = (value: unknown): value is Outgoing =>
  typeof value === 'object' && value !== null && 'clientId' in value && 'text' in value && 'threadId' in value && 'files' in value;

const restore = (): readonly Outgoing[] => {
  try {
    const saved: unknown = JSON.parse(recall(KEY) ?? '[]');
    if (!Array.isArray(saved)) return [];
    return saved
      .filter(isOutgoing)
      .map((message) => (message.state === 'sent' ? message : { ...message, state: 'failed', problem: message.problem ?? CUT_OFF }));
  } catch {
    return []; // unreadable: as if nothing had been saved
  }
};

export const outgoingStore: Store<readonly Outgoing[]> = createStore(restore());

const save = (messages: readonly Outgoing[]): void => {
  outgoingStore.set(messages);
  remember(KEY, messages.length === 0 ? null : JSON.stringify(messages));
};

const change = (clientId: string, to: Partial<Outgoing>): void =>
  save(outgoingStore.get().map((message) => (message.clientId === clientId ? { ...message, ...to } : message)));

export const discard = (clientId: string): void => save(outgoingStore.get().filter((message) => message.clientId !== clientId));

/** Forgets what the thread itself shows by now. */
export const settle = (shown: ReadonlySet<string>): void => {
  const left = outgoingStore.get().filter((message) => message.messageId === null || !shown.has(message.messageId));
  if (left.length !== outgoingStore.get().length) save(left);
};

type Sent = { messageId: string; threadId: string };

const deliver = async (message: Outgoing): Promise<Sent | null> => {
  const { clientId, threadId, text, agentKey } = message;
  const files = message.files.map(({ name, mediaType, content }) => ({ name, mediaType, content }));
  const to = agentKey !== null ? { agentKey } : threadId === null ? {} : { threadId };
  try {
    const sent = await post<Sent>('/api/room/messages', { text, clientId, files, ...to });
    change(clientId, { state: 'sent', messageId: sent.messageId, threadId: sent.threadId, problem: null });
    touch(['thread', sent.threadId], ['threads']);
    return sent;
  } catch (thrown) {
    change(clientId, { state: 'failed', problem: sentenceOf(thrown) });
    if (codeOf(thrown) === 'not_signed_in') touch(['me']);
    return null;
  }
};

/** Shows the message at once and sends it. Answers null when it failed; it then waits in its place for a retry. */
export const sendMessage = (
  threadId: string | null,
  text: string,
  more: { files?: readonly ChosenFile[]; agentKey?: string | null } = {},
): Promise<Sent | null> => {
  const message: Outgoing = {
    clientId: newId(),
    threadId,
    text,
    files: more.files ?? [],
    agentKey: more.agentKey ?? null,
    at: new Date().toISOString(),
    state: 'sending',
    problem: null,
    messageId: null,
  };
  save([...outgoingStore.get(), message]);
  return deliver(message);
};

/** The same message again, under the same id: the server takes it once. */
export const resend = async (clientId: string): Promise<Sent | null> => {
  const message = outgoingStore.get().find((candidate) => candidate.clientId === clientId);
  if (message?.state !== 'failed') return null;
  change(clientId, { state: 'sending', problem: null });
  return deliver(message);
};
