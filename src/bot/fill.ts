import { z } from 'zod';
import { cardOf } from '../db/read/card-of.ts';
import { timeZoneOf } from '../db/read/people.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { type Proposed, propose } from '../dispatch/propose.ts';
import { type HeartError, heartError } from '../dispatch/sentences.ts';
import { err, type Result } from '../result.ts';
import type { Tool } from '../tools/tool.ts';

/** A form that waits on a card: the tool, what the order did say, and the thread that it was said in. */
export type OpenForm = { tool: Tool; input: Record<string, unknown>; threadId: string };

const WithForm = z.object({ form: z.object({ tool: z.string(), input: z.record(z.string(), z.unknown()) }) });

/** The form on the card of this message; undefined when there is none, or its tool is gone. */
export const openFormOf = async (heart: Heart, actor: Actor, messageId: string): Promise<OpenForm | undefined> => {
  const found = await cardOf(heart.database.db, { projectId: actor.projectId, messageId });
  const parsed = WithForm.safeParse(found?.card);
  const tool = parsed.success ? heart.tools.get(parsed.data.form.tool) : undefined;
  return found && parsed.success && tool ? { tool, input: parsed.data.form.input, threadId: found.threadId } : undefined;
};

/** Proposes what was filled in, as its own words would have: the schema looks at it, and a card appears in the thread. */
export const proposeFilled = async (
  heart: Heart,
  actor: Actor,
  filled: { open: OpenForm; input: Record<string, unknown> },
): Promise<Result<Proposed, HeartError>> => {
  const { open, input } = filled;
  if (actor.role === 'viewer') return err(heartError('not_allowed'));
  const { db } = heart.database;
  const timeZone = await timeZoneOf(db, actor);
  const whole = (await open.tool.complete?.(input, { db, projectId: actor.projectId, timeZone })) ?? input;
  return propose(heart, actor, { threadId: open.threadId, tool: open.tool.name, input: whole });
};
