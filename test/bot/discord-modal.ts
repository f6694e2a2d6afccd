import type { Json } from '../fakes/discord/world.ts';

/** What stands in the one component of each label; the fake checked that each has one. */
const inputsIn = (modal: Json): Json[] =>
  (modal.components as Json[]).filter(({ type }) => type === 18).map(({ component }) => component as Json);

const SELECT = 3;
const RADIO = 21;
const CHECKBOX = 23;

/** The fields of a modal, with what they hold when it opens. */
export const fieldsIn = (modal: Json): Record<string, string> =>
  Object.fromEntries(
    inputsIn(modal).map(({ type, custom_id, value, options, default: ticked }) => {
      const chosen = ((options ?? []) as Json[]).find((option) => option.default)?.value; // as above
      return [String(custom_id), type === CHECKBOX ? String(ticked === true) : String(value ?? chosen ?? '')];
    }),
  );

const given = ({ type, custom_id }: Json, value: string): Json => {
  if (type === SELECT) return { type, custom_id, values: value === '' ? [] : [value] };
  if (type === CHECKBOX) return { type, custom_id, value: value === 'true' };
  return { type, custom_id, value: type === RADIO && value === '' ? null : value };
};

/** A modal as Discord hands it in, filled in with these values. */
export const submitted = (modal: Json, values: Record<string, string>): Json[] =>
  inputsIn(modal).map((input) => ({ type: 18, id: 1, component: given(input, values[String(input.custom_id)] ?? '') }));
