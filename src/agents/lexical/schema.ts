import { type Choice, readHints } from './hints.ts';
import { root, splitName, wordsOf } from './words.ts';

/** A tool as it is handed to a model: its input is a JSON Schema, read with patience. */
export type ToolSchema = { name: string; description: string; parameters: Readonly<Record<string, unknown>> };

export type Kind = 'integer' | 'number' | 'boolean' | 'string' | 'array' | 'object' | 'any';

/** One field of a tool, as the router sees it. `choices` are its values where it says which there are; `closed` when there are no others. */
export type Field = {
  name: string;
  kind: Kind;
  description: string;
  required: boolean;
  choices: readonly Choice[];
  closed: boolean;
  /** What stands when nothing is said; undefined when the tool names nothing. */
  standard: unknown;
  format: string;
  items: Field | null;
  fields: readonly Field[];
  /** Roots of the name, and of the description. */
  words: readonly string[];
  about: ReadonlySet<string>;
};

/** Deeper and longer schemas are cut: a schema is somebody else's text. */
const DEEPEST = 5;
const MOST_FIELDS = 60;
const LONGEST_DESCRIPTION = 1200;
const MOST_CHOICES = 200;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const own = (value: Record<string, unknown>, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const KINDS: Record<string, Kind> = {
  integer: 'integer',
  int: 'integer',
  long: 'integer',
  number: 'number',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
  bool: 'boolean',
  string: 'string',
  str: 'string',
  char: 'string',
  array: 'array',
  arraylist: 'array',
  list: 'array',
  tuple: 'array',
  set: 'array',
  object: 'object',
  dict: 'object',
  hashmap: 'object',
};

const kindOf = (schema: Record<string, unknown>): Kind => {
  const said = own(schema, 'type');
  const names = (Array.isArray(said) ? said : [said]).filter((one) => typeof one === 'string' && one !== 'null');
  const name = textOf(names[0]).toLowerCase();
  if (Object.hasOwn(KINDS, name)) return KINDS[name] ?? 'any';
  if (isObject(own(schema, 'properties'))) return 'object';
  const first = choicesIn(schema)[0];
  return typeof first === 'string' ? 'string' : typeof first === 'number' ? 'number' : 'any';
};

const choicesIn = (schema: Record<string, unknown>): unknown[] => {
  const said = own(schema, 'enum');
  if (Array.isArray(said)) return said.slice(0, MOST_CHOICES);
  return Object.hasOwn(schema, 'const') ? [schema.const] : [];
};

/** `$ref` into the document itself, and the first real branch of `anyOf`; both are how generators write "optional". */
const resolve = (schema: unknown, top: Record<string, unknown>, depth = 0): Record<string, unknown> => {
  if (!isObject(schema) || depth > DEEPEST) return {};
  const ref = textOf(own(schema, '$ref'));
  if (ref.startsWith('#/')) {
    const target = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (isObject(at) ? own(at, key) : undefined), top);
    return { ...resolve(target, top, depth + 1), ...(own(schema, 'description') ? { description: schema.description } : {}) };
  }
  const branches = own(schema, 'anyOf') ?? own(schema, 'oneOf') ?? own(schema, 'allOf');
  const branch = Array.isArray(branches) ? branches.find((one) => isObject(one) && own(one, 'type') !== 'null') : undefined;
  return branch ? { ...resolve(branch, top, depth + 1), ...schema } : schema;
};

type Around = { top: Record<string, unknown>; depth: number };

const readField = (name: string, raw: unknown, { required, around }: { required: boolean; around: Around }): Field => {
  const schema = resolve(raw, around.top);
  const description = textOf(own(schema, 'description')).slice(0, LONGEST_DESCRIPTION);
  const kind = kindOf(schema);
  const inside = { top: around.top, depth: around.depth + 1 };
  const listed = choicesIn(schema);
  const hints = readHints(description, listed);
  const items = kind === 'array' && around.depth < DEEPEST ? own(schema, 'items') : undefined;
  return {
    name,
    kind,
    description,
    required: required && own(schema, 'optional') !== true,
    choices: hints.choices,
    closed: listed.length > 0,
    standard: own(schema, 'default') ?? hints.standard,
    format: textOf(own(schema, 'format')).toLowerCase(),
    items: items === undefined ? null : readField(name, items, { required: false, around: inside }),
    fields: kind === 'object' && around.depth < DEEPEST ? readFields(schema, inside) : [],
    words: wordsOf(splitName(name)).map(root),
    about: new Set(wordsOf(splitName(description)).map(root)),
  };
};

const readFields = (schema: Record<string, unknown>, around: Around): Field[] => {
  const properties = own(schema, 'properties');
  if (!isObject(properties)) return [];
  const required = own(schema, 'required');
  const names = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties)
    .slice(0, MOST_FIELDS)
    .map(([name, raw]) => readField(name, raw, { required: names.has(name), around }));
};

/** The fields of a tool's input. Never throws: what it cannot read is a field of any kind, or none. */
export const fieldsOf = (tool: ToolSchema): Field[] => {
  const top = isObject(tool.parameters) ? tool.parameters : {};
  return readFields(resolve(top, top), { top, depth: 0 });
};

const readTool = (raw: unknown): ToolSchema[] => {
  if (!isObject(raw)) return [];
  const inner = own(raw, 'function');
  if (isObject(inner)) return readTool(inner);
  if (Array.isArray(inner)) return inner.flatMap(readTool);
  const name = textOf(own(raw, 'name'));
  const parameters = own(raw, 'parameters') ?? own(raw, 'inputSchema') ?? own(raw, 'input_schema');
  return name === '' ? [] : [{ name, description: textOf(own(raw, 'description')), parameters: isObject(parameters) ? parameters : {} }];
};

/** Tools in whatever wrapping they come: a list, one alone, `{tools: […]}`, OpenAI's `{type, function}` or MCP's `inputSchema`. */
export const readTools = (raw: unknown): ToolSchema[] => {
  if (Array.isArray(raw)) return raw.flatMap(readTool);
  if (!isObject(raw)) return [];
  const list = own(raw, 'tools') ?? own(raw, 'functions') ?? own(raw, 'function');
  return Array.isArray(list) ? list.flatMap(readTool) : readTool(raw);
};
