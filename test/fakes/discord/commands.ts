import type { Json } from './world.ts';

/** Discord's limits for commands and their options, and what it would refuse of what somebody filled in. */
const NAME = /^[a-z0-9_-]{1,32}$/;
const TEXT = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const NUMBER = 10;
const KINDS = [TEXT, INTEGER, BOOLEAN, NUMBER];
/** Names, descriptions and values of one command, with all of its options and choices. */
const LONGEST_COMMAND = 8000;

const list = (value: unknown): Json[] => (Array.isArray(value) ? value : []);
const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

const choiceProblems = ({ type, choices, autocomplete }: Json): string[] => [
  ...(choices !== undefined && (list(choices).length < 1 || list(choices).length > 25) ? [`${list(choices).length} choices`] : []),
  ...(choices !== undefined && autocomplete ? ['choices beside autocomplete'] : []),
  ...(autocomplete && type === BOOLEAN ? ['a truth that is completed'] : []),
  ...(new Set(list(choices).map(({ value }) => value)).size !== list(choices).length ? ['a choice twice'] : []),
  ...list(choices).flatMap(({ name, value }) =>
    lengthOf(name) < 1 || lengthOf(name) > 100 || (type === TEXT ? lengthOf(value) < 1 || lengthOf(value) > 100 : typeof value !== 'number')
      ? [`a bad choice ${String(name)}`]
      : [],
  ),
];

const limitProblems = ({ type, min_value, max_value, max_length }: Json): string[] => {
  const numbers = [min_value, max_value].filter((limit) => limit !== undefined);
  const bad = numbers.some(
    (limit) => typeof limit !== 'number' || Math.abs(limit) > 2 ** 53 || (type === INTEGER && !Number.isInteger(limit)),
  );
  return [
    ...(numbers.length > 0 && type !== INTEGER && type !== NUMBER ? ['a limit for what is no number'] : []),
    ...(bad ? ['a bad limit'] : []),
    ...(max_length !== undefined && (type !== TEXT || Number(max_length) < 1 || Number(max_length) > 6000) ? ['a bad length'] : []),
  ];
};

const optionProblems = (options: Json[]): string[] => [
  ...(options.length > 25 ? [`${options.length} options`] : []),
  ...(new Set(options.map(({ name }) => name)).size !== options.length ? ['an option twice'] : []),
  ...(options.some(({ required }, at) => required && options[at - 1] && !options[at - 1]?.required)
    ? ['what is needed behind what is not']
    : []),
  ...options.flatMap((option) => [
    ...(NAME.test(String(option.name)) ? [] : [`an option called ${String(option.name)}`]),
    ...(lengthOf(option.description) < 1 || lengthOf(option.description) > 100 ? [`a description of ${lengthOf(option.description)}`] : []),
    ...(KINDS.includes(Number(option.type)) ? [] : [`an option of type ${String(option.type)}`]),
    ...choiceProblems(option),
    ...limitProblems(option),
  ]),
];

const weightOf = ({ name, description, options }: Json): number =>
  lengthOf(name) +
  lengthOf(description) +
  list(options).reduce(
    (sum, option) => sum + weightOf(option) + list(option.choices).reduce((all, one) => all + lengthOf(one.name) + lengthOf(one.value), 0),
    0,
  );

export const commandProblems = (commands: Json[]): string[] => [
  ...(commands.filter(({ type }) => type === 1).length > 100 ? ['more than 100 commands'] : []),
  ...(commands.filter(({ type }) => type === 3).length > 15 ? ['more than 15 commands for a message'] : []),
  ...(new Set(commands.map(({ type, name }) => `${type}${name}`)).size !== commands.length ? ['a command twice'] : []),
  ...commands.flatMap((command) => {
    const { type, name, description, options } = command;
    if (type !== 1) return lengthOf(name) > 32 || description !== undefined ? ['a bad context command'] : [];
    const named = NAME.test(String(name)) && lengthOf(description) >= 1 && lengthOf(description) <= 100;
    const bad = [...optionProblems(list(options)), ...(weightOf(command) > LONGEST_COMMAND ? [`${weightOf(command)} characters`] : [])];
    return [...(named ? [] : [`a bad command ${String(name)}`]), ...bad.map((problem) => `/${String(name)}: ${problem}`)];
  }),
];

const isOfType = (option: Json, value: unknown): boolean => {
  const { type, min_value = -Infinity, max_value = Infinity, max_length = 6000, choices } = option;
  if (type === BOOLEAN) return typeof value === 'boolean';
  if (type === TEXT)
    return (
      typeof value === 'string' && value.length <= Number(max_length) && (!choices || list(choices).some((one) => one.value === value))
    );
  if (typeof value !== 'number' || value < Number(min_value) || value > Number(max_value)) return false;
  return type === NUMBER || Number.isInteger(value);
};

/** Whether Discord's own menu would let somebody send this at all. */
export const mayBeSent = (commands: Json[], { name, type, options }: Json): string | undefined => {
  const command = commands.find((one) => one.name === name && one.type === type);
  if (!command) return `there is no /${String(name)}`;
  const known = list(command.options);
  const given = list(options);
  const stranger = given.find((one) => !known.some((option) => option.name === one.name));
  if (stranger) return `/${String(name)} takes no ${String(stranger.name)}`;
  const missing = known.find((option) => option.required && !given.some((one) => one.name === option.name));
  if (missing) return `/${String(name)} needs ${String(missing.name)}`;
  const wrong = given.find((one) => !isOfType(known.find((option) => option.name === one.name) ?? {}, one.value));
  return wrong && `/${String(name)} takes no such ${String(wrong.name)}`;
};

export const suggestionProblems = (choices: Json[]): string[] => [
  ...(choices.length > 25 ? [`${choices.length} suggestions`] : []),
  ...choices.flatMap(({ name, value }) =>
    lengthOf(name) < 1 || lengthOf(name) > 100 || lengthOf(value) < 1 || lengthOf(value) > 100 ? [`a bad suggestion ${String(name)}`] : [],
  ),
];
