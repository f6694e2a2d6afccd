import type { Json } from '../fakes/discord/world.ts';

/** What stands in the one component of each label; the fake checked that each has one. */
const inputsIn = (modal: Json): Json[] =>
  (modal.components as Json[]).filter(({ type }) => type === 18).map(({ component }) => component as Json);

/** Of words, of people, of channels. */
const SELECTS: readonly unknown[] = [3, 5, 8];
const RADIO = 21;
const CHECKBOX = 23;

/** The fields of a modal, with what they hold when it opens. */
export const fieldsIn = (modal: Json): Record<string, string> =>
  Object.fromEntries(
    inputsIn(modal).map(({ type, custom_id, value, options, default_values, default: ticked }) => {
      const [picked] = (default_values ?? []) as Json[]; // as above
      const chosen = ((options ?? []) as Json[]).find((option) => option.default)?.value ?? picked?.id;
      return [String(custom_id), type === CHECKBOX ? String(ticked === true) : String(value ?? chosen ?? '')];
    }),
  );

const given = ({ type, custom_id }: Json, value: string): Json => {
  if (SELECTS.includes(type)) return { type, custom_id, values: value === '' ? [] : [value] };
  if (type === CHECKBOX) return { type, custom_id, value: value === 'true' };
  return { type, custom_id, value: type === RADIO && value === '' ? null : value };
};

/** A modal as Discord hands it in, filled in with these values. */
export const submitted = (modal: Json, values: Record<string, string>): Json[] =>
  inputsIn(modal).map((input) => ({ type: 18, id: 1, component: given(input, values[String(input.custom_id)] ?? '') }));
