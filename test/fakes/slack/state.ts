import { randomUUID } from 'node:crypto';
import { SCOPES } from '../../../src/bot/slack/manifest.ts';

export type Json = Record<string, unknown>;

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What Slack answers in the place of a result. */
export class SlackError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export const TEAM = 'T1';
export const BOT_USER = 'UBOT';
export const BOT_TOKEN = 'xoxb-test-token';
export const APP_TOKEN = 'xapp-test-token';
/** Of a person, for making apps. */
export const CONFIG_TOKEN = 'xoxe.xoxp-test-token';
export const SIGNING_SECRET = 'a-signing-secret-of-the-tests';

export type Message = {
  channel: string;
  ts: string;
  thread_ts?: string;
  user: string;
  text: string;
  blocks: Json[];
  /** As it was posted, when whoever is mentioned in it heard of it. */
  posted?: Json[];
  metadata?: unknown;
  /** Only this person sees it. */
  only?: string;
  edited: number;
  /** It is still being written. */
  streaming?: boolean;
  tasks?: Record<string, { title: string; status: string }>;
};
export type View = { id: string; user: string; hash: string; view: Json };
export type User = { id: string; team_id: string; name: string; deleted?: boolean; is_restricted?: boolean; is_stranger?: boolean };

/** What happens to one call: nothing is done, or it was done and nobody hears of it. */
export type Fault =
  | { kind: 'status'; status: number }
  | { kind: 'rate_limited'; seconds: number }
  | { kind: 'error'; error: string }
  | { kind: 'lost_before' }
  | { kind: 'lost_after' }
  /** Done, and the answer comes when this does. */
  | { kind: 'held'; until: Promise<void> };

/** Everything that the fake Slack knows. */
export const createState = () => {
  let count = 0;
  const state = {
    messages: [] as Message[],
    views: new Map<string, View>(),
    homes: new Map<string, Json>(),
    /** The agent's sessions, by channel and thread, with each status that they had. */
    sessions: new Map<string, { statuses: string[]; title?: string }>(),
    prompts: new Map<string, Json[]>(),
    users: new Map<string, User>(),
    triggers: new Map<string, { user: string; until: number; used: boolean; view?: string }>(),
    /** Slack's own patience is three seconds; a machine that is busy with other tests is given more. */
    ackMs: 15_000,
    triggerMs: 15_000,
    faults: new Map<string, Fault[]>(),
    /** What every call meets for which no fault waits. */
    weather: (_method: string): Fault | undefined => undefined,
    /** Every call, as it came. */
    calls: [] as { method: string; args: Json; at: number }[],
    /** What broke a limit of Slack, or sent what is never to be sent. */
    violations: [] as string[],
    revoked: false,
    /** The manifests of apps that were made. */
    apps: [] as unknown[],
    /** What the bot token was granted. */
    scopes: SCOPES,
    files: new Map<string, { body: string; type: string }>(),
    /** The channels that the app was invited to; direct conversations are those with the app. */
    channels: new Set(['C1']),
    /** How often each address for an answer was used: Slack takes five. */
    answered: new Map<string, number>(),
    /** Where the server is, once it is. */
    origin: '',
    groups: new Map<string, string[]>(),
    /** What the user groups are called; one that is disabled is in no list. */
    handles: new Map<string, { handle: string; disabled?: boolean; external?: boolean }>(),
    next(): number {
      count += 1;
      return count;
    },
    ts: (): string => `${Math.floor(Date.now() / 1000)}.${String(state.next()).padStart(6, '0')}`,
    fault(method: string, ...faults: Fault[]): void {
      state.faults.set(method, [...(state.faults.get(method) ?? []), ...faults]);
    },
    user(id: string): User {
      const known = state.users.get(id) ?? { id, team_id: TEAM, name: id.toLowerCase() };
      state.users.set(id, known);
      return known;
    },
    trigger(user: string): string {
      const id = `${state.next()}.${randomUUID()}`;
      state.triggers.set(id, { user, until: Date.now() + state.triggerMs, used: false });
      return id;
    },
    callsTo: (method: string) => state.calls.filter((call) => call.method === method),
  };
  return state;
};

export type State = ReturnType<typeof createState>;
