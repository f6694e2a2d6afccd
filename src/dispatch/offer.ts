import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { isUuid } from '../db/read/place.ts';
import { record } from '../db/record.ts';
import { type OfferedItem, offers } from '../db/tables/offers.ts';
import { messages } from '../db/tables/talk.ts';
import { err, ok, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import { plainCard } from './card.ts';
import { decideEach } from './decide.ts';
import type { Heart } from './heart.ts';
import { type HeartError, heartError } from './sentences.ts';
import { listStandings } from './standing.ts';
import { visible } from './visible.ts';

/** Keeps what a list shows, so that the press on it means exactly that; answers the id that the button carries. */
export const makeOffer = async (
  db: Db,
  offer: { projectId: string; personId: string; threadId: string; items: OfferedItem[] },
): Promise<string> => {
  const [made] = await db.insert(offers).values(offer).returning({ id: offers.id });
  if (!made) throw new Error('the offer was not written');
  return made.id;
};

export type OfferError = { code: 'offer_missing' | 'offer_taken'; message: string };
const refused = (code: OfferError['code']) => err({ code, message: heartError(code).message });

type Taken = { threadId: string; items: OfferedItem[] };

/** An offer is taken once, and by the one person whom it was made for. */
const take = async (db: Db, actor: Actor, id: string): Promise<Result<Taken, OfferError>> => {
  const { personId, projectId } = actor;
  if (!isUuid(id) || personId === null) return refused('offer_missing');
  const mine = and(eq(offers.id, id), eq(offers.projectId, projectId), eq(offers.personId, personId));
  const [taken] = await db
    .update(offers)
    .set({ takenAt: sql`now()` })
    .where(and(mine, isNull(offers.takenAt)))
    .returning({ threadId: offers.threadId, items: offers.items });
  if (taken) return ok(taken);
  const [there] = await db.select({ id: offers.id }).from(offers).where(mine);
  return refused(there ? 'offer_taken' : 'offer_missing');
};

export type Accepted = { id: string; problem: HeartError | null };

/** Puts what became of each in the place of the list, so that its button is gone wherever it stands. */
const closeCard = async (heart: Heart, actor: Actor, at: { offer: string; threadId: string; accepted: Accepted[] }): Promise<void> => {
  const { offer, threadId, accepted } = at;
  const { projectId } = actor;
  const ids = accepted.map(({ id }) => id);
  const standings = new Map(
    (await listStandings(heart.database.db, { projectId, ids, limit: ids.length })).map((one) => [one.proposal.id, one]),
  );
  const yes = accepted.filter(({ problem }) => problem === null).length;
  const rows = accepted.flatMap(({ id, problem }) => {
    const standing = standings.get(id);
    if (!standing) return [];
    const { proposal, revision } = standing;
    const title = heart.tools.get(proposal.tool)?.title ?? proposal.tool;
    const said = problem?.message ?? (proposal.state === 'proposed' ? 'Your yes is on record; it waits for others' : 'Approved');
    return [{ cells: [visible(title), visible(revision.target), visible(said)], proposalId: id }];
  });
  const card = plainCard({
    title: visible(`You approved ${yes} of ${accepted.length}`),
    table: { columns: ['What', 'On', 'Result'], rows, empty: '' },
  });
  const shown = JSON.stringify({ actions: [{ offer }] });
  await heart.database.transaction(async ({ db }) => {
    await db
      .update(messages)
      .set({ card })
      .where(and(eq(messages.threadId, threadId), sql`${messages.card} @> ${shown}::jsonb`));
    const data = { offer, approved: yes, of: accepted.length };
    await record(db, { projectId, kind: 'offer.taken', threadId, personId: actor.personId, data });
  });
};

/**
 * Approves what an offer lists: each by itself through the one door for decisions, with the revision and the digest that were on show. What
 * has changed since, or is no longer this person's to approve, is refused one by one and does not hold up the others.
 */
export const acceptOffer = async (heart: Heart, actor: Actor, offer: string): Promise<Result<Accepted[], OfferError>> => {
  const taken = await take(heart.database.db, actor, offer);
  if (!taken.ok) return taken;
  const { items, threadId } = taken.value;
  const decisions = items.map(({ id, revision, digest }) => ({ verb: 'approve' as const, proposalId: id, revision, digest }));
  const problems = await decideEach(heart, actor, decisions);
  const accepted = items.map(({ id }, at) => ({ id, problem: problems[at] ?? null }));
  await closeCard(heart, actor, { offer, threadId, accepted });
  return ok(accepted);
};
