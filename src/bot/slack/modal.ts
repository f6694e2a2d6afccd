import type { types } from '@slack/bolt';
import { z } from 'zod';
import { NO_CHANNEL } from '../picked.ts';
import type { Form } from '../surface.ts';
import { type Block, fitsIn, textBlocks, VIEW } from './blocks.ts';
import { plain } from './text.ts';

type Field = Form['fields'][number];
type Element = types.InputBlock['element'];

const TITLE = 24;
const LONGEST_VALUE = 3000;
const MOST_OPTIONS = 100;
const LONGEST_OPTION = 75;
export const VALUE = 'value';
const INPUTS = 90;

/** A view is 250 KB as it is sent, and there is more in it than its blocks. */
export const VIEW_BYTES = 230_000;
const bytesOf = (thing: unknown): number => Buffer.byteLength(JSON.stringify(thing));

const titled = (title: string) => plain(title.length > TITLE ? `${title.slice(0, TITLE - 1)}…` : title);

const YES_NO = [
  { text: 'Yes', value: 'true' },
  { text: 'No', value: 'false' },
];

const select = (choices: { text: string; value: string }[], value: string): Element => {
  const options = choices.map((choice) => ({ text: plain(choice.text), value: choice.value }));
  const chosen = options.find((option) => option.value === value);
  return { type: 'static_select', action_id: VALUE, options, ...(chosen ? { initial_option: chosen } : {}) };
};

const typed = (value: string, multiline: boolean): Element => ({
  type: 'plain_text_input',
  action_id: VALUE,
  multiline,
  ...(value === '' ? {} : { initial_value: value }),
});

const isDate = (text: string): boolean => text === '' || /^\d{4}-\d\d-\d\d$/.test(text);
const isNumber = (text: string): boolean => text === '' || /^-?\d+(\.\d+)?$/.test(text);

const isChoosable = (choices: readonly string[]): boolean =>
  choices.length > 0 &&
  choices.length <= MOST_OPTIONS &&
  choices.every((choice) => choice !== '' && plain(choice).text.length <= LONGEST_OPTION);

const withValue = (name: 'initial_date' | 'initial_value', value: string) => (value === '' ? {} : { [name]: value });

const numberOf = (value: string): Element =>
  isNumber(value)
    ? { type: 'number_input', action_id: VALUE, is_decimal_allowed: true, ...withValue('initial_value', value) }
    : typed(value, false);

/** What is no date of the calendar is kept as it is, to be changed or left. */
const dateOf = (value: string): Element =>
  isDate(value) ? { type: 'datepicker', action_id: VALUE, ...withValue('initial_date', value) } : typed(value, false);

const choiceOf = (choices: readonly string[], value: string): Element => {
  const known = choices.map((choice) => ({ text: choice, value: choice }));
  return isChoosable(choices) ? select(known, value) : typed(value, false);
};

/** What stands there and is nothing that Slack lists is typed: it would let nobody open the form. */
const pickOf = ({ pick }: Field): Field['pick'] => (pick?.id == null || LISTED[pick.of].test(pick.id) ? pick : undefined);
const LISTED = { person: /^[UW][A-Z0-9]+$/, channel: /^[CG][A-Z0-9]+$/ } as const;

const pickerOf = ({ of, id }: NonNullable<Field['pick']>): Element =>
  of === 'person'
    ? { type: 'users_select', action_id: VALUE, ...(id === null ? {} : { initial_user: id }) }
    : {
        type: 'conversations_select',
        action_id: VALUE,
        // What stands in a channel is read by everybody in it.
        filter: { include: ['public', 'private'], exclude_external_shared_channels: true },
        ...(id === null ? {} : { initial_conversation: id }),
      };

