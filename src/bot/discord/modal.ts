import {
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuDefaultValue,
  ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
  TextInputStyle,
} from 'discord.js';
import { NO_CHANNEL } from '../picked.ts';
import type { Form } from '../surface.ts';
import { cut, shortened } from './cut.ts';
import type { Given } from './incoming.ts';
import { inert } from './inert.ts';

/** Discord's limits for one modal. */
const MOST_FIELDS = 5;
const MOST_CHOICES = 25;
const FEWEST_RADIOS = 2;
const MOST_RADIOS = 10;
const LONGEST_CHOICE = 100;
const LONGEST_VALUE = 4000;
const LONGEST_TITLE = 45;
const LONGEST_LABEL = 45;
const LONGEST_HINT = 100;
const LONGEST_PROBLEM = 3000;

type Field = Form['fields'][number];
type Component = APIModalInteractionResponseCallbackData['components'][number];
type Label = Extract<Component, { type: ComponentType.Label }>;

/** A form that somebody has open, with what they filled in so far and what was wrong with it. */
export type Draft = Given & { form: Form; problems: Record<string, string> };

/** A field whose text is longer than Discord lets anybody edit: shortening it silently would change what is proposed, so it stays as it is. */
const isTooLong = ({ value }: Field): boolean => value.length > LONGEST_VALUE;

/** What stays as it is, in a sentence; null: everything can be edited. */
const leftOut = ({ fields }: Form): string | null => {
  const long = fields.filter(isTooLong).map(({ label }) => label);
  return long.length === 0
    ? null
    : `${long.join(', ')}: longer than Discord lets anybody edit (${LONGEST_VALUE} characters). It stays as it is; edit it in the web room.`;
};

/** The fields of each page. What is said of those that are left out takes a place on the first. */
const pagesIn = (form: Form): Field[][] => {
  const fields = form.fields.filter((field) => !isTooLong(field));
  const onFirst = leftOut(form) === null ? MOST_FIELDS : MOST_FIELDS - 1;
  const pages = fields.length === 0 ? [] : [fields.slice(0, onFirst)];
  for (let at = onFirst; at < fields.length; at += MOST_FIELDS) pages.push(fields.slice(at, at + MOST_FIELDS));
  return pages;
};

/** 0: there is nothing in it that could be filled in here. */
export const pageCount = (form: Form): number => pagesIn(form).length;

/** The first page on which something is wrong. */
export const pageWith = (form: Form, problems: Record<string, string>): number =>
  Math.max(
    0,
    pagesIn(form).findIndex((page) => page.some(({ name }) => Object.hasOwn(problems, name))),
  );

/** Everything that is in a form: what was filled in, and the rest as it was. */
export const allGiven = ({ form, values, picked }: Draft): Given => ({
  values: Object.fromEntries(form.fields.map(({ name, value }) => [name, values[name] ?? value])),
  picked: { ...Object.fromEntries(form.fields.flatMap(({ name, pick }) => (pick?.of === 'person' ? [[name, pick.id]] : []))), ...picked },
});

/** What was typed, and nothing that was picked. */
export const withoutPicks = ({ form }: Draft, values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !form.fields.some((field) => field.name === name && field.pick)));

/** `whole`: everything that the form has is on this one page, so that nothing has to be remembered beside it. */
const modalId = (form: Form, page: number): string =>
  pageCount(form) === 1 && leftOut(form) === null ? `whole:${form.id}` : `page:${page}:${form.id}`;

export const readModalId = (id: string): { page: number; form: string; whole: boolean } | undefined => {
  const [, page, form] = /^(?:whole|(?:page|go):(\d{1,2})):(.{1,90})$/.exec(id) ?? [];
  return form ? { page: Number(page ?? 0), form, whole: page === undefined } : undefined;
};

/** The button that opens a page: only a press can. */
export const pageButtonId = (form: string, page: number): string => `go:${page}:${form}`;

type Option = { label: string; value: string; default: boolean };

const optionsOf = ({ control, choices, value }: Field): Option[] => {
  const known = control === 'choice' ? choices.map((choice) => [choice, choice] as const) : [];
  const all =
    control === 'truth'
      ? ([
          ['Yes', 'true'],
          ['No', 'false'],
        ] as const)
      : known;
  return all.map(([label, one]) => ({ label, value: one, default: one === value }));
};

/** A choice of more than can be shown is typed. */
const isTyped = ({ control, choices }: Field): boolean =>
  control === 'choice' && (choices.length > MOST_CHOICES || choices.some((one) => one.length > LONGEST_CHOICE));

const oneOf = (choices: readonly string[]): string => `One of: ${choices.join(', ')}`;

