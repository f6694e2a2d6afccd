import { z } from 'zod';
import type { Command } from '../../dispatch/command.ts';
import type { Tool } from '../../tools/tool.ts';
import type { JsonObject } from './port.ts';

/** What a constrained decoder understands; everything else is said in words. */
const KEPT = new Set(['type', 'enum', 'const', 'properties', 'required', 'items', 'anyOf', 'additionalProperties', '$ref', '$defs']);
/** For forms and for the built-in grammar. */
const OURS = new Set(['$schema', 'title', 'control', 'slot', 'description', 'default']);
const NAMED = new Set(['properties', '$defs']);

/** What is to be written, not what it becomes; what no schema can say is left open and parsed all the same. */
const ASKED = { io: 'input', unrepresentable: 'any' } as const;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const inWords = (schema: JsonObject): string => {
  const { title, description } = schema;
  const limits = Object.entries(schema)
    .filter(([key]) => !KEPT.has(key) && !OURS.has(key) && key !== 'oneOf')
    .map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const standard = schema.default === undefined || schema.default === '' ? [] : [`left out: ${JSON.stringify(schema.default)}`];
  const words = [typeof title === 'string' ? title : '', typeof description === 'string' ? description : '', ...limits, ...standard];
  return words.filter((word) => word !== '').join('; ');
};

const inner = (key: string, value: unknown): unknown => {
  if (NAMED.has(key) && isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, strictOf(one)]));
  if (key === 'items') return strictOf(value);
  if (key === 'anyOf' && Array.isArray(value)) return value.map(strictOf);
  return value;
};

/** The same schema with minimum, maximum, pattern, format and the like as part of the descriptions, and every object closed. */
export const strictOf = (schema: unknown): unknown => {
  if (!isObject(schema)) return schema;
  const { oneOf, ...rest } = schema;
  const source: JsonObject = oneOf === undefined ? rest : { ...rest, anyOf: oneOf };
  const kept = Object.entries(source).filter(([key]) => KEPT.has(key));
  const description = inWords(schema);
  return {
    ...Object.fromEntries(kept.map(([key, value]) => [key, inner(key, value)])),
    ...(schema.type === 'object' ? { additionalProperties: false } : {}),
    ...(description === '' ? {} : { description }),
  };
};

/** A strict schema cannot have keys that it does not name: a model could only ever answer with an empty object for them. */
export const hasOpenMap = (schema: unknown): boolean => {
  if (Array.isArray(schema)) return schema.some(hasOpenMap);
  if (!isObject(schema)) return false;
  const { additionalProperties } = schema;
  if (schema.type === 'object' && additionalProperties !== undefined && additionalProperties !== false) return true;
  return Object.values(schema).some(hasOpenMap);
};

const isOpen = (schema: JsonObject): boolean =>
  schema.type === 'object' && schema.additionalProperties !== undefined && schema.additionalProperties !== false;

/** The same schema with a text in the place of each object whose keys it does not name: a model writes that as JSON. */
const withTexts = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withTexts);
  if (!isObject(schema)) return schema;
  if (isOpen(schema)) return { type: 'string', description: 'A JSON object, written as a text' };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withTexts(value)]));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text; // the tool's own schema says what is wrong with it
  }
};

const readTexts = (schema: unknown, value: unknown): unknown => {
  if (!isObject(schema)) return value;
  if (isOpen(schema)) return typeof value === 'string' ? parsed(value) : value;
  const { properties, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.reduce((read: unknown, option) => readTexts(option, read), value);
  if (!isObject(properties) || !isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, Object.hasOwn(properties, name) ? readTexts(properties[name], one) : one]),
  );
};

/** What a model answered, with each text that stands for an object as that object. */
export const readMaps = (tool: Tool, value: unknown): unknown => readTexts(z.toJSONSchema(tool.input, ASKED), value);

/** How many of its parameters may be left out, and how many are one of several kinds: providers count these. */
export const countLoose = (schema: unknown): { optional: number; unions: number } => {
  if (!isObject(schema) && !Array.isArray(schema)) return { optional: 0, unions: 0 };
  const own = isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties).length : 0;
  const required = isObject(schema) && Array.isArray(schema.required) ? schema.required.length : 0;
  const union = isObject(schema) && (Array.isArray(schema.anyOf) || Array.isArray(schema.type)) ? 1 : 0;
  const parts = Object.values(schema).map(countLoose);
  return {
    optional: Math.max(0, own - required) + parts.reduce((sum, part) => sum + part.optional, 0),
    unions: union + parts.reduce((sum, part) => sum + part.unions, 0),
  };
};

const without = (schema: JsonObject, hidden: readonly string[]): JsonObject => {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !hidden.includes(name))),
    required: required.filter((name) => !hidden.includes(name)),
  };
};

/** What no words can carry, the id behind a name: the tool fills it in, so a model is neither asked for one nor believed. */
export const hiddenFields = (tool: Tool): string[] => {
  if (!tool.complete) return [];
  const { properties } = z.toJSONSchema(tool.input, ASKED);
  const isId = ([, field]: [string, unknown]) => isObject(field) && field.format === 'uuid';
  return Object.entries(properties ?? {})
    .filter(isId)
    .map(([name]) => name);
};

export const schemaOfTool = (tool: Tool): JsonObject =>
  without(withTexts({ ...z.toJSONSchema(tool.input, ASKED) }) as JsonObject, hiddenFields(tool)); // an object stays one

export const schemaOfCommand = (command: Command): JsonObject => ({ ...z.toJSONSchema(command.args, ASKED) });
