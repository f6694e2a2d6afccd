import { type APIModalInteractionResponseCallbackData, ComponentType, TextInputStyle } from 'discord.js';
import type { Form } from '../surface.ts';

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

type Field = Form['fields'][number];
type Label = Extract<APIModalInteractionResponseCallbackData['components'][number], { type: ComponentType.Label }>;

/** A form that somebody has open, with what they filled in so far. */
export type Draft = { form: Form; values: Record<string, string> };

export const pageCount = ({ fields }: Form): number => Math.max(1, Math.ceil(fields.length / MOST_FIELDS));

/** A field whose text is longer than Discord lets anybody edit: shortening it silently would change what is proposed. */
export const tooLongIn = ({ form, values }: Draft): Field | undefined =>
  form.fields.find(({ name, value }) => (values[name] ?? value).length > LONGEST_VALUE);

const modalId = (form: Form, page: number): string => `form:${page}:${form.id}`;

export const readModalId = (id: string): { page: number; form: string } | undefined => {
  const [, page, form] = /^(?:form|go):(\d{1,2}):(.{1,90})$/.exec(id) ?? [];
  return form ? { page: Number(page), form } : undefined;
};

/** The button that opens a page: only a press can. */
export const pageButtonId = (form: string, page: number): string => `go:${page}:${form}`;

type Option = { label: string; value: string; default: boolean };

const optionsOf = ({ control, choices }: Field, value: string): Option[] => {
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

/** What is chosen, in the part that shows all of it at once: one tick for what is true or not, a few to press, or a list. */
const choiceOf = (field: Field, value: string): Label['component'] | undefined => {
  const { name, control, required } = field;
  // A tick that was never set would say no: where nothing may be said, it takes two to press.
  if (control === 'truth' && (required || value !== ''))
    return { type: ComponentType.Checkbox, custom_id: name, default: value === 'true' };
  const options = optionsOf(field, value);
  if (options.length === 0 || options.length > MOST_CHOICES || options.some((one) => one.value.length > LONGEST_CHOICE)) return undefined;
  if (options.length >= FEWEST_RADIOS && options.length <= MOST_RADIOS)
    return { type: ComponentType.RadioGroup, custom_id: name, required, options };
  return { type: ComponentType.StringSelect, custom_id: name, required, min_values: required ? 1 : 0, max_values: 1, options };
};

const inputOf = (field: Field, value: string): Label['component'] => {
  const choice = choiceOf(field, value);
  if (choice) return choice;
  const { name, control, required } = field;
  const long = control === 'text' || control === 'list' || control === 'json' || value.includes('\n');
  return {
    type: ComponentType.TextInput,
    custom_id: name,
    style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: required && control !== 'text',
    max_length: LONGEST_VALUE,
    ...(value === '' ? {} : { value }),
  };
};

const labelled = (field: Field, value: string): Label => ({
  type: ComponentType.Label,
  label: field.label.slice(0, LONGEST_LABEL),
  ...(field.hint ? { description: field.hint.slice(0, LONGEST_HINT) } : {}),
  component: inputOf(field, value),
});

/** One page of a form, with what was filled in before. */
export const modalOf = ({ form, values }: Draft, page: number): APIModalInteractionResponseCallbackData => {
  const pages = pageCount(form);
  const title = pages > 1 ? `${form.title} (${page + 1} of ${pages})` : form.title;
  return {
    custom_id: modalId(form, page),
    title: title.slice(0, LONGEST_TITLE),
    components: form.fields
      .slice(page * MOST_FIELDS, (page + 1) * MOST_FIELDS)
      .map((field) => labelled(field, values[field.name] ?? field.value)),
  };
};
