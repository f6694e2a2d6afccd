import { setTimeout as sleep } from 'node:timers/promises';
import { type Delivery, failDelivery, firstOfRun, postponeDelivery, readOutgoing, settleDelivery } from '../db/deliveries.ts';
import { accountBehind } from '../db/identities.ts';
import { reopenDirect } from '../db/notifications.ts';
import { record } from '../db/record.ts';
import { splitThreadId, type ThreadAddress } from '../db/thread-id.ts';
import type { Card } from '../dispatch/card.ts';
import type { Heart } from '../dispatch/heart.ts';
import { proposalCard } from '../dispatch/proposal-card.ts';
import { readStanding, type Standing } from '../dispatch/standing.ts';
import { TEAM_THREAD } from '../dispatch/team.ts';
import { teamCard } from '../dispatch/team-card.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';
import { showRest } from './at-rest.ts';
import { calledBy } from './calls.ts';
import type { Growing, Surface, SurfaceError, View } from './surface.ts';

const PATIENCE_MS = [500, 1000, 2000, 5000, 10_000, 30_000];

type Outgoing = NonNullable<Awaited<ReturnType<typeof readOutgoing>>>;

const NAMES = { wilco: 'Wilco', system: 'Wilco', agent: 'Agent', person: 'Wilco' } as const;

/** A person's own words are there already; what is delivered of them is that they failed. A model's words carry its name. */
const textOf = ({ authorKind, authorName, text, problem }: Outgoing): View['text'] => {
  if (authorKind === 'person') return visible(problem ?? 'That failed.');
  if (text === '') return null;
  return visibleBlock(authorKind === 'wilco' && authorName !== null ? `${text}\n(written by ${authorName})` : text);
};

/** What there is of an answer, with who it is for. */
const growingOf = async (heart: Heart, message: Outgoing, place: ThreadAddress): Promise<Growing | undefined> => {
  const { answers, authorName, text } = message;
  if (answers === null) return undefined;
  const { surface: platform, channel } = place;
  const [workspace = ''] = channel.split('.');
  const to = await accountBehind(heart.database.db, { platform, workspace, messageId: answers });
  return {
    text: visibleBlock(text),
    calls: (message.calls ?? []).map((name) => visible(heart.tools.get(name)?.title ?? name)),
    note: visible(`${authorName ?? 'Wilco'} is writing …`),
    for: to ?? null,
  };
};

/** All of a growing answer in one text. */
const textSoFar = ({ text, calls, note }: Growing): View['text'] =>
  visibleBlock([...(text === '' ? [] : [text]), ...calls.map((call) => `→ ${call}`), `(${note})`].join('\n'));

const viewOf = (message: Outgoing, card: Card | null): View => ({
  messageId: message.id,
  author: visible(message.authorKind === 'agent' ? (message.authorName ?? NAMES.agent) : NAMES[message.authorKind]),
  text: textOf(message),
  card,
  failed: message.authorKind === 'person' ? message.id : null,
});

/** A card that stands in several places calls in one: where it was asked for, or before the team where that was in the web room. */
const isItsPlace = ({ threadId }: Outgoing, { proposal }: Standing): boolean =>
  threadId === proposal.threadId || (threadId === TEAM_THREAD && proposal.threadId.startsWith('room:'));

/** The message as it should stand now, with the standing that its card was made from. */
const compose = async (
  heart: Heart,
  at: { messageId: string; place: ThreadAddress },
): Promise<{ view: View; standing?: Standing; projectId: string } | undefined> => {
  const message = await readOutgoing(heart.database.db, at.messageId);
  if (!message) return undefined;
  const { projectId } = message;
  const growing = await growingOf(heart, message, at.place);
  if (growing) return { view: { ...viewOf(message, null), text: textSoFar(growing), growing }, projectId };
  if (!message.proposalId) return { view: viewOf(message, teamCard(message, message.card as Card | null)), projectId }; // a command's answer, made of `Shown` texts when it was stored
  const standing = await readStanding(heart.database.db, projectId, message.proposalId);
  if (!standing) return undefined;
  const card = teamCard(message, proposalCard(standing, heart.tools.get(standing.proposal.tool)));
  const calls = isItsPlace(message, standing) ? await calledBy(heart, standing, at.place) : [];
  return { view: { ...viewOf(message, card), ...(calls.length > 0 ? { calls } : {}) }, standing, projectId };
};

