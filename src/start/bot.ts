import { startRouter } from '../agents/start-router.ts';
import { traced } from '../agents/traced.ts';
import { createSpeakers } from '../bot/as-agent.ts';
import { createCommands } from '../bot/commands/registry.ts';
import { createHealth } from '../bot/health.ts';
import { menuOf } from '../bot/menu.ts';
import { startSurfaces } from '../bot/start-surfaces.ts';
import { createSurfaces } from '../bot/surfaces.ts';
import type { Webhook } from '../bot/webhook.ts';
import { askForMore } from '../dispatch/ask-for-more.ts';
import type { Queue } from '../queue/boss.ts';
import type { Opened } from './opened.ts';

const NO_MODEL =
  'No model is connected. The built-in grammar understands commands and plain sentences; what it does not understand it asks about.';

/** Sends a stored message on its way to an answer, in the transaction that stores it. */
export const routing =
  ({ queue, storage }: Opened) =>
  async (tx: Parameters<Queue['enqueue']>[0], messageId: string): Promise<void> => {
    await queue.enqueue(tx, 'route', { messageId });
    tx.afterCommit(() => storage.signals.tell('wilco_jobs'));
  };

/** Everything that understands and answers, with the surfaces that it is heard through, not connected yet. */
export const startBot = async (open: Opened) => {
  const { storage, queue, heart, tools, roster, config, log, running, installed } = open;
  const { database, signals } = storage;
  const webhooks: Webhook[] = [];
  const outside = config.roles.includes('bot')
    ? createSurfaces({ config, database, log, signals, mount: (one) => webhooks.push(one), menu: () => menuOf({ commands, tools }) })
    : [];
  open.platforms.join(outside);
  const surfaces = () => [{ name: 'room', ok: true }, ...outside.map(({ name, health }) => ({ name, ok: health().ok }))];
  const known = config.model ? { modelMissing: null, model: config.model.model } : { modelMissing: NO_MODEL };
  const health = createHealth({ database, signals, queueDepth: queue.depth, ...known, surfaces });
  const receive = { database, enqueueRoute: routing(open), agents: roster, intake: { inFlight: 0 } };
  const commands = createCommands({ heart, tools, health, receive });
  const changed = () => signals.pass({ projectId: installed.projectId, threadId: null, kind: 'system.health', data: {} });
  const model = config.roles.includes('bot') ? config.model : null;
  const { router, stop } = await startRouter({
    model,
    database,
    log,
    changed,
    exhausted: (over, { threadId }) => askForMore(heart, over, threadId),
  });
  running.unshift({ name: 'router', stop });
  const bot = {
    database,
    heart,
    router: traced(router),
    tools,
    commands,
    speaker: createSpeakers(roster, tools),
    ...(model ? { roster } : {}),
  };
  return { health, commands, bot, outside, webhooks, receive };
};

/** Outside surfaces last: whatever they bring in is answered from the first moment. */
export const joinChat = async (open: Opened, made: Awaited<ReturnType<typeof startBot>>): Promise<void> => {
  const { storage, heart, tools, running } = open;
  const { receive } = made;
  const events = { database: storage.database, heart, receive, commands: made.commands, tools };
  const chat = await startSurfaces({ events, signals: storage.signals, surfaces: made.outside });
  running.unshift({ name: 'surfaces', stop: chat.stop });
};
