import { Routes } from 'discord.js';
import { z } from 'zod';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { err, ok, type Result } from '../../result.ts';
import type { SurfaceError, View } from '../surface.ts';
import { markOf, renderView } from './card.ts';
import { apiCode, surfaceError } from './errors.ts';
import { Channel } from './incoming.ts';
import type { Link } from './link.ts';
import { outgoing } from './outgoing.ts';
import { channelOf, targetOf } from './place.ts';

const UNKNOWN_CHANNEL = 10_003;
const EXISTS_ALREADY = 160_004;
const ARCHIVED = 50_083;
const LOOK_BACK = 100;
const LONGEST_NAME = 80;
/** A thread rests after a day without a word, and wakes when one is posted. */
const REST_MINUTES = 1440;

const Posted = z.object({ id: z.string() });
const Past = z.array(
  z.object({
    id: z.string(),
    author: z.object({ id: z.string() }),
    components: z.array(z.object({ id: z.number().optional() })).optional(),
  }),
);

const attempt = async <Value>(work: () => Promise<Value>): Promise<Result<Value, SurfaceError>> => {
  try {
    return ok(await work());
  } catch (error) {
    return err(surfaceError(error));
  }
};

/** Sixteen bytes as a text that Discord takes for a nonce: at most 25 characters. */
const nonceOf = (key: string): string => Buffer.from(key.replaceAll('-', ''), 'hex').toString('base64url').slice(0, 25) || key.slice(0, 25);

const named = (words: string, self: string): string =>
  words.replaceAll(`<@${self}>`, '').split('\n').join(' ').trim().slice(0, LONGEST_NAME) || 'Wilco';

/** The thread of a message, opened when it is not there. Two that open it at once open one. */
const openThread = async (link: Link, { parent, target }: { parent: string; target: string }): Promise<void> => {
  if (parent === target) return;
  try {
    await channelOf(link, target);
    return;
  } catch (error) {
    if (apiCode(error) !== UNKNOWN_CHANNEL) throw error;
  }
  const asked = z.object({ content: z.string().nullish() }).parse(await link.rest.get(Routes.channelMessage(parent, target)));
  const body = { name: named(asked.content ?? '', link.self?.userId ?? ''), auto_archive_duration: REST_MINUTES };
  try {
    link.channels.set(target, Channel.parse(await link.rest.post(Routes.threads(parent, target), { body })));
  } catch (error) {
    if (apiCode(error) !== EXISTS_ALREADY) throw error;
  }
};

/** Our own message of this delivery, if an earlier try arrived: it carries the delivery's mark. */
const find = async (link: Link, target: string, key: string): Promise<string | undefined> => {
  const past = Past.parse(
    await link.rest.get(Routes.channelMessages(target), { query: new URLSearchParams({ limit: String(LOOK_BACK) }) }),
  );
  const mark = markOf(key);
  return past.find(({ author, components }) => author.id === link.self?.userId && components?.[0]?.id === mark)?.id;
};

const edit = async (link: Link, at: { target: string; remoteId: string; key: string | null }, view: View): Promise<void> => {
  const { target, remoteId } = at;
  const route = Routes.channelMessage(target, remoteId);
  // The mark is of the first view; an edit writes the message's own id in its place, which is looked for no more.
  const rendered = renderView(view, at.key ?? remoteId);
  try {
    await link.rest.patch(route, outgoing(rendered));
  } catch (error) {
    if (apiCode(error) !== ARCHIVED) throw error;
    await link.rest.patch(Routes.channel(target), { body: { archived: false } });
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

/** Puts a view into a thread once, however often it is tried: by the mark of an earlier try, and by a nonce that Discord holds to. */
export const post = async (
  link: Link,
  place: ThreadAddress,
  at: { view: View; key: string; again: boolean },
): Promise<Result<{ remoteId: string }, SurfaceError>> => {
  if (isAway(link, place)) return AWAY;
  const to = targetOf(place);
  const { view, key, again } = at;
  const ready = await attempt(() => openThread(link, to));
  if (!ready.ok) return notSent(ready.error);
  const earlier = again ? await attempt(() => find(link, to.target, key)) : ok(undefined);
  if (!earlier.ok) return notSent(earlier.error);
  const stands = earlier.value;
  if (stands !== undefined) {
    const edited = await attempt(() => edit(link, { target: to.target, remoteId: stands, key }, view));
    return edited.ok ? ok({ remoteId: stands }) : edited;
  }
  const body = outgoing(renderView(view, key), { nonce: nonceOf(key), ...(view.calls ? { calls: view.calls } : {}) });
  return attempt(async () => ({ remoteId: Posted.parse(await link.rest.post(Routes.channelMessages(to.target), body)).id }));
};

/** What failed before anything was posted is simply not done yet. */
const notSent = (error: SurfaceError): Result<never, SurfaceError> =>
  err(error.code === 'ambiguous' ? { ...error, code: 'offline' } : error);

export const update = async (
  link: Link,
  place: ThreadAddress,
  at: { remoteId: string; view: View },
): Promise<Result<null, SurfaceError>> => {
  if (isAway(link, place)) return AWAY;
  const { target } = targetOf(place);
  const done = await attempt(() => edit(link, { target, remoteId: at.remoteId, key: null }, at.view));
  return done.ok ? ok(null) : done;
};
