import type { APIApplicationCommandBasicOption, RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js';

/** Discord's limits for one command, with everything in it, and for all that begin with a slash. */
const HEAVIEST = 8000;
const MOST_COMMANDS = 100;
const NAME = /^[a-z0-9_-]{1,32}$/;

type Command = RESTPostAPIChatInputApplicationCommandsJSONBody;
type Option = APIApplicationCommandBasicOption;

const choicesOf = (option: Option): readonly { name: string; value: string | number }[] =>
  'choices' in option && option.choices ? option.choices : [];

const weightOfChoices = (option: Option): number =>
  choicesOf(option).reduce((sum, { name, value }) => sum + name.length + String(value).length, 0);

const weightOf = ({ name, description, options = [] }: Command): number =>
  options.reduce(
    (sum, option) => sum + option.name.length + option.description.length + ('choices' in option ? weightOfChoices(option as Option) : 0),
    name.length + description.length,
  );

const withoutChoices = (option: Option): Option => {
  const { choices: _list, ...rest } = option as Option & { choices?: unknown };
  return rest as Option; // the same kind of option, with nothing to choose from
};

/** One command that Discord takes: what is too much goes, choices first and then options. What goes can be written behind `/wilco`. */
const lightened = (command: Command): { command: Command; left: string[] } => {
  let options = [...((command.options ?? []) as Option[])]; // only such are made here
  const left: string[] = [];
  const now = (): Command => ({ ...command, options });
  while (weightOf(now()) > HEAVIEST) {
    const heaviest = options.reduce<Option | undefined>(
      (most, one) => (weightOfChoices(one) > (most ? weightOfChoices(most) : 0) ? one : most),
      undefined,
    );
    left.push(heaviest ? `the choices of ${heaviest.name}` : (options.at(-1)?.name ?? ''));
    options = heaviest ? options.map((one) => (one === heaviest ? withoutChoices(one) : one)) : options.slice(0, -1);
  }
  return { command: now(), left };
};

/** Commands that Discord takes, with a sentence for each that it would not have taken as it was. The first one always stays. */
export const fitted = (commands: readonly Command[]): { commands: Command[]; left: string[] } => {
  const named = commands.filter(({ name }, at) => NAME.test(name) && commands.findIndex((other) => other.name === name) === at);
  const kept = named.slice(0, MOST_COMMANDS).map(lightened);
  const gone = commands.filter((command) => !named.includes(command) || named.indexOf(command) >= MOST_COMMANDS);
  return {
    commands: kept.map(({ command }) => command),
    left: [
      ...kept.flatMap(({ command, left }) => (left.length === 0 ? [] : [`/${command.name} without ${left.join(', ')}`])),
      ...(gone.length === 0 ? [] : [`no ${gone.map(({ name }) => `/${name}`).join(', ')}`]),
    ],
  };
};
