import type { z } from 'zod';
import type { Db } from '../db/client.ts';
import type { Result } from '../result.ts';

/** `db` is a transaction that the database itself lets write nothing. */
export type ReadContext = { db: Db; projectId: string; agentKey: string; threadId: string; signal: AbortSignal };

/**
 * One thing that an agent may look up at once, within its grants. It has no effect by construction: it is given nothing that could have one.
 * What it answers is data for a model, marked as such by whoever asked; it never throws for what can be expected.
 */
export type Read<Schema extends z.ZodObject = z.ZodObject> = {
  name: string;
  /** Read by the model. */
  summary: string;
  input: Schema;
  run(input: z.output<Schema>, ctx: ReadContext): Promise<Result<string, { code: string; message: string }>>;
};

/** Fixes a read's input type while it is written; registries hold it as a plain `Read`, whose input is to be parsed first. */
export const defineRead = <Schema extends z.ZodObject>(read: Read<Schema>): Read => read;
