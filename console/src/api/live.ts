import type { Query } from '@tanstack/react-query';
import type { Growing, PassingEvent } from '../../../src/web/passing-schemas.ts';
import type { StreamEvent } from '../../../src/web/schemas.ts';
import { createStore } from '../ui/store.ts';
import { queryClient } from './client.ts';

export type LiveState = 'connecting' | 'open' | 'lost';

const COALESCE_MS = 50;
/** Numbers that every event can change are read at most this often: in a burst the reads would never come to an end. */
const NUMBERS_MS = 300;
const NUMBERS = [['dashboard']] as const;
const REOPEN_MS = 3000;

export const liveStore = createStore<LiveState>('connecting');

/** The answer that is being written in each thread, so far. It is kept nowhere else: the stored message takes its place. */
export const growingStore = createStore<Readonly<Record<string, Growing>>>({});

const pending = new Map<string, readonly string[]>();
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Reads a query again. A first read that is still on its way may have looked before the event, and marking it stale would join it:
 * so that one is waited for, and then comes a second.
 */
const readAnew = async (queryKey: readonly string[]): Promise<void> => {
  const isFirstRead = (query: Query): boolean => query.state.data === undefined && query.state.fetchStatus === 'fetching';
  const first = queryClient.getQueryCache().findAll({ queryKey, predicate: isFirstRead });
  const again = queryClient.invalidateQueries({ queryKey });
  if (first.length === 0) return again;
  await Promise.allSettled(first.map((query) => query.fetch()));
  return queryClient.invalidateQueries({ queryKey });
};

const flush = (): void => {
  timer = undefined;
  const keys = [...pending.values()];
  pending.clear();
  for (const queryKey of keys) void readAnew(queryKey);
};

/** Marks a query stale; many marks within a moment become one read. */
export const touch = (...keys: (readonly string[])[]): void => {
  for (const key of keys) pending.set(key.join('\0'), key);
  if (timer === undefined) timer = setTimeout(flush, COALESCE_MS);
};

let numbersAt = 0;
let numbersTimer: ReturnType<typeof setTimeout> | undefined;

const touchNumbers = (): void => {
  if (numbersTimer !== undefined) return;
  numbersTimer = setTimeout(
    () => {
      numbersTimer = undefined;
      numbersAt = performance.now();
      touch(...NUMBERS);
    },
    Math.max(0, numbersAt + NUMBERS_MS - performance.now()),
  );
};

const touchAll = (): void => void queryClient.invalidateQueries();

/** What an event of a kind makes stale beside the things that it names. `personId` is mostly just who did it. */
const STALE_BY_KIND: readonly { kind: RegExp; keys: readonly (readonly string[])[] }[] = [
  { kind: /^(agent|proposal|switch|autonomy|policy)\./, keys: [['agents']] },
  { kind: /^(person|project|member)\./, keys: [['people'], ['me'], ['approval'], ['approvals']] },
  { kind: /^(policy|budget|group)\./, keys: [['policy'], ['groups'], ['approval'], ['approvals']] },
  { kind: /^(schedule|proposal)\./, keys: [['schedules']] },
  { kind: /^fact\./, keys: [['facts'], ['thread']] },
  { kind: /^proposal\./, keys: [['decisions']] },
  { kind: /^notification\./, keys: [['notifications']] },
  { kind: /^preferences\.|^person\.renamed/, keys: [['preferences']] },
  { kind: /^policy\./, keys: [['approvals'], ['approval'], ['me']] },
  { kind: /^(switch|system|worker|connection)\./, keys: [['status'], ['approvals'], ['approval'], ['thread']] },
];

const onEvent = ({ kind, threadId, proposalId, taskId }: StreamEvent): void => {
  if (threadId) touch(['threads'], ['thread', threadId]);
  if (proposalId) touch(['approvals'], ['approval', proposalId]);
  if (taskId) touch(['tasks'], ['task', taskId]);
  touchNumbers();
  for (const stale of STALE_BY_KIND) if (stale.kind.test(kind)) touch(...stale.keys);
};

const isEvent = (value: unknown): value is StreamEvent => typeof value === 'object' && value !== null && 'kind' in value;

const receive = (raw: unknown): void => {
  try {
    const event: unknown = typeof raw === 'string' ? JSON.parse(raw) : null;
    if (isEvent(event)) onEvent(event);
    else touchAll();
  } catch {
    touchAll(); // unreadable: whatever it said, everything is read anew
  }
};

const isGrowing = (value: Record<string, unknown>): value is Growing =>
  typeof value.messageId === 'string' && typeof value.text === 'string' && Array.isArray(value.calls);

const MOST_GROWING = 20;

const grow = (threadId: string, data: Growing): void => {
  const others = Object.entries(growingStore.get()).filter(([id]) => id !== threadId);
  growingStore.set({ ...Object.fromEntries(others.slice(-MOST_GROWING)), [threadId]: data });
};

/** What passes is shown if it can be read and forgotten if not. */
const receivePassing = (raw: unknown): void => {
  try {
    const { kind, threadId, data } = JSON.parse(String(raw)) as PassingEvent; // from our own server
    if (kind === 'system.health') touch(['status']);
    if (kind === 'message.growing' && threadId && isGrowing(data)) grow(threadId, data);
  } catch {
    touch(['status']);
  }
};

/** Opens the page's one stream. The browser reconnects and resumes by itself unless the server refused; then we try again. */
export const startLive = (): (() => void) => {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const lost = (): void => {
    liveStore.set('lost');
    touch(['status']);
    if (source?.readyState !== EventSource.CLOSED) return;
    // Refused rather than cut off: perhaps we are signed out by now, which only a read can tell.
    touch(['me']);
    again = setTimeout(open, REOPEN_MS);
  };
  const open = (): void => {
    source?.close();
    source = new EventSource('/api/events');
    source.onopen = () => {
      if (liveStore.get() === 'lost') touchAll();
      liveStore.set('open');
    };
    source.onerror = lost;
    source.addEventListener('wilco', (event: MessageEvent<unknown>) => receive(event.data));
    source.addEventListener('passing', (event: MessageEvent<unknown>) => receivePassing(event.data));
    source.addEventListener('reset', touchAll);
  };
  open();
  return () => {
    clearTimeout(again);
    source?.close();
    liveStore.set('connecting');
  };
};