const elementOf = (field: Field): Element => {
  const { control, choices, value, words } = field;
  const pick = pickOf(field);
  if (pick) return pickerOf(pick);
  switch (control) {
    case 'date':
      return dateOf(value);
    case 'number':
      // Where a word may stand in the place of a number, Slack's field for numbers would take none.
      return words?.length ? typed(value, false) : numberOf(value);
    case 'choice':
      return choiceOf(choices, value);
    case 'truth':
      return select(YES_NO, value);
    case 'line':
    case 'channel':
      return typed(value, value.includes('\n'));
    case 'text':
    case 'list':
    case 'json':
      return typed(value, true);
    default:
      return control satisfies never;
  }
};

const HINTS: Partial<Record<Field['control'], string>> = { list: 'One on each line.', json: 'As JSON.' };

const inputOf = (field: Field): types.InputBlock => {
  const hint = [field.hint, HINTS[field.control]].filter((part) => part !== undefined).join(' ');
  return {
    type: 'input',
    block_id: field.name,
    label: plain(field.label),
    element: elementOf(field),
    // No channel is one that may be chosen.
    optional: !field.required || field.nullable || pickOf(field)?.of === 'channel',
    ...(hint === '' ? {} : { hint: plain(hint) }),
  };
};

/** A form as a modal; undefined when Slack has no room for what stands in it, for what it cut would be lost on saving. */
export const formModal = (form: Form, kept: string): types.ModalView | undefined => {
  const { id, title, about, submit, fields } = form;
  if (fields.length > INPUTS || fields.some(({ value }) => value.length > LONGEST_VALUE)) return undefined;
  const blocks = [...(about === null ? [] : textBlocks(about)), ...fields.map(inputOf)];
  if (bytesOf(blocks) > VIEW_BYTES) return undefined;
  return {
    type: 'modal',
    callback_id: id,
    private_metadata: kept,
    title: titled(title),
    submit: titled(submit),
    close: plain('Cancel'),
    blocks,
  };
};

/** Something to read, and to press on, for one person alone. */
export const readModal = (title: string, blocks: Block[], kept: string): types.ModalView => ({
  type: 'modal',
  callback_id: 'read',
  private_metadata: kept,
  title: titled(title),
  close: plain('Close'),
  blocks:
    fitsIn(blocks, VIEW) && bytesOf(blocks) <= VIEW_BYTES ? blocks : textBlocks('This is too long for Slack. Open it in the web room.'),
});

const Entered = z.object({
  value: z.string().nullish(),
  selected_date: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_conversation: z.string().nullish(),
  /** There, and null, where nobody was picked. */
  selected_user: z.string().nullish(),
});
const State = z.object({ values: z.record(z.string(), z.record(z.string(), Entered)) });

/** What was filled in, by field. */
export const readState = (state: unknown): Record<string, string> => {
  const read = State.safeParse(state);
  if (!read.success) return {};
  const entries = Object.entries(read.data.values).map(([name, inputs]): [string, string] => {
    const { value, selected_date, selected_option, selected_conversation } = inputs[VALUE] ?? {};
    // There, and null, where no channel was picked.
    const none = selected_conversation === null ? NO_CHANNEL : '';
    return [name, value ?? selected_date ?? selected_option?.value ?? selected_conversation ?? none];
  });
  return Object.fromEntries(entries);
};

/** The accounts that were picked, by field; null: nobody. */
export const readPickers = (state: unknown): Record<string, string | null> => {
  const inputs = Object.entries(State.safeParse(state).data?.values ?? {});
  return Object.fromEntries(
    inputs.flatMap(([name, { [VALUE]: entered }]) => (entered?.selected_user === undefined ? [] : [[name, entered.selected_user]])),
  );
};

/** What is wrong, beside the field that it is about; what is about none of them stands at the first. */
export const problemsFor = (problems: Record<string, string>, names: readonly string[]): Record<string, string> => {
  const placed: Record<string, string> = {};
  for (const [name, problem] of Object.entries(problems)) {
    const whole = names.find((one) => one === name || one === name.split('.')[0]) ?? names[0];
    if (whole !== undefined) placed[whole] = placed[whole] ? `${placed[whole]} ${problem}` : problem;
  }
  return placed;
};
