import type { ToolSchema } from '../../../src/agents/lexical/schema.ts';

/** `type`, with `!` where it is required; its description; its values where there is a list of them. */
type FieldSpec = readonly [type: string, description: string, values?: readonly unknown[]];
type Properties = Record<string, unknown>;

const itemsOf = (type: string): unknown => (type.endsWith('[]') ? { type: 'array', items: itemsOf(type.slice(0, -2)) } : { type });

const fieldOf = ([type, description, values]: FieldSpec): unknown => {
  const shape = itemsOf(type.replace('!', '')) as Properties;
  if (!values) return { ...shape, description };
  return shape.type === 'array'
    ? { ...shape, items: { ...(shape.items as Properties), enum: values }, description }
    : { ...shape, description, enum: values };
};

/** A tool in a line a field. */
export const tool = (name: string, description: string, fields: Record<string, FieldSpec | Properties>): ToolSchema => {
  const entries = Object.entries(fields);
  const isSpec = (field: FieldSpec | Properties): field is FieldSpec => Array.isArray(field);
  return {
    name,
    description,
    parameters: {
      type: 'object',
      properties: Object.fromEntries(entries.map(([key, field]) => [key, isSpec(field) ? fieldOf(field) : field])),
      required: entries.filter(([, field]) => (isSpec(field) ? field[0].endsWith('!') : true)).map(([key]) => key),
    },
  };
};

/** Any of these is right. */
export const either = (...values: unknown[]) => ({ either: values });
/** It may be left out, or be one of these. */
export const maybe = (...values: unknown[]) => ({ either: values, maybe: true });

export type Expected = { name: string; arguments: Record<string, unknown> };
export type Case = { tools: readonly ToolSchema[]; text: string; calls: readonly Expected[] };

/** One list of tools, and what is said to it: a sentence and the calls it asks for. */
export const cases = (tools: readonly ToolSchema[], said: readonly (readonly [string, ...[string, Record<string, unknown>][]])[]): Case[] =>
  said.map(([text, ...calls]) => ({ tools, text, calls: calls.map(([name, args]) => ({ name, arguments: args })) }));
