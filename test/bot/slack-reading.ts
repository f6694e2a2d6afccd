import type { Json } from '../fakes/slack/state.ts';

const isJson = (thing: unknown): thing is Json => typeof thing === 'object' && thing !== null && !Array.isArray(thing);

const unescaped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const barred = (text: string): string =>
  text
    .split('\n')
    .map((line) => `│ ${line}`)
    .join('\n');

/** Words of a rich text follow one another; a bar stands for the frame around a box or a quotation, a dot before what is listed. */
const richOf = ({ type, elements }: Json): string => {
  const inside = Array.isArray(elements) ? (elements as Json[]) : []; // the fake checked their shape
  if (type === 'rich_text_list') return inside.map((one) => `• ${richOf(one)}`).join('\n');
  const text = inside.map((one) => String(one.text)).join('');
  return type === 'rich_text_section' ? text : barred(text);
};

const textsOf = (thing: unknown): string[] => {
  if (Array.isArray(thing)) return thing.flatMap(textsOf);
  if (!isJson(thing)) return [];
  if (thing.type === 'plain_text' && 'text' in thing) return [unescaped(String(thing.text))];
  if (thing.type === 'rich_text') return Array.isArray(thing.elements) ? thing.elements.map(richOf) : [];
  return Object.entries(thing).flatMap(([key, value]) => (key === 'elements' && thing.type === 'actions' ? [] : textsOf(value)));
};

/** Blocks as Slack shows them. */
export const wordsOf = (blocks: unknown): string => textsOf(blocks).join('\n');

/** What can be pressed in blocks, in order. */
export const buttonsIn = (blocks: unknown): Json[] =>
  Array.isArray(blocks)
    ? blocks.flatMap((block: Json) => (block.type === 'actions' && Array.isArray(block.elements) ? block.elements : []))
    : [];

/** The ids of everybody whom blocks mention. */
export const calledIn = (thing: unknown): string[] => {
  if (Array.isArray(thing)) return thing.flatMap(calledIn);
  if (typeof thing !== 'object' || thing === null) return [];
  const { user_id, usergroup_id, ...rest } = thing as Json;
  return [user_id, usergroup_id].flatMap((id) => (typeof id === 'string' ? [id] : [])).concat(Object.values(rest).flatMap(calledIn));
};

/** What is written on a button. */
export const labelOf = (button: Json): string => textsOf(button.text)[0] ?? '';

/** The fields of a form, with what they hold when it opens. */
export const fieldsOf = (blocks: Json[]): Record<string, string> =>
  Object.fromEntries(
    blocks
      .filter(({ type }) => type === 'input')
      .map(({ block_id, element }) => {
        const { initial_value, initial_date, initial_user, initial_conversation, initial_option } = element as Json;
        return [
          String(block_id),
          String(
            initial_value ?? initial_date ?? initial_user ?? initial_conversation ?? (initial_option as Json | undefined)?.value ?? '',
          ),
        ];
      }),
  );
