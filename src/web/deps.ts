import type { HttpBindings } from '@hono/node-server';
import type { Health } from '../bot/commands/deps.ts';
import type { ReceiveDeps } from '../bot/receive.ts';
import type { Webhook } from '../bot/webhook.ts';
import type { SecretStore } from '../db/secrets.ts';
import type { Signals } from '../db/signals.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Command } from '../dispatch/command.ts';
import type { Heart } from '../dispatch/heart.ts';
import type { Log } from '../log.ts';
import type { Read } from '../tools/read.ts';
import type { Tool } from '../tools/tool.ts';
import type { Pusher } from './push.ts';

/** What the HTTP side is given. The database is the heart's. */
export type WebDeps = {
  heart: Heart;
  signals: Signals;
  receive: ReceiveDeps;
  /** As `createHealth` of the bot makes it: never throws, and keeps its answer for a moment. */
  health(): Promise<Health>;
  tools: readonly Tool[];
  /** What agents may look up. */
  reads?: readonly Pick<Read, 'name' | 'summary'>[];
  secrets: SecretStore;
  commands: readonly Command[];
  /** Sends to browsers; without it nobody can ask to be told there. */
  pusher?: Pusher;
  /** What outside services call here. They prove who they are themselves, and have nothing to do with keys and cookies. */
  webhooks: readonly Webhook[];
  version: string;
  /** Where people reach this, without a slash at the end: `http://127.0.0.1:3000`. */
  publicUrl(): string;
  /** Whether the database is the one that comes with Wilco. */
  embedded: boolean;
  /** Where `npm run build` puts the console; it may be missing. */
  consoleFolder: string;
  log: Log;
};

/** Whoever calls, as their key or cookie proved it at the beginning of this request. */
export type Caller = {
  actor: Actor;
  /** Whether that key or cookie still holds, for what lasts longer than a request. */
  holds(): Promise<boolean>;
};

/** `caller` is set where a key or a cookie held; `actor` is there behind `needs`. */
export type WebEnv = {
  Bindings: Partial<HttpBindings>;
  Variables: { caller: Caller | undefined; actor: Actor; clientId: string | undefined };
};
