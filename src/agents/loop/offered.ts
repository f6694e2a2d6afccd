import { z } from 'zod';
import type { Read } from '../../tools/read.ts';
import type { Tool } from '../../tools/tool.ts';
import type { Agent } from '../agent.ts';
import type { JsonObject, Offer } from '../model/port.ts';
import { schemaOfTool } from '../model/schema.ts';
import { VERBS, type VerbName } from './verbs.ts';

/** What a name that a model calls stands for. */
export type Meant = { kind: 'verb'; verb: VerbName } | { kind: 'read'; read: Read } | { kind: 'tool'; tool: Tool };

export type Offered = { offers: readonly Offer[]; meant: ReadonlyMap<string, Meant> };

/** What goes with a call for the card and for the record; no tool has arguments of such names. */
export const REASON = '_reason';
export const CONFIDENCE = '_confidence';

const SAID: JsonObject = {
  [REASON]: { type: 'string', description: 'Why, in one or two sentences' },
  [CONFIDENCE]: { type: 'number', description: 'How sure you are, from 0 to 1' },
};

const offer = (name: string, description: string, schema: JsonObject): Offer => ({ name, description, schema, strict: false, core: true });

const schemaOf = (input: z.ZodObject): JsonObject => ({ ...z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) });

const offerTool = (tool: Tool): Offer => {
  const schema = schemaOfTool(tool);
  const properties = { ...(schema.properties as JsonObject | undefined), ...SAID }; // an object's properties are an object
  return offer(tool.name, `${tool.summary}. Becomes a card that people decide.`, { ...schema, properties });
};

/** Without a list an agent has every tool but those that change power. */
const isGranted = (agent: Agent, tool: Tool): boolean =>
  (agent.tools ? agent.tools.includes(tool.name) : !tool.changesPower) && !tool.internal;

const byName = <T extends { name: string }>(a: T, b: T): number => (a.name < b.name ? -1 : 1);

/** What an agent may call, as it is configured at this moment; in an order that only a change of it changes. */
export const offeredTo = (agent: Agent, all: { tools: readonly Tool[]; reads: readonly Read[] }): Offered => {
  const tools = all.tools.filter((tool) => isGranted(agent, tool)).sort(byName);
  const reads = all.reads.filter(({ name }) => agent.tools === null || agent.tools.includes(name)).sort(byName);
  const verbs = Object.entries(VERBS) as [VerbName, (typeof VERBS)[VerbName]][]; // `Object.entries` forgets its keys
  const meant = new Map<string, Meant>();
  for (const tool of tools) meant.set(tool.name, { kind: 'tool', tool });
  for (const read of reads) meant.set(read.name, { kind: 'read', read });
  for (const [verb] of verbs) meant.set(verb, { kind: 'verb', verb });
  const own = verbs.map(([name, { summary, input }]) => offer(name, summary, schemaOf(input)));
  const offers = [
    ...own,
    ...reads
      .filter(({ name }) => meant.get(name)?.kind === 'read')
      .map(({ name, summary, input }) => offer(name, `${summary}. Answers at once.`, schemaOf(input))),
    ...tools.filter(({ name }) => meant.get(name)?.kind === 'tool').map(offerTool),
  ];
  return { offers, meant };
};
