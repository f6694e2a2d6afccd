import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMessenger } from '../bot/direct.ts';
import { startNotifier } from '../bot/notifier.ts';
import { type Config, VERSION } from '../config.ts';
import { createSignInLink, installOwnerKey, newApiKey, personCalled } from '../db/access.ts';
import type { Installed } from '../db/install.ts';
import type { Storage } from '../db/storage.ts';
import { createPusher, type Pusher } from '../web/push.ts';
import { pushKeys } from '../web/push-keys.ts';
import { startWeb } from '../web/server.ts';
import type { startBot } from './bot.ts';
import { type Opened, Refused, say } from './opened.ts';

const CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url));

/** The key that scripts use, which acts as the owner: the operator's own, or one made once and kept where only they can read it. */
const ownerKey = async (config: Config, storage: Storage, installed: Installed): Promise<string> => {
  const place = join(config.home, 'api-key');
  const kept = config.apiKey ? undefined : await readFile(place, 'utf8').catch(() => undefined);
  const key = config.apiKey ?? kept?.trim() ?? newApiKey();
  if (!config.apiKey && !kept) await writeFile(place, `${key}\n`, { mode: 0o600 });
  await installOwnerKey(storage.database, { projectId: installed.projectId, personId: installed.ownerId }, key);
  return config.apiKey ? 'the one in WILCO_API_KEY' : place;
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

/** Whoever meets people tells them what they should know, each thing once, however many processes do. */
export const startTelling = async (open: Opened, made: Awaited<ReturnType<typeof startBot>>): Promise<Pusher | undefined> => {
  const { storage, heart, config, log, running, installed } = open;
  if (!config.roles.includes('bot') && !config.roles.includes('web')) return undefined;
  const { database, signals } = storage;
  const publicUrl = () => config.web.publicUrl ?? '';
  const pusher = createPusher({ database, heart, keys: await pushKeys(config.home), publicUrl, log });
  const { health } = made;
  const messenger = createMessenger({ heart, surfaces: made.outside });
  const push = async () => void (await Promise.all([pusher.push(), messenger.send()]));
  const notifier = startNotifier({ database, signals, projectId: installed.projectId, health, push, log });
  running.unshift({ name: 'notifier', stop: notifier.stop });
  return pusher;
};

/** Opens the room and the API, and says where they are and how to sign in. */
export const openDoor = async (open: Opened, made: Awaited<ReturnType<typeof startBot>>, pusher: Pusher | undefined): Promise<void> => {
  const { storage, ways, heart, tools, reads, config, log, running, installed } = open;
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
      reads,
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
