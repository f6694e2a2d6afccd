import type { Json } from './world.ts';

/** Discord's limits, as it would refuse them with 50035. Each problem also fails the test that ran into it. */
const V2 = 1 << 15;

const list = (value: unknown): Json[] => (Array.isArray(value) ? value : []);
const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

const walk = (components: Json[]): Json[] =>
  components.flatMap((one) => [
    one,
    ...walk(list(one.components)),
    ...walk([one.component, one.accessory].filter((inner): inner is Json => typeof inner === 'object' && inner !== null)),
  ]);

const rowProblems = (row: Json): string[] => {
  const inside = list(row.components);
  if (inside.some(({ type }) => type !== 2)) return inside.length === 1 ? [] : ['a list beside something else'];
  return inside.length === 0 || inside.length > 5 ? [`an action row with ${inside.length} components`] : [];
};

const buttonProblems = ({ label, custom_id, style }: Json): string[] => [
  ...(lengthOf(label) < 1 || lengthOf(label) > 80 ? [`a button label of ${lengthOf(label)}`] : []),
  ...(lengthOf(custom_id) < 1 || lengthOf(custom_id) > 100 ? [`a custom_id of ${lengthOf(custom_id)}`] : []),
  ...(typeof style === 'number' && style >= 1 && style <= 4 ? [] : ['a button without a style']),
];

const selectProblems = ({ options, custom_id, placeholder }: Json): string[] => [
  ...(lengthOf(placeholder) > 150 ? ['a placeholder that is too long'] : []),
  ...(list(options).length < 1 || list(options).length > 25 ? [`a select with ${list(options).length} options`] : []),
  ...(lengthOf(custom_id) < 1 || lengthOf(custom_id) > 100 ? [`a custom_id of ${lengthOf(custom_id)}`] : []),
  ...list(options).flatMap(({ label, value }) =>
    lengthOf(label) < 1 || lengthOf(label) > 100 || lengthOf(value) > 100 ? ['a long option'] : [],
  ),
];

const KNOWN: Record<number, (component: Json) => string[]> = {
  1: rowProblems,
  2: buttonProblems,
  3: selectProblems,
  9: ({ components, accessory }) =>
    list(components).length >= 1 && list(components).length <= 3 && list(components).every(({ type }) => type === 10) && accessory
      ? []
      : ['a section without one to three texts and something beside them'],
  10: ({ content }) => (lengthOf(content) < 1 ? ['an empty text display'] : []),
  13: ({ file }) => (String((file as Json | undefined)?.url).startsWith('attachment://') ? [] : ['a file that is not attached']),
  17: ({ components }) => (list(components).length === 0 ? ['an empty container'] : []),
};

const componentProblems = (components: Json[]): string[] => {
  const all = walk(components);
  const ids = all.flatMap(({ custom_id }) => (typeof custom_id === 'string' ? [custom_id] : []));
  const words = all.filter(({ type }) => type === 10).reduce((sum, { content }) => sum + lengthOf(content), 0);
  const bad = all.flatMap((one) => KNOWN[Number(one.type)]?.(one) ?? [`a component of type ${one.type}`]);
  if (all.length > 40) bad.push(`${all.length} components`);
  if (words > 4000) bad.push(`${words} characters of text`);
  if (new Set(ids).size !== ids.length) bad.push('a custom_id twice');
  if (all.some(({ id }) => id !== undefined && (!Number.isInteger(id) || Number(id) < 1 || Number(id) > 0x7fff_ffff)))
    bad.push('a bad component id');
  return bad;
};

const MENTION = /<@&?(\d+)>/g;

/** Nobody hears of a message but whom it names by id, in words that are not somebody's own. */
const mentionProblems = ({ allowed_mentions: allowed, components }: Json): string[] => {
  const { parse, users = [], roles = [], ...more } = (allowed ?? {}) as Json; // an object, if it is there
  if (JSON.stringify(parse) !== '[]' || Object.keys(more).length > 0) return ['mentions allowed'];
  const written = [...JSON.stringify(components ?? []).matchAll(MENTION)].map(([, id]) => id);
  const named = [...(users as string[]), ...(roles as string[])];
  return named.every((id) => written.includes(id)) ? [] : ['somebody is called who is not named'];
};

