import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AGENTS } from './agents/registry.ts';
import { startRouter } from './agents/start-router.ts';
import { traced } from './agents/traced.ts';
import { createSpeakers } from './bot/as-agent.ts';
import { createCommands } from './bot/commands/registry.ts';
import { createHealth } from './bot/health.ts';
import { menuOf } from './bot/menu.ts';
import { startNotifier } from './bot/notifier.ts';
import { onMessage } from './bot/on-message.ts';
import { isCrowded } from './bot/receive.ts';
import { postInRoom } from './bot/room/post.ts';
import { startSurfaces } from './bot/start-surfaces.ts';
import { createSurfaces, setUpSurface } from './bot/surfaces.ts';
import type { Webhook } from './bot/webhook.ts';
import { type Config, parseConfig, VERSION } from './config.ts';
import { createSignInLink, installOwnerKey, newApiKey, personCalled } from './db/access.ts';
import { openBeside } from './db/beside.ts';
import { ensureInstalled, type Installed, restoreSolo } from './db/install.ts';
import { secretCommand } from './db/secret-command.ts';
import { openStorage, type Storage } from './db/storage.ts';
import { byName, type Heart } from './dispatch/heart.ts';
import { createLog, type Log } from './log.ts';
import { openQueue, type Queue } from './queue/boss.ts';
import { startHousekeeping } from './queue/housekeeping.ts';
import { JOB_ROLE, type JobName } from './queue/jobs.ts';
import { type Handlers, startPump } from './queue/pump.ts';
import { startScheduler } from './queue/scheduler.ts';
import { startWorker } from './queue/worker.ts';
import { watchMail } from './tools/email/watch.ts';
import { createTools } from './tools/registry.ts';
import { openWaysOut, type WaysOut } from './tools/ways-out.ts';
import { span, startTracing } from './trace.ts';
import { createPusher, type Pusher } from './web/push.ts';
import { pushKeys } from './web/push-keys.ts';
import { startWeb } from './web/server.ts';

const NO_MODEL =
  'No model is connected. The built-in grammar understands commands and plain sentences; what it does not understand it asks about.';
const CONNECTIONS = 14;
const SLOTS = 10;
const DRAIN_MS = 20_000;
const CONSOLE = fileURLToPath(new URL('../console/dist', import.meta.url));

/** What has started, newest first: stopped in that order. */
type Running = { name: string; stop(): Promise<void> }[];

const say = (line: string) => process.stdout.write(`${line}\n`);

class Refused extends Error {
  override name = 'Refused';
}

/** The key that scripts use, which acts as the owner: the operator's own, or one made once and kept where only they can read it. */
const ownerKey = async (config: Config, storage: Storage, installed: Installed): Promise<string> => {
  const place = join(config.home, 'api-key');
  const kept = config.apiKey ? undefined : await readFile(place, 'utf8').catch(() => undefined);
  const key = config.apiKey ?? kept?.trim() ?? newApiKey();
  if (!config.apiKey && !kept) await writeFile(place, `${key}\n`, { mode: 0o600 });
  await installOwnerKey(storage.database, { projectId: installed.projectId, personId: installed.ownerId }, key);
  return config.apiKey ? 'the one in WILCO_API_KEY' : place;
};

const giveUp = (message: string): void => {
  say(message);
  process.exit(1);
};

const createHeart = (at: { storage: Storage; queue: Queue; ways: WaysOut; home: string; log: Log }) => {
  const { storage, queue, ways, home, log } = at;
  const { database, signals } = storage;
  const tools = createTools({ home, post: postInRoom, ...ways });
  const enqueue: Heart['enqueue'] = async (tx, job) => {
    await queue.enqueue(tx, 'execute', job);
    tx.afterCommit(() => signals.tell('wilco_jobs'));
  };
  const heart: Heart = { database, signals, log, tools: byName(tools), enqueue };
  return { heart, tools: tools.filter(({ internal }) => !internal) };
};

