import type { Command } from '../../dispatch/command.ts';
import type { Tool } from '../../tools/tool.ts';
import type { Ask } from '../router.ts';
import { createShortlist, type Entry, type Shortlist } from '../shortlist.ts';
import type { JsonObject, Offer } from './port.ts';
import { countLoose, hasOpenMap, schemaOfCommand, schemaOfTool, strictOf } from './schema.ts';

/** What a name that a model answers with stands for. */
export type Meant = { kind: 'tool'; tool: Tool } | { kind: 'command'; command: Command } | { kind: 'hand_over' };

export type Offered = { offers: readonly Offer[]; meant: ReadonlyMap<string, Meant> };

/** What providers take at most in one request with strict schemas. */
const MOST = { offers: 20, optional: 24, unions: 16 };

/**
 * So many of what stands first in the lists are offered for every message, and come first: what a provider keeps for the next call ends at
 * the first difference.
 */
const CORE = 10;

const HAND_OVER = 'hand_over';
/** No tool can have such a name: theirs have no two underscores in a row. */
const COMMAND = 'command__';

type Draft = { name: string; description: string; schema: JsonObject; meant: Meant; entry: Entry };

const draftTool = (tool: Tool): Draft => {
  const schema = schemaOfTool(tool);
  const description = `${tool.summary}. ${tool.examples.length > 0 ? `For example: ${tool.examples.slice(0, 2).join(' / ')}` : ''}`.trim();
  const fields = Object.keys(tool.input.shape);
  const entry = { name: tool.name, summary: tool.summary, fields, examples: tool.examples };
  return { name: tool.name, description, schema, meant: { kind: 'tool', tool }, entry };
};

const draftCommand = (command: Command): Draft => {
  const name = `${COMMAND}${command.name.replaceAll('-', '_')}`;
  const description = `${command.summary}. ${command.changes ? 'The person is shown a button for it.' : 'Only shows something.'}`;
  const entry = { name, summary: command.summary, fields: [command.name], examples: [command.usage] };
  return { name, description, schema: schemaOfCommand(command), meant: { kind: 'command', command }, entry };
};

const handOver = (agents: NonNullable<Ask['agents']>): Offer => ({
  name: HAND_OVER,
  description: `Hands the message to an agent: ${agents.map(({ key, when }) => `${key}: ${when}`).join('; ')}`,
  schema: {
    type: 'object',
    properties: { agent: { enum: agents.map(({ key }) => key) } },
    required: ['agent'],
    additionalProperties: false,
  },
  strict: true,
  core: false,
});

const byName = <T extends { name: string }>(a: T, b: T): number => (a.name < b.name ? -1 : 1);

/** Strict as far as the provider's limits go: a schema that would break them is sent as it is, and its answer is parsed like any other. */
const strictly = (drafts: readonly (Draft & { core: boolean })[]): Offer[] => {
  let optional = 0;
  let unions = 0;
  return drafts.map(({ name, description, schema, core }) => {
    const loose = countLoose(schema);
    const fits = optional + loose.optional <= MOST.optional && unions + loose.unions <= MOST.unions;
    if (hasOpenMap(schema)) return { name, description, schema, strict: false, core };
    const closed = { name, description, schema: strictOf(schema) as JsonObject, core }; // an object stays one
    if (!fits) return { ...closed, strict: false };
    optional += loose.optional;
    unions += loose.unions;
    return { ...closed, strict: true };
  });
};

type Known = { drafts: readonly Draft[]; shortlist: Shortlist<Entry> };

/** Offers what may be meant: at most twenty actions and commands, those that are always offered first, each part in the order of its names. */
export const createOffering = (): ((ask: Ask) => Offered) => {
  const tools = new WeakMap<readonly Tool[], Known>();
  const known = (ask: Ask): Known => {
    const found = tools.get(ask.tools);
    if (found) return found;
    const drafts = [...ask.tools.map(draftTool), ...ask.commands.map(draftCommand)];
    const made = { drafts, shortlist: createShortlist(drafts.map(({ entry }) => entry)) };
    tools.set(ask.tools, made);
    return made;
  };
  const choose = (ask: Ask): (Draft & { core: boolean })[] => {
    if (ask.only) return [{ ...draftTool(ask.only), core: true }];
    const { drafts, shortlist } = known(ask);
    const most = MOST.offers - (ask.agents?.length ? 1 : 0);
    const core = drafts.slice(0, drafts.length <= most ? most : CORE).sort(byName);
    const always = new Set(core.map(({ name }) => name));
    const others = drafts.map(({ name }) => name).filter((name) => !always.has(name));
    const picked = shortlist.pick(aboutOf(ask), most).map(({ name }) => name);
    // Where few share a word with the text, the rest of the room goes to those that come first: a model knows what words alone do not say.
    const ranked = [...new Set([...picked, ...others])].filter((name) => !always.has(name));
    const names = new Set(ranked.slice(0, most - core.length));
    const rest = drafts.filter(({ name }) => names.has(name)).sort(byName);
    return [...core.map((draft) => ({ ...draft, core: true })), ...rest.map((draft) => ({ ...draft, core: false }))];
  };
  return (ask) => {
    const chosen = choose(ask);
    const agents = ask.only ? [] : (ask.agents ?? []);
    const offers = [...strictly(chosen), ...(agents.length > 0 ? [handOver(agents)] : [])];
    const meant = new Map<string, Meant>(chosen.map(({ name, meant: one }) => [name, one]));
    if (agents.length > 0) meant.set(HAND_OVER, { kind: 'hand_over' });
    return { offers, meant };
  };
};

/** What a shortlist goes by: the words, and for a correction the actions that are being talked about. */
const aboutOf = ({ text, history }: Ask): string => {
  const recent = (history ?? []).slice(-4).flatMap((turn) => turn.calls?.map(({ tool }) => tool.replaceAll('_', ' ')) ?? []);
  return [text, ...recent].join('\n');
};
