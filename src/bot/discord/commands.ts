import { ApplicationCommandOptionType, ApplicationCommandType, type RESTPutAPIApplicationGuildCommandsJSONBody, Routes } from 'discord.js';
import type { MenuEntry } from '../menu.ts';
import type { Interaction } from './incoming.ts';
import type { Link } from './link.ts';

const LONGEST_HINT = 100;
const MOST_CHOICES = 25;
const LONGEST_CHOICE = 100;
const EVERYTHING = 'wilco';
const MAKE_TASK = 'Make a task';
const ASK = 'Ask Wilco';
const OPTION = 'text';

const hint = (text: string): string => (text.length > LONGEST_HINT ? `${text.slice(0, LONGEST_HINT - 1)}…` : text);

/** What Discord offers in its menus: one command for everything, a shortcut for each line, and two for a message. All from the registries. */
export const commandsOf = (menu: readonly MenuEntry[]): RESTPutAPIApplicationGuildCommandsJSONBody => [
  {
    type: ApplicationCommandType.ChatInput,
    name: EVERYTHING,
    description: 'Say what should happen, or choose a command',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: OPTION,
        description: 'A sentence, or a line that begins with /',
        required: true,
        autocomplete: true,
      },
    ],
  },
  ...menu.map(({ name, summary, takes }) => ({
    type: ApplicationCommandType.ChatInput as const,
    name,
    description: hint(summary),
    options:
      takes === null
        ? []
        : [{ type: ApplicationCommandOptionType.String as const, name: OPTION, description: hint(takes || summary), required: false }],
  })),
  { type: ApplicationCommandType.Message, name: MAKE_TASK },
  { type: ApplicationCommandType.Message, name: ASK },
];

/** Puts them in place of whatever was there. Safe to repeat: what is the same stays the same. */
export const registerCommands = async (
  link: Pick<Link, 'rest' | 'menu'>,
  at: { applicationId: string; guild: string | null },
): Promise<void> => {
  const { applicationId, guild } = at;
  const route = guild ? Routes.applicationGuildCommands(applicationId, guild) : Routes.applicationCommands(applicationId);
  await link.rest.put(route, { body: commandsOf(link.menu()) });
};

/** What somebody else wrote never runs as a command of whoever asks about it. */
const asWords = (text: string): string => text.replace(/^(?:\s|\/|@\S*|<[^>]*>)+/, '').trim();

/** The line that a command means; undefined when there is nothing in it. */
export const lineOf = ({ data }: Interaction): string | undefined => {
  const name = data?.name ?? '';
  if (data?.type === ApplicationCommandType.Message) {
    const words = asWords(data.resolved?.messages?.[data.target_id ?? '']?.content ?? '');
    if (words === '') return undefined;
    return name === MAKE_TASK ? `/task ${words}` : `@wilco ${words}`;
  }
  const given = data?.options?.find((option) => option.name === OPTION)?.value;
  const text = typeof given === 'string' ? given.trim() : '';
  if (name !== EVERYTHING) return `/${name} ${text}`.trim();
  return text === '' ? undefined : text;
};

/** What could be meant by what was typed so far. */
export const choicesFor = (menu: readonly MenuEntry[], { data }: Interaction): { name: string; value: string }[] => {
  const typed = data?.options?.find(({ focused }) => focused)?.value;
  const begun = (typeof typed === 'string' ? typed : '').trim().toLowerCase().replace(/^\//, '');
  return menu
    .filter(({ name }) => name.startsWith(begun))
    .slice(0, MOST_CHOICES)
    .map(({ name, summary }) => ({ name: `/${name}: ${summary}`.slice(0, LONGEST_CHOICE), value: `/${name}` }));
};