const waitFor = (error: SurfaceError, attempts: number): number =>
  error.retryAfterMs ?? PATIENCE_MS[Math.min(attempts, PATIENCE_MS.length) - 1] ?? 500;

/** A card may stand before the message that asked for it is on record as answered: so much later it is. */
const AFTERWARDS_MS = 500;

const showRestSoon = async ({ database: { db } }: Heart, { can: { working } }: Surface, place: ThreadAddress): Promise<void> => {
  if (!working || (await showRest(db, working, place))) return;
  await sleep(AFTERWARDS_MS, undefined, { ref: false });
  await showRest(db, working, place);
};

type At = { heart: Heart; surface: Surface; workerId: string };

/** Put off, or failed for good and on record as such. */
const notDone = async (
  { heart, surface, workerId }: At,
  delivery: Delivery,
  at: { error: SurfaceError; projectId: string; proposalId: string | null },
): Promise<void> => {
  const { db } = heart.database;
  const { id, attempts, threadId } = delivery;
  const { error, projectId, proposalId } = at;
  const { code, message: problem } = error;
  if (code !== 'refused' && code !== 'gone') return postponeDelivery(db, { id, workerId, afterMs: waitFor(error, attempts), problem });
  heart.log.warn({ deliveryId: id, surface: surface.name, code }, 'delivery.failed');
  await failDelivery(db, { id, workerId, problem });
  if (proposalId !== null) await reopenDirect(db, { threadId, proposalId });
  await record(db, { projectId, kind: 'delivery.failed', threadId, proposalId, data: { surface: surface.name, code } });
};

/** What a run of an agent says in the team room stands below the first thing that it said, where the platform has a place for that. */
const siteOf = async (
  { db }: Heart['database'],
  surface: Surface,
  at: { place: ThreadAddress; delivery: Delivery },
): Promise<ThreadAddress> => {
  const { place, delivery } = at;
  const { below } = surface.can;
  const first = below && place.thread === 'feed' ? await firstOfRun(db, delivery) : undefined;
  return below && first !== undefined ? below(place, first) : place;
};

/** One try at one delivery: it stands then, or is put off, or has failed for good and is on record as such. */
export const deliverOne = async (
  deps: { heart: Heart; surfaces: ReadonlyMap<string, Surface>; workerId: string },
  delivery: Delivery,
): Promise<void> => {
  const { heart, surfaces, workerId } = deps;
  const { db } = heart.database;
  const { id, desired, attempts, remoteId, threadId, createdAt: since } = delivery;
  const place = splitThreadId(threadId);
  const surface = place && surfaces.get(place.surface);
  const composed = place && (await compose(heart, { messageId: delivery.messageId, place }));
  if (!place || !surface || !composed) return failDelivery(db, { id, workerId, problem: 'There is nothing to deliver any more.' });
  const { view, standing, projectId } = composed;
  const once = { key: id, again: attempts > 1, since };
  const done = remoteId
    ? await surface.update(place, remoteId, view)
    : await surface.post(await siteOf(heart.database, surface, { place, delivery }), view, once);
  if (!done.ok)
    return notDone({ heart, surface, workerId }, delivery, { error: done.error, projectId, proposalId: standing?.proposal.id ?? null });
  const stands = done.value?.remoteId ?? remoteId ?? '';
  const shown = standing && { revision: standing.proposal.revision, digest: standing.revision.digest };
  await settleDelivery(db, { id, workerId, desired, remoteId: stands, ...(shown ? { shown } : {}) });
  // That it could not be shown is nothing to anybody.
  if (!view.growing) void showRestSoon(heart, surface, place).catch(() => heart.log.info({ surface: surface.name }, 'work.not_shown'));
};
