import { App, type ReceiverEvent } from '@slack/bolt';
import type { SlackConfig } from '../../config/slack.ts';
import type { Database } from '../../db/client.ts';
import { hasSpokenIn } from '../../db/deliveries.ts';
import { isAskedIn } from '../../db/read/history.ts';
import type { Signals } from '../../db/signals.ts';
import { threadId } from '../../db/thread-id.ts';
import type { Log } from '../../log.ts';
import { err } from '../../result.ts';
import { within } from '../../within.ts';
import type { Surface, SurfaceError } from '../surface.ts';
import type { Webhook } from '../webhook.ts';
import { pageOf, type Reply } from './answer.ts';
import { type Api, createApi } from './api.ts';
import { createCapabilities } from './capabilities.ts';
import { type Connection, type Counted, createConnection } from './connection.ts';
import { surfaceError } from './errors.ts';
import { fileReader } from './files.ts';
import { createFinder } from './find-posted.ts';
import { createGoingOn } from './going-on.ts';
import { type HearDeps, hear, homeOf, NotNow, type On } from './hear.ts';
import { createHomes } from './homes.ts';
import { createRespond } from './hooks.ts';
import { createHttpReceiver } from './http.ts';
import { createNames } from './names.ts';
import { quietOptions } from './options.ts';
import { createPace, type PaceSettings } from './pace.ts';
import { createPlaces } from './places.ts';
import { postView, updateView } from './post.ts';
import { quiet } from './quiet.ts';
import { channelPart, isRemoved } from './read-event.ts';
import { createRepeats } from './repeats.ts';
import { createSockets } from './sockets.ts';
import { createStreams } from './stream.ts';
import { createThreads } from './threads.ts';
import { createWho } from './who.ts';

export type SlackDeps = {
  config: SlackConfig;
  database: Database;
  log: Log;
  mount(webhook: Webhook): void;
  pace?: PaceSettings;
  /** How long after a try that failed the next one connects. */
  reconnectMs?: number;
  /** Where people reach the web room; null: nowhere but on the machine itself. */
  publicUrl?: string | null;
  /** By which pages that are open are kept up to date; absent: each is as it was when it was opened. */
  signals?: Pick<Signals, 'on'>;
  homeMs?: number;
};

/** Whoever is being answered gets their answer when this is told to stop, if it takes no longer. */
const STOPPING_MS = 5000;

const OFFLINE: SurfaceError = { code: 'offline', message: 'Slack is not connected' };

/** Bolt acknowledges an event before anything has run. Here it is acknowledged by whoever takes it, once it is stored. */
class StoringApp extends App {
  taken: (event: ReceiverEvent) => Promise<void> = async () => {
    throw new NotNow('not started');
  };

  override processEvent(event: ReceiverEvent): Promise<void> {
    return this.taken(event);
  }
}

/** The way in, by what is set: two sockets that Slack is called on, or requests that it sends. */
const createReceiver = ({ config, log, mount }: SlackDeps): Counted => {
  const { by } = config;
  if (by.kind === 'socket') return createSockets({ appToken: by.appToken, clientOptions: quietOptions(config), logger: quiet, log });
  const receiver = createHttpReceiver(by.signingSecret);
  mount(receiver.webhook);
  return receiver;
};

/** What follows an acknowledgement. Nobody waits for it, and what fails in it is on record. */
const createFollowing = (log: Log) => {
  const active = new Set<Promise<unknown>>();
  return {
    add({ after }: Reply): void {
      if (!after) return;
      const following = after()
        .catch((error: unknown) => log.warn({ surface: 'slack', code: surfaceError(error).code }, 'answer.not_shown'))
        .finally(() => active.delete(following));
      active.add(following);
    },
    settled: async (): Promise<void> => void (await Promise.all(active)),
  };
};

/** What it takes to make sense of what Slack tells. `hearer`: who is told, once somebody is. */
const createHearing = (deps: SlackDeps, at: { api: Api; self: Connection['self']; hearer: () => On | undefined }) => {
  const { config, database, log } = deps;
  const { api, self, hearer } = at;
  const places = createPlaces(api);
  const workspace = () => self()?.workspace ?? '';
  const info = (user: string) => api.call({ method: 'users.info', channel: user }, (at) => at.users.info({ user }));
  const idOf = ({ channel, threadTs }: { channel: string; threadTs: string }) =>
    threadId({ surface: 'slack', channel: channelPart(workspace(), channel), thread: threadTs });
  const ask = createWho({ workspace, info });
  const homes = createHomes(
    api,
    async (userId) => {
      const me = self();
      const on = hearer();
      return me && on ? pageOf(await homeOf({ ask }, { self: me, on }, userId)) : undefined;
    },
    deps.homeMs,
  );
  const hearing: HearDeps = {
    api,
    homes,
    places,
    respond: createRespond(config),
    repeats: createRepeats(),
    ask,
    threads: createThreads(api, (thread) => hasSpokenIn(database.db, idOf(thread))),
    goesOn: createGoingOn((thread) => isAskedIn(database.db, idOf(thread))),
    nameOf: createNames(database, workspace, ask),
    file: fileReader(config),
    log,
  };
  return { hearing, places, homes, workspace };
};

/** Slack as a surface: in socket mode, or over HTTP on the port of the web side. `settled`: nothing is being answered any more. */
export const createSlack = (deps: SlackDeps): Surface & { settled(): Promise<void> } => {
  const { config, database, log, reconnectMs } = deps;
  const receiver = createReceiver(deps);
  const app = new StoringApp({
    token: config.botToken,
    receiver,
    clientOptions: quietOptions(config),
    logger: quiet,
    convoStore: false,
    // Bolt would ask at once, and in nobody's hands: a Slack that is away then ends the process. The connection asks for itself.
    tokenVerificationEnabled: false,
  });
  const client = () => app.client;
  const connection = createConnection({ client, receiver, database, log, reconnectMs });
  const { self } = connection;
  const api = createApi({ client: app.client, pace: createPace(deps.pace), token: connection.token });
  const { hearing, places, homes, workspace } = createHearing(deps, { api, self, hearer: () => on });
  const out = { api, places, publicUrl: deps.publicUrl ?? null, streams: createStreams(api, workspace), find: createFinder(api) };
  const following = createFollowing(log);
  let on: On | undefined;
  let unhear: (() => void) | undefined;
  return {
    name: 'slack',
    async start(hearer) {
      on = hearer;
      unhear = deps.signals?.on('wilco_events', homes.changed);
      app.taken = async ({ body, ack }) => {
        const me = self();
        if (!me) throw new NotNow('not connected');
        if (isRemoved(me.workspace, body)) connection.token(false);
        const reply = await hear(hearing, { self: me, on: hearer, body });
        // Where the connection went meanwhile it comes again, and is known then.
        await ack(reply.ack).catch(() => log.info({ surface: 'slack' }, 'event.not_acknowledged'));
        following.add(reply);
      };
      await connection.start();
    },
    post: async (place, view, once) => (self() ? postView(out, place, { view, ...once }) : err(OFFLINE)),
    update: async (place, remoteId, view) => (self() ? updateView(out, place, { remoteId, view }) : err(OFFLINE)),
    health: connection.health,
    can: createCapabilities(api, self, places),
    async stop() {
      unhear?.();
      await homes.stop();
      await connection.stop();
      // What Slack asked to wait for is not waited for any more.
      await within(STOPPING_MS, following.settled());
    },
    settled: following.settled,
  };
};
