/** One field of a form, read from a tool's JSON Schema. */
export type FormField = {
  name: string;
  label: string;
  hint: string | undefined;
  control: 'line' | 'text' | 'date' | 'number' | 'channel' | 'choice' | 'truth' | 'list' | 'json';
  choices: readonly string[];
  required: boolean;
  nullable: boolean;
  /** Words that may stand in the place of a number: none. */
  words?: readonly string[];
  /** What a form may hold people to while they type; the schema says the last word. */
  limits?: { whole?: true; least?: number; most?: number; longest?: number };
};

/** Arguments that name a person, with the one beside each that holds the id of whoever is named. */
export const PERSON_IDS: Readonly<Record<string, string>> = { person: 'person_id', assignee_name: 'assignee_id' };

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const textIn = (schema: Json, key: string): string | undefined => (typeof schema[key] === 'string' ? schema[key] : undefined);
const numberIn = (schema: Json, key: string): number | undefined => (typeof schema[key] === 'number' ? schema[key] : undefined);

const isTexts = (schema: unknown): boolean => isObject(schema) && schema.type === 'string';

/** Of `anyOf: [something, null]` the something. */
const unwrap = (schema: Json): { inner: Json; nullable: boolean } => {
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (!options) return { inner: schema, nullable: false };
  const real = options.filter(isObject).filter((option) => option.type !== 'null');
  const nullable = real.length < options.length;
  const [only, ...more] = real.filter((option) => option.const === undefined);
  // Texts of several kinds are one text.
  if (more.length > 0 && real.every(isTexts)) return { inner: { ...schema, type: 'string' }, nullable };
  // A number or a word for there being none: it is typed as one or the other.
  if (only && more.length === 0 && real.length > 1 && only.enum === undefined)
    return { inner: { ...schema, ...only, words: real.flatMap(({ const: word }) => (typeof word === 'string' ? [word] : [])) }, nullable };
  const inner =
    real.length === 1 && only
      ? { ...schema, ...only }
      : { ...schema, enum: real.map((option) => option.const).filter((value) => value !== undefined) };
  return { inner, nullable };
};

const controlOfText = (schema: Json): FormField['control'] => {
  const control = textIn(schema, 'control');
  if (control === 'date' || schema.format === 'date') return 'date';
  return control === 'text' || control === 'channel' ? control : 'line';
};

const controlOf = (schema: Json): FormField['control'] => {
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return 'choice';
  switch (schema.type ?? (textIn(schema, 'control') ? 'string' : 'unknown')) {
    case 'boolean':
      return 'truth';
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return isTexts(schema.items) ? 'list' : 'json';
    case 'string':
      return controlOfText(schema);
    default:
      return 'json';
  }
};

const limitsOf = (schema: Json): FormField['limits'] => {
  const [least, most, longest] = ['minimum', 'maximum', 'maxLength'].map((key) => numberIn(schema, key));
  const limits = {
    ...(schema.type === 'integer' ? { whole: true as const } : {}),
    ...(least === undefined ? {} : { least }),
    ...(most === undefined ? {} : { most }),
    ...(longest === undefined ? {} : { longest }),
  };
  return Object.keys(limits).length > 0 ? limits : undefined;
};

const fieldOf = (name: string, raw: unknown, required: boolean): FormField => {
  const { inner, nullable } = unwrap(isObject(raw) ? raw : {});
  const words = Array.isArray(inner.words) ? inner.words.map(String) : [];
  const limits = limitsOf(inner);
  return {
    name,
    label: textIn(inner, 'title') ?? name,
    hint: textIn(inner, 'description') ?? (words.length > 0 ? `A number, or ${words.join(' or ')}.` : undefined),
    control: controlOf(inner),
    choices: Array.isArray(inner.enum) ? inner.enum.filter((choice) => choice !== null).map(String) : [],
    required,
    nullable,
    ...(words.length > 0 ? { words } : {}),
    ...(limits ? { limits } : {}),
  };
};

export const fieldsOf = (schema: Json): FormField[] => {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(properties).map(([name, property]) => fieldOf(name, property, required.has(name)));
};

/** What a field shows for a value. */
export const writeOut = (field: FormField, value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (field.control === 'list' && Array.isArray(value)) return value.join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
};

export type Reading = { value: unknown } | { problem: string };

const readJson = (text: string): Reading => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: 'This is not valid JSON.' };
  }
};

const readEmpty = (field: FormField): Reading => {
  if (field.nullable) return { value: null };
  if (!field.required) return { value: undefined };
  return field.control === 'line' || field.control === 'text' ? { value: '' } : { problem: 'This is needed.' };
};

/** What was typed, as the value that the tool takes. The server checks it; here only what cannot be sent is refused. */
export const readBack = (field: FormField, text: string): Reading => {
  if (text === '') return readEmpty(field);
  if (field.words?.includes(text.trim())) return { value: text.trim() };
  if (field.control === 'number') return Number.isFinite(Number(text)) ? { value: Number(text) } : { problem: 'This has to be a number.' };
  if (field.control === 'truth') return { value: text === 'true' };
  if (field.control === 'list') return { value: text.split('\n').filter((line) => line !== '') };
  return field.control === 'json' ? readJson(text) : { value: text };
};
