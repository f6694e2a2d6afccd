import { sql } from 'drizzle-orm';
import { messages } from './tables/talk.ts';

/** Holds for every message but an answer that is still being written: nobody is told of that as if it had been said. */
export const STANDS = sql`${messages.answers} is null`;
