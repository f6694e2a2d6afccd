import type { Db } from '../db/client.ts';
import { isAtWork } from '../db/deliveries.ts';
import { type ThreadAddress, threadId } from '../db/thread-id.ts';
import type { Surface } from './surface.ts';

/** Where nothing more is to come in a thread it is seen that nobody is at work any more. Answers whether that is so. */
export const showRest = async (db: Db, working: NonNullable<Surface['can']['working']>, place: ThreadAddress): Promise<boolean> => {
  if (await isAtWork(db, threadId(place))) return false;
  await working(place, { busy: false });
  return true;
};
