import { pgSchema, timestamp } from 'drizzle-orm/pg-core';

/** One schema of our own, so that a shared server's other tables are never in the way. */
export const wilco = pgSchema('wilco');

/** Timestamps are always with a time zone and arrive as `Date`. */
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
