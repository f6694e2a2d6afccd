import { z } from 'zod';
import { cardOf } from '../db/read/card-of.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { type Proposed, propose } from '../dispatch/propose.ts';
import type { HeartError } from '../dispatch/sentences.ts';
import type { Result } from '../result.ts';
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

/** Proposes what was filled in, as its own words would have been: who may is looked at, what only the tool knows is filled in, a card appears. */
export const proposeFilled = (
  heart: Heart,
  actor: Actor,
  { open, input }: { open: OpenForm; input: Record<string, unknown> },
): Promise<Result<Proposed, HeartError>> => propose(heart, actor, { threadId: open.threadId, tool: open.tool.name, input });
