import type { Db } from '../db/client.ts';
import { offers } from '../db/tables/offers.ts';

/** For one person; or, on the digest of a run, for whoever reads it. */
export type NewOffer = Omit<typeof offers.$inferInsert, 'id' | 'createdAt' | 'takenAt'>;

/** Keeps what a list shows, so that the press on it means exactly that; answers the id that the button carries. */
export const makeOffer = async (db: Db, offer: NewOffer): Promise<string> => {
  const [made] = await db.insert(offers).values(offer).returning({ id: offers.id });
  if (!made) throw new Error('the offer was not written');
  return made.id;
};