const openEverything = async (config: Config, log: Log, running: Running) => {
  // As root the database runs as another user, who has to pass through to his own folder; everything in it keeps to itself.
  await mkdir(config.home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const ways = await openWaysOut(config);
  if (!ways.ok) throw new Refused(ways.error.message);
  const storage = await openStorage({ home: config.home, databaseUrl: config.databaseUrl, connections: CONNECTIONS, log, onFatal: giveUp });
  if (!storage.ok) throw new Refused(storage.error.message);
  running.unshift({ name: 'database', stop: storage.value.stop });
  const queue = await openQueue({ url: storage.value.url, log, supervise: config.roles.includes('worker') });
  running.unshift({ name: 'queue', stop: queue.stop });
  if (storage.value.embedded) await queue.reclaim();
  const installed = await ensureInstalled(storage.value.database, { ownerName: 'Owner', timeZone: config.timeZone });
  if (config.solo) await restoreSolo(storage.value.database, installed.projectId);
  return { storage: storage.value, queue, installed, ways: ways.value };
};

type Opened = Awaited<ReturnType<typeof openEverything>> & ReturnType<typeof createHeart> & { config: Config; log: Log; running: Running };

const routing =
  ({ queue, storage }: Opened) =>
  async (tx: Parameters<Queue['enqueue']>[0], messageId: string): Promise<void> => {
    await queue.enqueue(tx, 'route', { messageId });
    tx.afterCommit(() => storage.signals.tell('wilco_jobs'));
  };

const startBot = async (open: Opened) => {
  const { storage, queue, heart, tools, config, log, running, installed } = open;
  const { database, signals } = storage;
  const webhooks: Webhook[] = [];
  const outside = config.roles.includes('bot')
    ? createSurfaces({ config, database, log, mount: (one) => webhooks.push(one), menu: () => menuOf({ commands, tools }) })
    : [];
  const surfaces = () => [{ name: 'room', ok: true }, ...outside.map(({ name, health }) => ({ name, ok: health().ok }))];
  const known = config.model ? { modelMissing: null, model: config.model.model } : { modelMissing: NO_MODEL };
  const health = createHealth({ database, signals, queueDepth: queue.depth, ...known, surfaces });
  const receive = { database, enqueueRoute: routing(open), agents: AGENTS, intake: { inFlight: 0 } };
  const commands = createCommands({ heart, tools, health, receive });
  const changed = () => signals.pass({ projectId: installed.projectId, threadId: null, kind: 'system.health', data: {} });
  const model = config.roles.includes('bot') ? config.model : null;
  const { router, stop } = await startRouter({ model, database, log, changed });
  running.unshift({ name: 'router', stop });
  const bot = { database, heart, router: traced(router), tools, commands, speaker: createSpeakers(AGENTS, tools) };
  return { health, commands, bot, outside, webhooks, receive };
};

const startWork = async (open: Opened, made: Awaited<ReturnType<typeof startBot>>): Promise<void> => {
  const { storage, queue, ways, heart, config, log, running } = open;
  const { database, signals } = storage;
  const names = (Object.keys(JOB_ROLE) as JobName[]).filter((name) => config.roles.includes(JOB_ROLE[name]));
  if (names.length === 0) return;
  const acts = config.roles.includes('worker');
  const worker = acts
    ? await startWorker({ database, heart, queue, signals, log, host: config.host, roles: config.roles.join(',') })
    : undefined;
  if (worker) running.unshift({ name: 'worker', stop: worker.stop });
  if (acts) running.unshift({ name: 'housekeeping', stop: startHousekeeping({ database, heart, queue, signals, log }).stop });
  if (acts && ways.mail) running.unshift({ name: 'mail', stop: watchMail({ db: database.db, mail: ways.mail, log }).stop });
  if (acts)
    running.unshift({ name: 'scheduler', stop: startScheduler({ database, heart, signals, log, enqueueRoute: routing(open) }).stop });
  const route: Handlers['route'] = async ({ messageId }, { signal }) => {
    await span('message', { 'wilco.message_id': messageId }, () => onMessage(made.bot, messageId, signal));
    return 'done' as const;
  };
  const execute = worker?.handler ?? (async () => 'done' as const);
  const held = (name: JobName) => (name === 'execute' ? (worker?.held() ?? true) : isCrowded(made.receive.intake));
  const pump = startPump({ queue, signals, log, names, handlers: { route, execute }, slots: SLOTS, held });
  const drain = async () => {
    if (pump.active() > 0) say(`Finishing ${pump.active()} that are under way …`);
    await pump.stop(DRAIN_MS);
  };
  running.unshift({ name: 'pump', stop: drain });
};

/** For somebody who lost their way in: only who runs the program can ask for another person's link. */
const sayLinkFor = async ({ storage, installed }: Opened, name: string, address: string): Promise<void> => {
  const { db } = storage.database;
  const personId = await personCalled(db, installed.projectId, name);
  if (!personId) {
    say(`  Nobody, or more than one person, is called ${name} here.`);
    return;
  }
  const { token } = await createSignInLink(db, personId);
  say(`  For ${name}, once: ${address}/sign-in#token=${token}`);
};

/** Outside surfaces last: whatever they bring in is answered from the first moment. */
const joinChat = async (open: Opened, made: Awaited<ReturnType<typeof startBot>>): Promise<void> => {
  const { storage, heart, tools, running } = open;
  const { receive } = made;
  const events = { database: storage.database, heart, receive, commands: made.commands, tools };
  const chat = await startSurfaces({ events, signals: storage.signals, surfaces: made.outside });
  running.unshift({ name: 'surfaces', stop: chat.stop });
};

/** Whoever meets people tells them what they should know, each thing once, however many processes do. */
const startTelling = async (open: Opened, made: Awaited<ReturnType<typeof startBot>>): Promise<Pusher | undefined> => {
  const { storage, heart, config, log, running, installed } = open;
  if (!config.roles.includes('bot') && !config.roles.includes('web')) return undefined;
  const { database, signals } = storage;
  const publicUrl = () => config.web.publicUrl ?? '';
  const pusher = createPusher({ database, heart, keys: await pushKeys(config.home), publicUrl, log });
  const { health } = made;
  const notifier = startNotifier({ database, signals, projectId: installed.projectId, health, push: pusher.push, log });
  running.unshift({ name: 'notifier', stop: notifier.stop });
  return pusher;
};

const openDoor = async (open: Opened, made: Awaited<ReturnType<typeof startBot>>, pusher: Pusher | undefined): Promise<void> => {
  const { storage, ways, heart, tools, config, log, running, installed } = open;
  if (!config.roles.includes('web')) {
    say(`Wilco works as ${config.roles.join(', ')}. Ctrl-C stops it when what is under way is done.`);
    return;
  }
  const { host, port } = config.web;
  let address = config.web.publicUrl ?? '';
  const web = await startWeb(
    {
      heart,
      signals: storage.signals,
      receive: made.receive,
      tools,
      secrets: ways.secrets,
      commands: made.commands,
      webhooks: made.webhooks,
      health: made.health,
      ...(pusher ? { pusher } : {}),
      version: VERSION,
      embedded: storage.embedded,
      publicUrl: () => address,
      consoleFolder: CONSOLE,
      log,
    },
    { host, port },
  );
  if (!web.ok) throw new Refused(web.error.message);
  running.unshift({ name: 'web', stop: web.value.stop });
  address ||= `http://${host.includes(':') ? `[${host}]` : host}:${web.value.port}`;
  const keyPlace = await ownerKey(config, storage, installed);
  const link = await createSignInLink(storage.database.db, installed.ownerId);
  say(`Wilco is ready at ${address}`);
  say(`  Sign in, once: ${address}/sign-in#token=${link.token}`);
  say(`  API key:       ${keyPlace}`);
  if (config.linkFor !== null) await sayLinkFor(open, config.linkFor, address);
};

const stopAll = async (running: Running, log: Log): Promise<void> => {
  for (const one of running.splice(0))
    await one
      .stop()
      .catch((error: unknown) => log.error({ part: one.name, err: error instanceof Error ? error.name : 'unknown' }, 'part.not_stopped'));
};

/** Ctrl-C lets what is under way finish; a second one does not wait. Killed outright, nothing is lost either. */
const stopOnSignal = (running: Running, log: Log): void => {
  let asked = false;
  const stop = () => {
    if (asked) process.exit(130);
    asked = true;
    say('\nStopping …');
    void stopAll(running, log).then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};

/** `npm run secret -- …`: one command, also beside a Wilco that runs. */
const keepSecret = async (config: Config, args: readonly string[], log: Log): Promise<void> => {
  await mkdir(config.home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const ways = await openWaysOut(config);
  if (!ways.ok) throw new Refused(ways.error.message);
  const beside = await openBeside({ ...config, log });
  if (!beside.ok) throw new Refused(beside.error.message);
  const { database, stop } = beside.value;
  try {
    const { projectId } = await ensureInstalled(database, { ownerName: 'Owner', timeZone: config.timeZone });
    const said = await secretCommand({ database, store: ways.value.secrets, projectId, input: process.stdin }, args);
    if (!said.ok) throw new Refused(said.say);
    say(said.say);
  } finally {
    await stop();
  }
};

/** What was asked for in the place of a start: the exit code that it ends with. */
const insteadOfStart = async (config: Config, log: Log): Promise<number | undefined> => {
  if (config.secretCommand) await keepSecret(config, config.secretCommand, log);
  if (config.setUp === null) return config.secretCommand ? 0 : undefined;
  const { ok, lines } = await setUpSurface(config, config.setUp);
  say(lines.join('\n'));
  return ok ? 0 : 1;
};

const main = async (): Promise<void> => {
  const config = parseConfig(process.env, process.argv.slice(2));
  const running: Running = [];
  const log = createLog(config.ok ? config.value.logLevel : 'warn');
  try {
    if (!config.ok) throw new Refused(config.error.message);
    for (const name of config.value.unknown) say(`${name} is set, and this version of Wilco does nothing with it.`);
    const ended = await insteadOfStart(config.value, log);
    if (ended !== undefined) process.exit(ended);
    stopOnSignal(running, log);
    if (config.value.tracing) running.unshift({ name: 'traces', stop: await startTracing({ ...config.value.tracing, version: VERSION }) });
    const opened = await openEverything(config.value, log, running);
    const open: Opened = { ...opened, ...createHeart({ ...opened, home: config.value.home, log }), config: config.value, log, running };
    const made = await startBot(open);
    await startWork(open, made);
    await joinChat(open, made);
    const pusher = await startTelling(open, made);
    await openDoor(open, made, pusher);
  } catch (error) {
    say(error instanceof Refused ? error.message : `Wilco could not start: ${error instanceof Error ? error.message : String(error)}`);
    await stopAll(running, log);
    process.exit(1);
  }
};

await main();
