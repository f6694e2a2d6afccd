import { type Delivery, failDelivery, postponeDelivery, readOutgoing, settleDelivery } from '../db/deliveries.ts';
import { record } from '../db/record.ts';
import { splitThreadId } from '../db/thread-id.ts';
import type { Card } from '../dispatch/card.ts';
import type { Heart } from '../dispatch/heart.ts';
import { proposalCard } from '../dispatch/proposal-card.ts';
import { readStanding, type Standing } from '../dispatch/standing.ts';
import { teamCard } from '../dispatch/team-card.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';
import type { Surface, SurfaceError, View } from './surface.ts';

const PATIENCE_MS = [500, 1000, 2000, 5000, 10_000, 30_000];

type Outgoing = NonNullable<Awaited<ReturnType<typeof readOutgoing>>>;

const NAMES = { wilco: 'Wilco', system: 'Wilco', agent: 'Agent', person: 'Wilco' } as const;

/** A person's own words are there already; what is delivered of them is that they failed. A model's words carry its name. */
const textOf = ({ authorKind, authorName, text, problem }: Outgoing): View['text'] => {
  if (authorKind === 'person') return visible(problem ?? 'That failed.');
  if (text === '') return null;
  return visibleBlock(authorKind === 'wilco' && authorName !== null ? `${text}\n(written by ${authorName})` : text);
};

const viewOf = (message: Outgoing, card: Card | null): View => ({
  messageId: message.id,
  author: visible(message.authorKind === 'agent' ? (message.authorName ?? NAMES.agent) : NAMES[message.authorKind]),
  text: textOf(message),
  card,
  failed: message.authorKind === 'person' ? message.id : null,
});

/** The message as it should stand now, with the standing that its card was made from. */
const compose = async (heart: Heart, messageId: string): Promise<{ view: View; standing?: Standing; projectId: string } | undefined> => {
  const message = await readOutgoing(heart.database.db, messageId);
  if (!message) return undefined;
  const { projectId } = message;
  if (!message.proposalId) return { view: viewOf(message, teamCard(message, message.card as Card | null)), projectId }; // a command's answer, made of `Shown` texts when it was stored
  const standing = await readStanding(heart.database.db, projectId, message.proposalId);
  if (!standing) return undefined;
  const card = teamCard(message, proposalCard(standing, heart.tools.get(standing.proposal.tool)));
  return { view: viewOf(message, card), standing, projectId };
};

const waitFor = (error: SurfaceError, attempts: number): number =>
  error.retryAfterMs ?? PATIENCE_MS[Math.min(attempts, PATIENCE_MS.length) - 1] ?? 500;

/** One try at one delivery: it stands then, or is put off, or has failed for good and is on record as such. */
export const deliverOne = async (
  deps: { heart: Heart; surfaces: ReadonlyMap<string, Surface>; workerId: string },
  delivery: Delivery,
): Promise<void> => {
  const { heart, surfaces, workerId } = deps;
  const { db } = heart.database;
  const { id, desired, attempts, remoteId } = delivery;
  const place = splitThreadId(delivery.threadId);
  const surface = place && surfaces.get(place.surface);
  const composed = await compose(heart, delivery.messageId);
  if (!place || !surface || !composed) return failDelivery(db, { id, workerId, problem: 'There is nothing to deliver any more.' });
  const { view, standing, projectId } = composed;
  const done = remoteId ? await surface.update(place, remoteId, view) : await surface.post(place, view, { key: id, again: attempts > 1 });
  if (done.ok) {
    const stands = done.value?.remoteId ?? remoteId ?? '';
    const shown = standing && { revision: standing.proposal.revision, digest: standing.revision.digest };
    return settleDelivery(db, { id, workerId, desired, remoteId: stands, ...(shown ? { shown } : {}) });
  }
  const { error } = done;
  if (error.code !== 'refused' && error.code !== 'gone')
    return postponeDelivery(db, { id, workerId, afterMs: waitFor(error, attempts), problem: error.message });
  heart.log.warn({ deliveryId: id, surface: surface.name, code: error.code }, 'delivery.failed');
  await failDelivery(db, { id, workerId, problem: error.message });
  await record(db, { projectId, kind: 'delivery.failed', threadId: delivery.threadId, data: { surface: surface.name, code: error.code } });
};
