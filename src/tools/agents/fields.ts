import { z } from 'zod';
import type { AgentConfig } from '../../db/agent-config.ts';
import { block, line } from '../plain-text.ts';
import { complain } from '../schedule-fields.ts';
import { field, type Tool } from '../tool.ts';

/** What an agent may be given: actions by their name, and what it may look up. */
export type Grantable = { find(name: string): Tool | undefined; reads: readonly string[] };

/** In the place of names: every action but those that change power. */
export const ALL = 'all';

const WORDS = { key: 'A key is small letters, digits and -, such as payment-watcher.', steps: 'Steps are a whole number from 1 to 50.' };
const AT_ONCE = 'Runs at a time are a whole number from 1 to 10.';

/** Names that mean somebody else already. */
const TAKEN = new Set(['wilco', 'me', 'us', 'all', 'team', 'everyone', 'everybody', 'here', 'channel', 'system', 'agent', 'agents']);

export const keyField = () =>
  z
    .string('Say which agent.')
    .trim()
    .toLowerCase()
    .overwrite((key) => key.replace(/^@/, ''))
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, WORDS.key);

/** A key for somebody new. */
export const newKeyField = () => keyField().refine((key) => !TAKEN.has(key), 'Nobody can be called that: it means somebody else already.');

/** The arguments of a configuration, each as a card and a form show it. */
export const configFields = {
  name: line({ max: 60, empty: 'Give the agent a name.' }).meta(field({ title: 'Name', control: 'line', slot: 'words' })),
  summary: line({ max: 300, empty: 'Say in a line what it is for.' }).meta(field({ title: 'What for', control: 'line' })),
  prompt: block({ max: 8000, empty: 'Say what the agent is to do.' }).meta(field({ title: 'Prompt', control: 'text', slot: 'words' })),
  domain: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'A domain is small letters, digits and -, such as publishing.')
    .meta(field({ title: 'Domain', control: 'line' })),
  tools: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'Tools are names such as create_task, one on each line.'))
    .max(60, 'At most 60 tools.')
    .meta(field({ title: 'Tools', control: 'text' })),
  model: z
    .string()
    .trim()
    .regex(/^[\w.:/@-]{1,100}$/, 'A model is one name, such as claude-haiku-4-5.')
    .meta(field({ title: 'Model', control: 'line', slot: 'name' })),
  max_steps: z
    .int(WORDS.steps)
    .min(1, WORDS.steps)
    .max(50, WORDS.steps)
    .meta(field({ title: 'Steps of a run at most', control: 'number', slot: 'number' })),
  concurrency: z
    .int(AT_ONCE)
    .min(1, AT_ONCE)
    .max(10, AT_ONCE)
    .meta(field({ title: 'Runs at a time', control: 'number', slot: 'number' })),
};

/** Why an agent cannot be given this, if so. What changes power is given to nobody who is not a person. */
const refusedGrant = (name: string, { find, reads }: Grantable): string | undefined => {
  if (reads.includes(name)) return undefined;
  const tool = find(name);
  if (!tool || tool.internal) return `There is no action called ${name} here.`;
  return tool.changesPower ? `${name} changes who may do what: no agent can be given it.` : undefined;
};

/** To be hung on a schema with `tools`: each is there, none changes power, and they stand in one order. */
export const settleGrants =
  (known: Grantable) =>
  <Input extends { tools?: string[] | undefined }>(payload: z.core.ParsePayload<Input>): void => {
    const { tools } = payload.value;
    if (!tools) return;
    if (tools.includes(ALL)) {
      if (tools.length > 1) complain(payload, ['tools'], 'Say all, or name the tools: not both.');
      return;
    }
    for (const name of tools) {
      const why = refusedGrant(name, known);
      if (why) complain(payload, ['tools'], why);
    }
    payload.value = { ...payload.value, tools: [...new Set(tools)].sort() };
  };

/** The arguments that make up a configuration, as they are stored. What is not said is not in it. */
type Said = {
  name?: string | undefined;
  summary?: string | undefined;
  prompt?: string | undefined;
  domain?: string | undefined;
  autonomy?: AgentConfig['autonomy'] | undefined;
  tools?: string[] | undefined;
  model?: string | undefined;
  max_steps?: number | undefined;
  concurrency?: number | undefined;
};

/** In the place of a model's name: whichever is set up. */
export const USUAL_MODEL = 'usual';

const present = (given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/** What was said, by the names and in the values of a configuration. */
export const toConfig = ({ max_steps, tools, model, name, summary, prompt, domain, autonomy, concurrency }: Said): Partial<AgentConfig> =>
  present({
    name,
    summary,
    prompt,
    domain,
    autonomy,
    concurrency,
    maxSteps: max_steps,
    tools: tools?.includes(ALL) ? null : tools,
    model: model === USUAL_MODEL ? null : model,
  });

/** A whole configuration as arguments: what toConfig makes of it is that configuration again. */
export const toArguments = ({ maxSteps, tools, model, ...rest }: AgentConfig) => ({
  ...rest,
  tools: tools === null ? [ALL] : [...tools].sort(),
  model: model ?? USUAL_MODEL,
  max_steps: maxSteps,
});
