import { z } from 'zod';
import type { Tool } from '../../tools/tool.ts';
import { createShortlist } from '../shortlist.ts';
import { know } from './rank.ts';
import type { Clock } from './reading.ts';
import { createLexicalRouter, type LexicalRouting } from './route.ts';
import type { ToolSchema } from './schema.ts';

/** A tool of ours as a model sees it. */
export const schemaOf = (tool: Tool): ToolSchema => ({
  name: tool.name,
  description: `${tool.title}. ${tool.summary}`,
  parameters: z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
});

export type Offers = {
  /** What the words ask for among these tools. To be parsed with the tool's own schema before it becomes anything; `missing` is to be asked for. */
  route(text: string, clock: Clock): LexicalRouting;
  /** The tools that somebody may have meant, best first: for "did you mean", whose buttons show their examples. */
  near(text: string, count: number): Tool[];
};

/**
 * Routing by words for tools that bring no phrases, and better guesses at what was meant for all. Built once for a list of tools.
 * Contract: never throws for anything in `text`.
 */
export const createOffers = (tools: readonly Tool[]): Offers => {
  const router = createLexicalRouter(tools.filter(({ phrases }) => phrases.length === 0).map(schemaOf));
  const shortlist = createShortlist(tools.map((tool) => ({ ...know(schemaOf(tool)), examples: tool.examples, origin: tool })));
  return { route: router.route, near: (text, count) => shortlist.pick(text, count).map(({ origin }) => origin) };
};
