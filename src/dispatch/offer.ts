import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { isUuid } from '../db/read/place.ts';
import { record } from '../db/record.ts';
import { type OfferedItem, offers } from '../db/tables/offers.ts';
import { messages } from '../db/tables/talk.ts';
import { err, ok, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import { plainCard } from './card.ts';
import { type Decision, decideEach } from './decide.ts';
import type { Heart } from './heart.ts';
import { type HeartError, heartError } from './sentences.ts';
import { listStandings } from './standing.ts';
import { visible } from './visible.ts';

export type OfferError = { code: 'offer_missing' | 'offer_taken'; message: string };
const refused = (code: OfferError['code']) => err({ code, message: heartError(code).message });

type Verb = Decision['verb'];
type Taken = { threadId: string; items: OfferedItem[]; verb: Verb; runId: string | null };

const COLUMNS = { threadId: offers.threadId, items: offers.items, verb: offers.verb, runId: offers.runId };

/** What stands on a digest is there for everybody who reads it; each decides by their own right, as often as something is left. */
const readShared = async (db: Db, { projectId }: Actor, id: string): Promise<Taken | undefined> => {
  const [shared] = await db
    .select(COLUMNS)
    .from(offers)
    .where(and(eq(offers.id, id), eq(offers.projectId, projectId), isNull(offers.personId)));
  return shared;
};

/** Any other offer is taken once, and by the one person whom it was made for. */
const take = async (db: Db, actor: Actor, id: string): Promise<Result<Taken, OfferError>> => {
  const { personId, projectId } = actor;
  if (!isUuid(id) || personId === null) return refused('offer_missing');
  const shared = await readShared(db, actor, id);
  if (shared) return ok(shared);
  const mine = and(eq(offers.id, id), eq(offers.projectId, projectId), eq(offers.personId, personId));
  const [taken] = await db
    .update(offers)
    .set({ takenAt: sql`now()` })
    .where(and(mine, isNull(offers.takenAt)))
    .returning(COLUMNS);
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

export type AcceptedOffer = { verb: Verb; became: Accepted[] };

const TURNED_DOWN = 'Turned down on the digest';

const decisionOn = (verb: Verb, { id: proposalId, revision, digest }: OfferedItem): Decision =>
  verb === 'approve' ? { verb, proposalId, revision, digest } : { verb, proposalId, revision, reason: TURNED_DOWN };

/**
 * Decides what an offer lists: each by itself through the one door for decisions, with the revision and the digest that were on show. What
 * has changed since, or is no longer this person's to decide, is refused one by one and does not hold up the others.
 */
export const acceptOffer = async (heart: Heart, actor: Actor, offer: string): Promise<Result<AcceptedOffer, OfferError>> => {
  const taken = await take(heart.database.db, actor, offer);
  if (!taken.ok) return taken;
  const { items, threadId, verb, runId } = taken.value;
  const problems = await decideEach(
    heart,
    actor,
    items.map((item) => decisionOn(verb, item)),
  );
  const became = items.map(({ id }, at) => ({ id, problem: problems[at] ?? null }));
  // A digest says by itself what became of what it lists.
  if (runId === null) await closeCard(heart, actor, { offer, threadId, accepted: became });
  return ok({ verb, became });
};
