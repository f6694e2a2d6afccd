import { z } from 'zod';

/** How many things one look at the database brings; what of them fits is shown. */
export const ROWS = 50;

/** Where a list goes on. */
export const offset = z.int().min(0).max(100_000).default(0).describe('How many to leave out from the beginning of the list.');
/** Where a text goes on. */
export const from = z.int().min(0).max(10_000_000).default(0).describe('At which character to begin.');
export const id = (what: string) => z.uuid().describe(what);
export const words = z.string().trim().min(1).max(300);
export const agentKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/)
  .describe("An agent's key, such as note-taker.");
