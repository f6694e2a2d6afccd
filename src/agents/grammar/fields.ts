import { z } from 'zod';
import type { Tool } from '../../tools/tool.ts';

const SLOTS = ['words', 'path', 'channel', 'name', 'url', 'date', 'priority', 'number', 'choice'] as const;
type Slot = (typeof SLOTS)[number];

/** One argument, as the grammar sees it: taken from the JSON Schema, where the field's label and slot travel too. */
export type Field = {
  name: string;
  title: string;
  slot: Slot;
  /** Free words that may run over lines and are kept as they are; a `line` ends where a clause begins. */
  text: boolean;
  required: boolean;
  type: string;
  choices: readonly string[];
  pattern: string | undefined;
};

const Property = z.object({
  title: z.string().optional().catch(undefined),
  control: z.string().optional().catch(undefined),
  slot: z.enum(SLOTS).optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  format: z.string().optional().catch(undefined),
  pattern: z.string().optional().catch(undefined),
  enum: z.array(z.string()).optional().catch(undefined),
  /** Words that a union allows beside its other kinds: a number or "none". */
  anyOf: z
    .array(z.object({ const: z.string().optional().catch(undefined), type: z.string().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});
const Schema = z.object({ properties: z.record(z.string(), Property).catch({}), required: z.array(z.string()).catch([]) });

const spoken = (name: string): string => {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** For tools from elsewhere, which carry no slots: what the JSON Schema says of the value. */
const slotOf = (property: z.output<typeof Property>): Slot => {
  if (property.slot) return property.slot;
  if (property.enum || property.type === 'boolean') return 'choice';
  if (property.format === 'date') return 'date';
  return property.type === 'number' || property.type === 'integer' ? 'number' : 'words';
};

const choicesOf = (property: z.output<typeof Property>): readonly string[] => {
  if (property.type === 'boolean') return ['yes', 'no', 'on', 'off', 'true', 'false'];
  return property.enum ?? property.anyOf?.flatMap((one) => one.const ?? []) ?? [];
};

const toField = (name: string, property: z.output<typeof Property>): Omit<Field, 'required'> => {
  const slot = slotOf(property);
  return {
    name,
    title: property.title ?? spoken(name),
    slot,
    text: slot === 'words' && (property.control === 'text' || property.control === undefined),
    type: property.type ?? 'string',
    choices: choicesOf(property),
    pattern: property.pattern,
  };
};

export const fieldsOf = (tool: Tool): readonly Field[] => {
  const schema = Schema.parse(z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' }));
  return Object.entries(schema.properties).map(([name, property]) => ({
    ...toField(name, property),
    required: schema.required.includes(name),
  }));
};
