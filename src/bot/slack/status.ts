import { setTimeout as sleep } from 'node:timers/promises';
import type { Capabilities, Work } from '../surface.ts';
import type { Api, Called } from './api.ts';
import type { Self } from './connection.ts';
import { slackPlace } from './read-event.ts';
import { isCode } from './stream.ts';

/** Slack says by these that it will take no status of this app, whichever thread it is. */
const NEVER = ['missing_scope', 'unknown_method', 'not_allowed_token_type', 'no_permission', 'access_denied', 'feature_not_enabled'];
/** An app can be put right. */
const AGAIN_LATER_MS = 600_000;
const TRIES = 3;
const AGAIN_MS = 1000;
const MOST_KEPT = 5000;

/**
 * The status of the session that Slack keeps for a thread: with it come the sign that work goes on, and the button that stops it. Set in the
 * order in which it was told, and only when it changes. An app that Slack
 * does not take for an agent has none, until it is put right.
 */
export const createStatus = (
  api: Api,
  self: () => Self | undefined,
  now: () => number = () => performance.now(),
): NonNullable<Capabilities['working']> => {
  const wanted = new Map<string, boolean>();
  const last = new Map<string, Promise<void>>();
  let restsUntil = Number.NEGATIVE_INFINITY;
  const isAgent = () => restsUntil <= now();
  const set = (at: { channel: string; threadTs: string }, work: Work): Called<unknown> => {
    const { channel, threadTs } = at;
    const more = work.busy ? { ...(work.title === '' ? {} : { title: work.title }), initiator_user_id: work.by } : {};
    const status = work.busy ? 'processing' : 'active';
    return api.call({ method: 'agents.sessions.setStatus', channel }, (client) =>
      client.agents.sessions.setStatus({ channel_id: channel, thread_ts: threadTs, status, ...more }),
    );
  };
  /** In how many milliseconds to try again; undefined: not any more. */
  const attempt = async (at: { key: string; channel: string; threadTs: string }, work: Work): Promise<number | undefined> => {
    const done = await set(at, work);
    const { error } = done.ok ? {} : done;
    if (error && NEVER.some((code) => isCode(error, code))) restsUntil = now() + AGAIN_LATER_MS;
    // Of this thread, whatever is wrong with it: the others have theirs.
    if (error?.code === 'refused' || error?.code === 'gone') wanted.delete(at.key);
    return done.ok ? undefined : (done.error.retryAfterMs ?? AGAIN_MS);
  };
  const keepTrying = async (at: { key: string; channel: string; threadTs: string }, work: Work): Promise<void> => {
    const isWanted = () => isAgent() && wanted.get(at.key) === work.busy;
    for (let left = TRIES; left > 0 && isWanted(); left -= 1) {
      const wait = await attempt(at, work);
      if (wait === undefined) return;
      await sleep(wait);
    }
    // Not known: the next time it is told.
    if (isWanted()) wanted.delete(at.key);
  };
  return async (place, work) => {
    const { channel, threadTs } = slackPlace(place);
    const key = `${channel} ${threadTs}`;
    if (threadTs === undefined || !isAgent() || !self() || wanted.get(key) === work.busy) return;
    wanted.set(key, work.busy);
    const [oldest] = wanted.keys();
    if (wanted.size > MOST_KEPT && oldest !== undefined) wanted.delete(oldest);
    const mine = (last.get(key) ?? Promise.resolve()).then(() => keepTrying({ key, channel, threadTs }, work));
    last.set(key, mine);
    await mine.finally(() => last.get(key) === mine && last.delete(key));
  };
};
