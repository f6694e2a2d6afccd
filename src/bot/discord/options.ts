import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType as OptionType } from 'discord.js';
import type { MenuEntry, MenuField } from '../menu.ts';
import { shortened } from './cut.ts';
import type { Interaction } from './incoming.ts';

/** Discord's limits for the options of one command. */
const MOST_OPTIONS = 25;
const MOST_CHOICES = 25;
const LONGEST_CHOICE = 100;
const LONGEST_NAME = 32;
const LONGEST_HINT = 100;
const LONGEST_TEXT = 6000;
const LARGEST_NUMBER = 2 ** 53 - 1;

/** A description as Discord takes it; none is empty. */
export const hint = (text: string): string => shortened(text, LONGEST_HINT) || '…';

/** Discord's form of an argument's name: small letters, digits, `_` and `-`. */
const optionName = (name: string): string =>
  name
    .replace(/[^A-Za-z0-9_-]/g, '_')
    .toLowerCase()
    .slice(0, LONGEST_NAME);

/** The fields that Discord can offer, each under a name of its own; the rest is asked for in a form. */
const offered = ({ fields }: MenuEntry): readonly MenuField[] =>
  fields.filter(({ name }, at) => fields.findIndex((other) => optionName(other.name) === optionName(name)) === at).slice(0, MOST_OPTIONS);

const descriptionOf = ({ label, hint: more }: MenuField): string => hint(more ? `${label}: ${more}` : label);

const clamped = (limit: number): number => Math.max(-LARGEST_NUMBER, Math.min(LARGEST_NUMBER, limit));

const choicesOf = ({ control, choices }: MenuField): { name: string; value: string }[] =>
  control === 'choice' && choices.length <= MOST_CHOICES && choices.every((choice) => choice.length <= LONGEST_CHOICE)
    ? choices.map((choice) => ({ name: choice, value: choice }))
    : [];

const textOption = (field: MenuField) => {
  const choices = choicesOf(field);
  if (choices.length > 0) return { type: OptionType.String, choices } as const;
  const { longest } = field.limits ?? {};
  const limit = longest === undefined ? {} : { max_length: Math.max(1, Math.min(longest, LONGEST_TEXT)) };
  return field.suggests
    ? ({ type: OptionType.String, autocomplete: true, ...limit } as const)
    : ({ type: OptionType.String, ...limit } as const);
};

const numberOption = ({ limits = {} }: MenuField) => {
  const { whole, least, most } = limits;
  const limit = {
    ...(least === undefined ? {} : { min_value: clamped(least) }),
    ...(most === undefined ? {} : { max_value: clamped(most) }),
  };
  return whole ? ({ type: OptionType.Integer, ...limit } as const) : ({ type: OptionType.Number, ...limit } as const);
};

const kindOf = (field: MenuField) => {
  if (field.control === 'truth') return { type: OptionType.Boolean } as const;
  // Where a word may stand in the place of the number, it is written.
  return field.control === 'number' && !field.words ? numberOption(field) : textOption(field);
};

/** What a line takes, as options of a slash command: those that are needed stand first, as Discord wants it. */
export const optionsOf = (entry: MenuEntry): APIApplicationCommandBasicOption[] =>
  offered(entry).map((field) => ({
    name: optionName(field.name),
    description: descriptionOf(field),
    required: field.required,
    ...kindOf(field),
  }));

type Given = NonNullable<NonNullable<Interaction['data']>['options']>;

const written = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** What was filled in, by the names that the registry has for it. What it has no name for keeps its own, so that it is not passed over. */
export const valuesOf = (entry: MenuEntry | undefined, given: Given): Record<string, string> => {
  const values: Record<string, string> = {};
  for (const { name, value } of given) {
    const text = written(value);
    if (text !== undefined) values[entry?.fields.find((field) => optionName(field.name) === name)?.name ?? name] = text;
  }
  return values;
};

/** Values as Discord offers them. One that is too long to be handed over exactly is not offered. */
export const offeredChoices = (choices: readonly { label: string; value: string }[]): { name: string; value: string }[] =>
  choices
    .filter(({ label, value }) => label !== '' && value.length >= 1 && value.length <= LONGEST_CHOICE)
    .slice(0, MOST_CHOICES)
    .map(({ label, value }) => ({ name: shortened(label, LONGEST_CHOICE), value }));
