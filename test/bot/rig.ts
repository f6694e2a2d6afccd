import { randomUUID } from 'node:crypto';
import { createGrammar } from '../../src/agents/grammar.ts';
import type { Converser } from '../../src/agents/model/converse.ts';
import { AGENTS } from '../../src/agents/registry.ts';
import { createRoster } from '../../src/agents/roster.ts';
import type { Router } from '../../src/agents/router.ts';
import { createSpeakers } from '../../src/bot/as-agent.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { onMessage } from '../../src/bot/on-message.ts';
import { createPlatforms } from '../../src/bot/platforms.ts';
import { startSurfaces } from '../../src/bot/start-surfaces.ts';
import type { Answer, ChatEvent, Pressed, Surface, View } from '../../src/bot/surface.ts';
import { messageEventId } from '../../src/bot/surface.ts';
import { createLinkCode, linkWorkspace } from '../../src/db/identities.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import type { Command } from '../../src/dispatch/command.ts';
import { startAgentRunner } from '../../src/queue/agent-runner.ts';
import { startPump } from '../../src/queue/pump.ts';
import { startWorker } from '../../src/queue/worker.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { createRig, type Rig } from '../dispatch/rig.ts';
import { PATIENCE_MS } from '../eventually.ts';
import { openMeter } from '../fakes/model/rig.ts';
import { slowRouter } from '../fakes/model/slow-router.ts';
import { type FakeSurface, fakeSurface, type Standing } from '../fakes/surface.ts';

export type ChatRig = Rig & {
  fake: FakeSurface;
  /** Somebody on the fake platform; `link` ties the account to a person. */
  account(userId: string): ChatEvent['who'];
  link(userId: string, actor: Actor): Promise<Answer>;
  says(userId: string, text: string, more?: Partial<ChatEvent & { kind: 'message' }>): Promise<Answer>;
  presses(userId: string, on: Standing, pressed: Pressed): Promise<Answer>;
  submits(userId: string, form: string, values: Record<string, string>): Promise<Answer>;
  /** Waits until what stands last satisfies this; bounded. */
  until(what: (view: View, at: Standing) => boolean): Promise<Standing>;
};

export const PLACE = { surface: 'fake', channel: 'W1.C1', thread: 't1' };

/** The heart, the queue, the worker and the bot as one process runs them, with a surface in memory. */
export const createChatRig = async (
  tools: Tool[],
  others: (made: { database: Rig['database']; heart: Rig['heart']; commands: readonly Command[] }) => readonly Surface[] = () => [],
  model: { router?: Router; converser?: Converser } = {},
): Promise<ChatRig> => {
  const rig = await createRig({ tools });
  const { database, heart, signals, queue } = rig;
  const { log } = heart;
  const fake = fakeSurface();
  await linkWorkspace(database.db, { platform: 'fake', workspace: 'W1', projectId: 'default' });
  const health = async () => ({
    mode: 'backup' as const,
    reason: null,
    workers: 1,
    queue: { depth: 0, oldestSeconds: 0 },
    databaseVersion: 'test',
    surfaces: [],
    model: null,
    checkedAt: new Date(),
  });
  const receive = {
    database,
    agents: createRoster(database.db, AGENTS),
    async enqueueRoute(tx: Parameters<typeof queue.enqueue>[0], messageId: string) {
      await queue.enqueue(tx, 'route', { messageId });
      tx.afterCommit(() => signals.tell('wilco_jobs'));
    },
  };
  const commands = createCommands({ heart, tools, health, receive });
  const worker = await startWorker({ database, heart, queue, signals, log, host: 'test', roles: 'worker' });
  const bot = {
    database,
    heart,
    router: model.router ?? slowRouter(createGrammar()),
    ...(model.converser ? { roster: createRoster(database.db, AGENTS) } : {}),
    tools,
    commands,
    speaker: createSpeakers(createRoster(database.db, AGENTS), tools),
  };
  const route = async ({ messageId }: { messageId: string }) => {
    await onMessage(bot, messageId);
    return 'done' as const;
  };
  const handlers = { route, execute: worker.handler };
  const pump = startPump({ queue, signals, log, names: ['route', 'execute'], handlers, slots: 4, held: () => worker.held() });
  const agents = model.converser
    ? startAgentRunner({
        ...{ heart, roster: createRoster(database.db, AGENTS), tools, reads: [], converser: model.converser, meter: openMeter() },
        ...{ prices: {}, timeoutMs: 5000, log, signals, workerId: worker.id, slots: 4 },
      })
    : undefined;
  const surfaces = [fake, ...others({ database, heart, commands })];
  const platforms = createPlatforms();
  platforms.join(surfaces);
  heart.askGroup = platforms.ask;
  const chat = await startSurfaces({ events: { database, heart, receive, commands, tools }, signals, surfaces });
  let count = 0;
  const account = (userId: string): ChatEvent['who'] => ({ platform: 'fake', workspace: 'W1', userId, name: userId, kind: 'member' });
  const chatRig: ChatRig = {
    ...rig,
    fake,
    account,
    async link(userId, actor) {
      const { code } = await createLinkCode(database.db, actor.personId ?? '');
      return chatRig.says(userId, `link ${code}`);
    },
    says(userId, text, more = {}) {
      count += 1;
      const remoteId = `u${count}`;
      const event = { place: PLACE, who: account(userId), text, remoteId, addressed: true, title: text, edited: false, files: [] };
      return fake.tell({ kind: 'message', eventId: messageEventId(PLACE.channel, remoteId), ...event, ...more });
    },
    presses: (userId, on, pressed) =>
      fake.tell({ kind: 'press', eventId: randomUUID(), who: account(userId), place: on.place, remoteId: on.remoteId, pressed }),
    submits: (userId, form, values) =>
      fake.tell({ kind: 'submit', eventId: randomUUID(), who: account(userId), place: PLACE, form, values }),
    async until(what) {
      for (const late = performance.now() + PATIENCE_MS; performance.now() < late; ) {
        const found = fake.standing.find((one) => {
          const view = one.views.at(-1);
          return view !== undefined && what(view, one);
        });
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const found = fake.standing.slice(-4).map(({ views }) => views.at(-1)?.text ?? views.at(-1)?.card?.title);
      throw new Error(`never stood there; last: ${found.join(' | ')}`);
    },
    async stop() {
      await chat.stop();
      await agents?.stop(2000);
      await pump.stop(5000);
      await worker.stop();
      await rig.stop();
    },
  };
  return chatRig;
};
