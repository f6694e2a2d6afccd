import { Routes } from 'discord.js';
import { z } from 'zod';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { err, ok, type Result } from '../../result.ts';
import type { SurfaceError, View } from '../surface.ts';
import { markOf, renderView } from './card.ts';
import { apiCode, CLOSED, surfaceError, TAKES_NONE } from './errors.ts';
import type { Link } from './link.ts';
import { outgoing } from './outgoing.ts';
import { targetOf } from './place.ts';
import { remember, type Stand, standsOf, waysTo } from './stand.ts';

const ARCHIVED = 50_083;
const LOOK_BACK = 100;

const Posted = z.object({ id: z.string() });
const Past = z.array(
  z.object({
    id: z.string(),
    author: z.object({ id: z.string() }),
    components: z.array(z.object({ id: z.number().optional() })).optional(),
  }),
);

type Failure = SurfaceError & { api: number };

const attempt = async <Value>(work: () => Promise<Value>): Promise<Result<Value, Failure>> => {
  try {
    return ok(await work());
  } catch (error) {
    return err({ ...surfaceError(error), api: apiCode(error) });
  }
};

/** Sixteen bytes as a text that Discord takes for a nonce: at most 25 characters. */
const nonceOf = (key: string): string => Buffer.from(key.replaceAll('-', ''), 'hex').toString('base64url').slice(0, 25) || key.slice(0, 25);

/** Our own message of this delivery, if an earlier try arrived: it carries the delivery's mark. */
const find = async (link: Link, target: string, key: string): Promise<string | undefined> => {
  const past = Past.parse(
    await link.rest.get(Routes.channelMessages(target), { query: new URLSearchParams({ limit: String(LOOK_BACK) }) }),
  );
  const mark = markOf(key);
  return past.find(({ author, components }) => author.id === link.self?.userId && components?.[0]?.id === mark)?.id;
};

/** Wakes a thread that rests. A locked one cannot be. */
const wake = (link: Link, thread: string): Promise<unknown> => link.rest.patch(Routes.channel(thread), { body: { archived: false } });

const edit = async (link: Link, at: { target: string; remoteId: string; key: string | null }, view: View): Promise<void> => {
  const { target, remoteId } = at;
  const route = Routes.channelMessage(target, remoteId);
  // The mark is of the first view; an edit writes the message's own id in its place, which is looked for no more.
  const rendered = renderView(view, at.key ?? remoteId);
  try {
    await link.rest.patch(route, outgoing(rendered));
  } catch (error) {
    if (apiCode(error) !== ARCHIVED) throw error;
    await wake(link, target);
    await link.rest.patch(route, outgoing(rendered));
  }
};

/** Discord is not asked for what it would refuse: ten thousand refusals within ten minutes shut out the whole machine. */
const isAway = (link: Link, { channel }: ThreadAddress): boolean => link.away.has(channel.split('.')[0] ?? '');
const AWAY: Result<never, SurfaceError> = err({
  code: 'offline',
  message: 'The bot was removed from the server.',
  retryAfterMs: 5000,
});

/** What failed before anything was posted is simply not done yet. */
const notSent = (error: Failure): Result<never, Failure> => err(error.code === 'ambiguous' ? { ...error, code: 'offline' } : error);

type Once = { view: View; key: string; again: boolean };

const put = async (link: Link, { channel, replyTo }: Stand, { view, key, again }: Once): Promise<Result<{ remoteId: string }, Failure>> => {
  const earlier = again ? await attempt(() => find(link, channel, key)) : ok(undefined);
  if (!earlier.ok) return notSent(earlier.error);
  const stands = earlier.value;
  if (stands !== undefined) {
    const edited = await attempt(() => edit(link, { target: channel, remoteId: stands, key }, view));
    return edited.ok ? ok({ remoteId: stands }) : edited;
  }
  const more = { ...(view.calls ? { calls: view.calls } : {}), ...(replyTo ? { replyTo } : {}) };
  const body = outgoing(renderView(view, key), { nonce: nonceOf(key), ...more });
  return attempt(async () => ({ remoteId: Posted.parse(await link.rest.post(Routes.channelMessages(channel), body)).id }));
};

type Tried = { stand: Stand | undefined; done: Result<{ remoteId: string }, Failure> };

const NOWHERE: Failure = { code: 'offline', message: 'There is nowhere to put it.', retryAfterMs: 60_000, api: 0 };
/** So long somebody who takes no direct messages is not tried again. */
const CLOSED_MS = 60 * 60_000;

const tryAt = async (link: Link, find: () => Promise<Stand | undefined>, once: Once): Promise<Tried> => {
  const at = await attempt(find);
  if (!at.ok) return { stand: undefined, done: notSent(at.error) };
  if (!at.value) return { stand: undefined, done: err(NOWHERE) };
  const done = await put(link, at.value, once);
  if (!done.ok && TAKES_NONE.includes(done.error.api)) link.closed.set(at.value.channel, Date.now() + CLOSED_MS);
  return { stand: at.value, done };
};

/**
 * Puts a view into a thread once, however often it is tried: by the mark of an earlier try, and by a nonce that Discord holds to. Where nothing
 * can stand in the thread it becomes a reply in the channel, and where nothing can stand there either, it goes to whoever asked.
 */
export const post = async (link: Link, place: ThreadAddress, once: Once): Promise<Result<{ remoteId: string }, SurfaceError>> => {
  if (isAway(link, place)) return AWAY;
  const to = targetOf(place);
  let closed: Failure | undefined;
  for (const { way, find: stand } of waysTo(link, to)) {
    const { stand: at, done } = await tryAt(link, stand, once);
    if (done.ok && at) await remember(link, place, { way, stand: at, remoteId: done.value.remoteId, code: closed?.api });
    if (done.ok) return done;
    closed ??= done.error;
    if (TAKES_NONE.includes(done.error.api)) break;
    if (!CLOSED.includes(done.error.api)) return done;
  }
  return err(closed ?? NOWHERE);
};

export const update = async (
  link: Link,
  place: ThreadAddress,
  at: { remoteId: string; view: View },
): Promise<Result<null, SurfaceError>> => {
  if (isAway(link, place)) return AWAY;
  let last: Result<void, Failure> | undefined;
  try {
    for await (const target of standsOf(link, targetOf(place), at.remoteId)) {
      last = await attempt(() => edit(link, { target, remoteId: at.remoteId, key: null }, at.view));
      if (last.ok) return ok(null);
      if (last.error.code !== 'gone') return err(last.error);
    }
  } catch (error) {
    return err(surfaceError(error));
  }
  return last && !last.ok ? last : ok(null);
};
