import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Breaker, createBreaker } from '../../../src/agents/breaker.ts';
import { createFallback } from '../../../src/agents/fallback.ts';
import { createGrammar } from '../../../src/agents/grammar.ts';
import { createMeter, type Limits, type Meter } from '../../../src/agents/meter.ts';
import { createModelRouter } from '../../../src/agents/model/model-router.ts';
import type { ModelPort } from '../../../src/agents/model/port.ts';
import { AGENTS } from '../../../src/agents/registry.ts';
import { createRoster } from '../../../src/agents/roster.ts';
import type { Bot } from '../../../src/bot/answering.ts';
import { createCommands } from '../../../src/bot/commands/registry.ts';
import { createHealth } from '../../../src/bot/health.ts';
import { onMessage } from '../../../src/bot/on-message.ts';
import { receive } from '../../../src/bot/receive.ts';
import { postInRoom } from '../../../src/bot/room/post.ts';
import { readThread, type StoredMessage } from '../../../src/db/read/threads.ts';
import type { Actor } from '../../../src/dispatch/actor.ts';
import { createTools } from '../../../src/tools/registry.ts';
import type { Tool } from '../../../src/tools/tool.ts';
import { createRig, type Rig, unique } from '../../dispatch/rig.ts';

export const NO_LIMITS: Limits = { perMinute: 1e9, perDay: 1e9, tokensPerDay: 1e12, prices: {} };

/** A bot with the real tools on a real database, and a model of the test's own. */
export type BotRig = Rig & {
  bot: Bot;
  /** Has somebody say this, answered by the bot; a new thread when none is named. */
  say(
    text: string,
    at?: { threadId?: string | null; actor?: Actor },
  ): Promise<{ threadId: string; messageId: string; messages: StoredMessage[] }>;
  stop(): Promise<void>;
};

type Options = {
  limits?: Partial<Limits>;
  solo?: boolean;
  more?: readonly Tool[];
  max?: number;
  breaker?: Breaker;
  meter?: Meter;
};

export const createBotRig = async (port: ModelPort, options: Options = {}): Promise<BotRig> => {
  const home = await mkdtemp(join(tmpdir(), 'wilco-bot-'));
  const tools = [...createTools({ home, post: postInRoom }), ...(options.more ?? [])];
  const rig = await createRig({
    tools,
    ...(options.solo === undefined ? {} : { solo: options.solo }),
    ...(options.max ? { max: options.max } : {}),
  });
  const { heart, database, signals, queue } = rig;
  const health = createHealth({
    database,
    signals,
    queueDepth: queue.depth,
    modelMissing: null,
    model: port.model,
    surfaces: () => [{ name: 'room', ok: true }],
  });
  const router = createFallback({
    model: createModelRouter(port),
    backup: createGrammar(),
    breaker: options.breaker ?? createBreaker(),
    meter: options.meter ?? createMeter(database, { ...NO_LIMITS, ...options.limits }),
    timeoutMs: 5000,
    log: heart.log,
    heard: () => undefined,
  });
  const received = { database, agents: createRoster(database.db, AGENTS), enqueueRoute: async () => undefined };
  const commands = createCommands({ heart, tools, health, receive: received });
  const bot: Bot = { database, heart, router, tools, commands, speaker: async () => undefined };
  return {
    ...rig,
    bot,
    async say(text, { threadId = null, actor = rig.owner } = {}) {
      const event = { surface: 'room', eventId: unique(), threadId, text };
      const got = await receive(received, actor, event);
      if (!got.ok) throw new Error(got.error.code);
      await onMessage(bot, got.value.messageId);
      const page = await readThread(database.db, { projectId: 'default', threadId: got.value.threadId, cursor: undefined, limit: 100 });
      if (!page.ok) throw new Error(page.error.code);
      return { ...got.value, messages: page.value.messages };
    },
    async stop() {
      await rig.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
};
