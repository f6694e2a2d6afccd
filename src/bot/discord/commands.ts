import { ApplicationCommandOptionType, ApplicationCommandType, type RESTPutAPIApplicationGuildCommandsJSONBody, Routes } from 'discord.js';
import { z } from 'zod';
import type { MenuEntry } from '../menu.ts';
import { fitted } from './fit.ts';
import type { Interaction, Message } from './incoming.ts';
import type { Link } from './link.ts';
import { hint, offeredChoices, optionsOf, valuesOf } from './options.ts';

const EVERYTHING = 'wilco';
const MAKE_TASK = 'Make a task';
const ASK = 'Ask Wilco';
const OPTION = 'text';

type Commands = RESTPutAPIApplicationGuildCommandsJSONBody;

/**
 * What Discord offers in its menus: one command for everything, a shortcut for each line, and two for a message. All from the registries. `left`
 * says what Discord has no room for.
 */
export const commandsOf = (menu: readonly MenuEntry[]): { commands: Commands; left: string[] } => {
  const { commands, left } = fitted([
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
    ...menu.map((entry) => ({
      type: ApplicationCommandType.ChatInput as const,
      name: entry.name,
      description: hint(entry.summary),
      options: optionsOf(entry),
    })),
  ]);
  const onMessages = [MAKE_TASK, ASK].map((name) => ({ type: ApplicationCommandType.Message as const, name }));
  return { commands: [...commands, ...onMessages], left };
};

type Registering = Pick<Link, 'rest' | 'menu' | 'everywhere'>;

const Registered = z.array(z.record(z.string(), z.unknown()));

/** What of a command counts, in one order: Discord adds parts of its own, and leaves out what is the same as if it were not there. */
const KEYS = ['type', 'name', 'description', 'required', 'autocomplete', 'min_value', 'max_value', 'max_length', 'value'];
const sameAs = (raw: unknown): unknown => {
  if (Array.isArray(raw)) return raw.map(sameAs);
  if (typeof raw !== 'object' || raw === null) return raw;
  const given = new Map(Object.entries(raw));
  const inner = ['options', 'choices'].map((key) => [key, sameAs(given.get(key) ?? [])]);
  return [...KEYS.map((key) => (given.get(key) === '' || given.get(key) === false ? null : (given.get(key) ?? null))), ...inner];
};

/** In any order of the commands: they are listed by name. */
const written = (commands: readonly unknown[]): string => JSON.stringify(commands.map((one) => JSON.stringify(sameAs(one))).sort());

/**
 * Puts them in place of whatever was there, in the server or everywhere, unless it is the same: Discord takes some hundred changes a day. What
 * stands in both places would be shown twice, so the other one is emptied. Answers what Discord has no room for.
 */
export const registerCommands = async (link: Registering, at: { applicationId: string; guild: string }): Promise<string[]> => {
  const { rest, menu, everywhere } = link;
  const { applicationId, guild } = at;
  const places = [Routes.applicationGuildCommands(applicationId, guild), Routes.applicationCommands(applicationId)] as const;
  const [here, other] = everywhere ? [places[1], places[0]] : places;
  const { commands, left } = commandsOf(menu());
  const stands = Registered.parse(await rest.get(here));
  if (written(stands) !== written(commands)) await rest.put(here, { body: commands });
  if (Registered.parse(await rest.get(other)).length > 0) await rest.put(other, { body: [] });
  return left;
};

/**
 * Puts `/wilco` and the entries of a message into the menu of a server that has none yet: all others come with the first start. It also shows
 * whether the bot was invited with the right to have commands.
 */
export const registerFirst = async (rest: Link['rest'], at: { applicationId: string; guild: string }): Promise<void> => {
  const here = Routes.applicationGuildCommands(at.applicationId, at.guild);
  if (Registered.parse(await rest.get(here)).length === 0) await rest.put(here, { body: commandsOf([]).commands });
};

/** What somebody else wrote never runs as a command of whoever asks about it. */
const asWords = (text: string): string => text.replace(/^(?:\s|\/|@\S*|<[^>]*>)+/, '').trim();

/**
 * What a command means: words, or a bare name with what was filled in beside it. `on`: the message that it is about. `proposes`: a card comes of
 * it, for everybody.
 */
export type Meant = { line: string; values?: Record<string, string>; on?: Message; proposes: boolean };

/** Words behind `/wilco` are for everybody, unless they are a command that answers whoever wrote it, or the code that ties an account. */
const wordsPropose = (menu: readonly MenuEntry[], line: string): boolean => {
  const [name = ''] = line.replace(/^\//, '').toLowerCase().split(/\s/);
  return name !== 'link' && menu.find((entry) => entry.name === name)?.proposes !== false;
};

const aboutMessage = ({ name, target_id, resolved }: Data): Meant | undefined => {
  const on = resolved?.messages?.[target_id ?? ''];
  const words = asWords(on?.content ?? '');
  if (words === '' || !on) return undefined;
  return { line: name === MAKE_TASK ? `/task ${words}` : `@wilco ${words}`, on, proposes: true };
};

type Data = NonNullable<Interaction['data']>;

/** Undefined when there is nothing in it. */
export const meantBy = (menu: readonly MenuEntry[], { data }: Interaction): Meant | undefined => {
  if (data?.type === ApplicationCommandType.Message) return aboutMessage(data);
  const name = data?.name ?? '';
  const given = data?.options ?? [];
  const entry = menu.find((one) => one.name === name);
  if (name !== EVERYTHING) return { line: name, values: valuesOf(entry, given), proposes: entry?.proposes === true };
  const text = given.find((option) => option.name === OPTION)?.value;
  const line = typeof text === 'string' ? text.trim() : '';
  return line === '' ? undefined : { line, proposes: wordsPropose(menu, line) };
};

/** The value that is being typed; undefined for the words behind `/wilco`, which are completed by `linesFor`. */
export const typedIn = (
  menu: readonly MenuEntry[],
  { data }: Interaction,
): { command: string; field: string; typed: string } | undefined => {
  const entry = menu.find(({ name }) => name === data?.name);
  const focused = data?.options?.find((option) => option.focused);
  if (!entry || !focused) return undefined;
  const [field = ''] = Object.keys(valuesOf(entry, [{ ...focused, value: '' }]));
  return { command: entry.name, field, typed: typeof focused.value === 'string' ? focused.value : '' };
};

/** The lines that could be meant by what was typed so far. */
export const linesFor = (menu: readonly MenuEntry[], { data }: Interaction): { name: string; value: string }[] => {
  const typed = data?.options?.find(({ focused }) => focused)?.value;
  const begun = (typeof typed === 'string' ? typed : '').trim().toLowerCase().replace(/^\//, '');
  const lines = menu.filter(({ name }) => name.startsWith(begun));
  return offeredChoices(lines.map(({ name, summary }) => ({ label: `/${name}: ${summary}`, value: `/${name}` })));
};
