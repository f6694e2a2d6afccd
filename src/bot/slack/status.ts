import { setTimeout as sleep } from 'node:timers/promises';
import type { Capabilities, Work } from '../surface.ts';
import type { Api, Called } from './api.ts';
import type { Self } from './connection.ts';
import { slackPlace } from './read-event.ts';

const TRIES = 3;
const AGAIN_MS = 1000;
const MOST_KEPT = 5000;

/**
 * The status of the session that Slack keeps for a thread: with it come the sign that work goes on, and the button that stops it. Set in the
 * order in which it was told, and only when it changes. An app that Slack does not take for an agent has none.
 */
export const createStatus = (api: Api, self: () => Self | undefined): NonNullable<Capabilities['working']> => {
  const wanted = new Map<string, boolean>();
  const last = new Map<string, Promise<void>>();
  let isAgent = true;
  const set = (at: { channel: string; threadTs: string }, work: Work): Called<unknown> => {
    const { channel, threadTs } = at;
    const more = work.busy ? { ...(work.title === '' ? {} : { title: work.title }), initiator_user_id: work.by } : {};
    const status = work.busy ? 'processing' : 'active';
    return api.call({ method: 'agents.sessions.setStatus', channel }, (client) =>
      client.agents.sessions.setStatus({ channel_id: channel, thread_ts: threadTs, status, ...more }),
    );
  };
  /** In how many milliseconds to try again; undefined: not any more. */
  const attempt = async (at: { channel: string; threadTs: string }, work: Work): Promise<number | undefined> => {
    const done = await set(at, work);
    if (!done.ok && done.error.code === 'refused') isAgent = false;
    return done.ok ? undefined : (done.error.retryAfterMs ?? AGAIN_MS);
  };
  const keepTrying = async (at: { key: string; channel: string; threadTs: string }, work: Work): Promise<void> => {
    const isWanted = () => isAgent && wanted.get(at.key) === work.busy;
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
    if (threadTs === undefined || !isAgent || !self() || wanted.get(key) === work.busy) return;
    wanted.set(key, work.busy);
    const [oldest] = wanted.keys();
    if (wanted.size > MOST_KEPT && oldest !== undefined) wanted.delete(oldest);
    const mine = (last.get(key) ?? Promise.resolve()).then(() => keepTrying({ key, channel, threadTs }, work));
    last.set(key, mine);
    await mine.finally(() => last.get(key) === mine && last.delete(key));
  };
};
