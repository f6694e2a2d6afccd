import { createHash } from 'node:crypto';
import webPush from 'web-push';
import type { Database } from '../db/client.ts';
import { type Claimed, claimUnpushed } from '../db/notifications.ts';
import { isQuiet } from '../db/preferences.ts';
import { dropSubscription, noteFailure, type PushSubscription, subscriptionsOf } from '../db/push-subscriptions.ts';
import type { Heart } from '../dispatch/heart.ts';
import { type NoticeWords, wordsOf } from '../dispatch/notice-words.ts';
import { visible } from '../dispatch/visible.ts';
import type { Log } from '../log.ts';
import { isPushService } from './push-endpoint.ts';
import type { PushKeys } from './push-keys.ts';

/** What came of one push. `gone`: the browser does not want any more, and is forgotten. */
export type Pushed = 'sent' | 'gone' | 'failed' | 'refused';

export type Pusher = {
  publicKey: string;
  /** Pushes what is new and was not pushed yet, by any process. */
  push(): Promise<void>;
  /** Sends one message to the browsers of a person, so that they see whether it arrives. */
  tryOut(personId: string): Promise<Pushed[]>;
};

export type PusherDeps = {
  database: Database;
  heart: Heart;
  keys: PushKeys;
  publicUrl(): string;
  log: Log;
  /** Which addresses may be sent to; only a test has another answer. */
  mayReach?: (endpoint: string) => boolean;
};

const PATIENCE_MS = 10_000;
const HALF_A_DAY_SECONDS = 43_200;
const CONTACT = 'mailto:wilco@example.com';

type Message = NoticeWords & { tag: string; urgent: boolean };

/** A push service wants to know whom to turn to: the address of this installation, where it has one that means anything to others. */
const contactOf = (publicUrl: string): string => (publicUrl.startsWith('https://') ? publicUrl : CONTACT);

/** A newer message about the same thing takes the place of one that was not fetched yet. */
const topicOf = (tag: string): string => createHash('sha256').update(tag).digest('base64url').slice(0, 32);

const send = async (deps: PusherDeps, to: PushSubscription, message: Message): Promise<Pushed> => {
  const { endpoint, keys } = to;
  const { title, path, tag, urgent } = message;
  if (!(deps.mayReach ?? isPushService)(endpoint)) return 'refused';
  const made = webPush.generateRequestDetails({ endpoint, keys }, JSON.stringify({ title, path, tag }), {
    vapidDetails: { subject: contactOf(deps.publicUrl()), ...deps.keys },
    TTL: HALF_A_DAY_SECONDS,
    urgency: urgent ? 'high' : 'normal',
    topic: topicOf(tag),
    contentEncoding: 'aes128gcm',
  });
  const headers = Object.fromEntries(Object.entries(made.headers).map(([name, value]) => [name, String(value)]));
  delete headers['Content-Length'];
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers,
    body: made.body ? new Uint8Array(made.body) : null,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await answer.body?.cancel();
  if (answer.status === 404 || answer.status === 410) return 'gone';
  return answer.ok ? 'sent' : 'failed';
};

const sendTo = async (deps: PusherDeps, to: PushSubscription, message: Message): Promise<Pushed> => {
  const { db } = deps.database;
  const came = await send(deps, to, message).catch((): Pushed => 'failed');
  if (came === 'gone' || came === 'refused') await dropSubscription(db, { endpoint: to.endpoint });
  else if (came === 'failed') await noteFailure(db, to.endpoint);
  // The address would let anybody who reads the log push to that browser: only its host is said.
  deps.log.info({ personId: to.personId, host: new URL(to.endpoint).host, came }, 'push.sent');
  return came;
};

/** Sends notices to browsers by Web Push, encrypted for each. The only place that knows how. */
export const createPusher = (deps: PusherDeps): Pusher => {
  const { database, keys, heart } = deps;
  const server = keys.publicKey;
  const titleOf = (tool: string): string => visible(heart.tools.get(tool)?.title ?? tool);
  const toAll = async (personId: string, message: Message): Promise<Pushed[]> => {
    const browsers = await subscriptionsOf(database.db, { personId, server });
    return Promise.all(browsers.map((browser) => sendTo(deps, browser, message)));
  };
  const pushOne = async (notice: Claimed): Promise<void> => {
    if (isQuiet(notice.preferences.quiet, notice.timeZone, new Date())) return;
    await toAll(notice.personId, { ...wordsOf(notice, titleOf), tag: notice.thing, urgent: notice.kind === 'approval' });
  };
  return {
    publicKey: server,
    async push() {
      for (let claimed = await claimUnpushed(database.db, server); claimed.length > 0; claimed = await claimUnpushed(database.db, server))
        await Promise.all(claimed.map(pushOne));
    },
    tryOut: (personId) => toAll(personId, { title: 'Wilco can reach you here', path: '/settings', tag: 'test', urgent: true }),
  };
};