/** What was typed in the place of a choice, as it is written in the list; and what is none of it. */
export const chosenIn = (
  form: Form,
  values: Record<string, string>,
): { values: Record<string, string>; problems: Record<string, string> } => {
  const read = { ...values };
  const problems: Record<string, string> = {};
  for (const { name, choices } of form.fields.filter(isTyped)) {
    const typed = values[name]?.trim() ?? '';
    const meant = choices.find((one) => one === typed) ?? choices.find((one) => one.toLowerCase() === typed.toLowerCase());
    if (meant !== undefined) read[name] = meant;
    else if (typed !== '') problems[name] = shortened(`This is none of them. ${oneOf(choices)}`, LONGEST_PROBLEM);
  }
  return { values: read, problems };
};

/** What is chosen, in the part that shows all of it at once: one tick for what is true or not, a few to press, or a list. */
const choiceOf = (field: Field): Label['component'] | undefined => {
  const { name, control, required, value } = field;
  // A tick that was never set would say no: where nothing may be said, it takes two to press.
  if (control === 'truth' && (required || value !== ''))
    return { type: ComponentType.Checkbox, custom_id: name, default: value === 'true' };
  const options = optionsOf(field);
  if (options.length === 0 || isTyped(field)) return undefined;
  if (options.length >= FEWEST_RADIOS && options.length <= MOST_RADIOS)
    return { type: ComponentType.RadioGroup, custom_id: name, required, options };
  return { type: ComponentType.StringSelect, custom_id: name, required, min_values: required ? 1 : 0, max_values: 1, options };
};

const SNOWFLAKE = /^\d{17,20}$/;

type Values<Kind extends SelectMenuDefaultValueType> = { default_values?: APISelectMenuDefaultValue<Kind>[] };
const chosen = <Kind extends SelectMenuDefaultValueType>(id: string | null, type: Kind): Values<Kind> =>
  id === null ? {} : { default_values: [{ id, type }] };

/** Discord offers the people of the server, and the channels that hold conversations. No channel is one that may be chosen. */
const pickerOf = ({ name, required }: Field, { of, id }: NonNullable<Field['pick']>): Label['component'] =>
  of === 'person'
    ? {
        type: ComponentType.UserSelect,
        custom_id: name,
        required,
        min_values: required ? 1 : 0,
        max_values: 1,
        ...chosen(id, SelectMenuDefaultValueType.User),
      }
    : {
        type: ComponentType.ChannelSelect,
        custom_id: name,
        required: false,
        min_values: 0,
        max_values: 1,
        channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement, ChannelType.GuildVoice],
        ...chosen(id, SelectMenuDefaultValueType.Channel),
      };

const inputOf = (field: Field): Label['component'] => {
  const choice = field.pick ? pickerOf(field, field.pick) : choiceOf(field);
  if (choice) return choice;
  const { name, control, required, value } = field;
  const long = control === 'text' || control === 'list' || control === 'json' || value.includes('\n');
  return {
    type: ComponentType.TextInput,
    custom_id: name,
    style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: required && control !== 'text',
    max_length: LONGEST_VALUE,
    ...(isTyped(field) ? { placeholder: shortened(oneOf(field.choices), LONGEST_HINT) } : {}),
    ...(value === '' ? {} : { value }),
  };
};

/** A field as it stands by now: with what was filled in or picked before. */
const asGiven = (field: Field, { values, picked }: Given): Field => {
  const { name, pick, value } = field;
  const given = values[name];
  if (pick?.of === 'person') return { ...field, pick: { of: 'person', id: name in picked ? (picked[name] ?? null) : pick.id } };
  const now = { ...field, value: given ?? value };
  // What stands there and is nothing that Discord lists is typed: it would let nobody open the form.
  const id = SNOWFLAKE.test(now.value) ? now.value : null;
  const isListed = id !== null || now.value === NO_CHANNEL || now.value === '';
  return { ...now, pick: pick && isListed ? { of: 'channel', id } : undefined };
};

const labelled = (field: Field, problem: string | undefined): Label => {
  const said = problem ?? field.hint ?? (isTyped(field) ? oneOf(field.choices) : undefined);
  return {
    type: ComponentType.Label,
    label: cut(field.label, LONGEST_LABEL),
    ...(said ? { description: shortened(said, LONGEST_HINT) } : {}),
    component: inputOf(field),
  };
};

/** One page of a form, with what was filled in before and what was wrong with it. */
export const modalOf = ({ form, problems, ...given }: Draft, page: number): APIModalInteractionResponseCallbackData => {
  const pages = pagesIn(form);
  const title = pages.length > 1 ? `${form.title} (${page + 1} of ${pages.length})` : form.title;
  const left = page === 0 ? leftOut(form) : null;
  return {
    custom_id: modalId(form, page),
    title: cut(title, LONGEST_TITLE),
    components: [
      ...(left === null ? [] : [{ type: ComponentType.TextDisplay as const, content: inert(left) }]),
      ...(pages[page] ?? []).map((field) => labelled(asGiven(field, given), problems[field.name])),
    ],
  };
};