/** What is wrong with a message that the bot sends: Discord's limits, and what this project owes in every message. */
export const messageProblems = (body: Json, ephemeral: boolean): string[] => {
  const flags = Number(body.flags ?? 0);
  const bad = componentProblems(list(body.components));
  if ((flags & V2) === 0) bad.push('not in components v2');
  if (body.content !== undefined || body.embeds !== undefined) bad.push('content beside components v2');
  if ((flags & 4) === 0) bad.push('embeds not suppressed');
  if (!ephemeral && (flags & 64) !== 0) bad.push('an ephemeral flag in a channel');
  bad.push(...mentionProblems(body));
  if (body.nonce !== undefined && (lengthOf(body.nonce) > 25 || body.enforce_nonce !== true))
    bad.push('a nonce that is too long or not enforced');
  return bad;
};

const radioProblems = ({ options, custom_id }: Json): string[] => [
  ...(list(options).length < 2 || list(options).length > 10 ? [`a radio group with ${list(options).length} options`] : []),
  ...(list(options).filter((option) => option.default).length > 1 ? ['two that are chosen'] : []),
  ...selectProblems({ options, custom_id }),
];

const textProblems = ({ custom_id, value, max_length, style, placeholder }: Json): string[] => [
  ...(lengthOf(placeholder) > 100 ? ['a placeholder that is too long'] : []),
  ...(lengthOf(custom_id) < 1 || lengthOf(custom_id) > 100 ? ['a bad custom_id'] : []),
  ...(lengthOf(value) > Number(max_length ?? 4000) || Number(max_length ?? 4000) > 4000 ? ['a value that is too long'] : []),
  ...(style === 1 || style === 2 ? [] : ['a text input without a style']),
];

/** People and channels, which Discord lists by itself. */
const pickerProblems = ({ custom_id, required, min_values, max_values, default_values }: Json): string[] => [
  ...(lengthOf(custom_id) < 1 || lengthOf(custom_id) > 100 ? [`a custom_id of ${lengthOf(custom_id)}`] : []),
  ...(required === true && min_values === 0 ? ['a picker that is required and may be left open'] : []),
  ...(list(default_values).length > Number(max_values ?? 1) ? ['more that is picked than may be'] : []),
  ...list(default_values).flatMap(({ id, type }) =>
    /^\d{17,20}$/.test(String(id)) && ['user', 'channel'].includes(String(type)) ? [] : ['a default value that is none'],
  ),
];

const IN_A_LABEL: Record<number, (input: Json) => string[]> = {
  3: selectProblems,
  4: textProblems,
  5: pickerProblems,
  8: pickerProblems,
  21: radioProblems,
  23: (input) => ('required' in input ? ['a checkbox that is required'] : []),
};

const inputProblems = (input: Json): string[] => IN_A_LABEL[Number(input.type)]?.(input) ?? [`a ${input.type} in a label`];

export const modalProblems = ({ custom_id, title, components }: Json): string[] => {
  const rows = list(components);
  return [
    ...(lengthOf(custom_id) < 1 || lengthOf(custom_id) > 100 ? ['a bad custom_id'] : []),
    ...(lengthOf(title) < 1 || lengthOf(title) > 45 ? [`a title of ${lengthOf(title)}`] : []),
    ...(rows.length < 1 || rows.length > 5 ? [`a modal with ${rows.length} components`] : []),
    ...(rows.some(({ type }) => type === 18) ? [] : ['a modal without a field']),
    ...rows.flatMap(({ type, label, description, component, content }) => {
      if (type === 10) return lengthOf(content) < 1 || lengthOf(content) > 4000 ? ['a bad text in a modal'] : [];
      return type === 18 && lengthOf(label) >= 1 && lengthOf(label) <= 45 && lengthOf(description) <= 100
        ? inputProblems(component as Json) // a label holds one component
        : ['a row that is no label, or a label that is too long'];
    }),
  ];
};
