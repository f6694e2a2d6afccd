import type { Command } from '../../dispatch/command.ts';
import { ARTICLES, NEGATIONS } from './lexicon.ts';
import { isMark, type Line, type Range, wordsOf } from './line.ts';
import { plainWords, stem } from './stem.ts';

/** `run`: it only reads. `press`: it changes something, so a person has to press it. */
export type CommandRead = { kind: 'run'; command: Command; args: Record<string, unknown> } | { kind: 'press'; commands: Command[] };

const LONGEST = 12;
const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
/** They ask to see something, and say nothing about what. */
const SHOWING = words("show list display view see give get tell what what's whats which who how where is are any there whether");
const EMPTY = words(
  "me us the a an all my our your current currently now right please i we do does have has of on in for to at and still today let yet so just pls here overview page everything's need needs needed anything everything something it",
);
const WHOLE = words('everything all work it now this system wilco immediately once away whole things thing agents again');

/** `verbs`: the first words of the summary, which say what a command does. */
type Known = { command: Command; name: string; stems: ReadonlySet<string>; verbs: ReadonlySet<string> };

const know = (command: Command): Known => ({
  command,
  name: stem(command.name.toLowerCase()),
  verbs: new Set(plainWords(command.summary).slice(0, 2).map(stem)),
  stems: new Set([command.name.toLowerCase(), ...plainWords(command.summary)].map(stem)),
});

const runs = (command: Command): CommandRead | null =>
  command.args.safeParse({}).success ? { kind: 'run', command, args: {} } : { kind: 'press', commands: [command] };

/** "show the metrics", "what is waiting?": every word that carries meaning has to be the command's name or in its summary. */
const reading = (known: readonly Known[], content: readonly string[], shown: boolean): CommandRead | null => {
  const quiet = known.filter(({ command }) => !command.changes);
  const named = quiet.find(
    ({ command, name }) => content.length === 1 && (content[0] === command.name || (shown && stem(content[0] ?? '') === name)),
  );
  if (named) return runs(named.command);
  if (!shown || content.length === 0) return null;
  const fitting = quiet.filter(({ stems }) => content.every((word) => stems.has(stem(word))));
  const byName = fitting.filter(({ name }) => content.some((word) => stem(word) === name));
  const [only, other] = byName.length > 0 ? byName : fitting;
  return only && !other ? runs(only.command) : null;
};

/** "pause everything", "stop everything now": by name, or by the words of the summary. */
const changing = (known: readonly Known[], content: readonly string[]): CommandRead | null => {
  const loud = known.filter(({ command }) => command.changes);
  const named = loud.filter(({ name }) => stem(content[0] ?? '') === name);
  if (named.length > 0 && content.length <= 6) return { kind: 'press', commands: named.map(({ command }) => command) };
  const meant = content.filter((word) => !WHOLE.has(word));
  const fitting = loud.filter(({ verbs, stems }) => verbs.has(stem(meant[0] ?? '')) && meant.every((word) => stems.has(stem(word))));
  return fitting.length > 0 ? { kind: 'press', commands: fitting.slice(0, 3).map(({ command }) => command) } : null;
};

/** A command in plain words. Null when it is none, or when that is not certain. */
export const readCommand = (line: Line, commands: readonly Command[], range: Range): CommandRead | null => {
  const said = range.to - range.from > LONGEST + 4 ? null : wordsOf(line, range);
  if (!said || said.length === 0 || said.length > LONGEST || NEGATIONS.has(said[0] ?? '')) return null;
  // "What is a task?" asks for a meaning, not for the list.
  if (said[1] === 'is' && ARTICLES.has(said[2] ?? '') && said[2] !== 'the') return null;
  const shown = SHOWING.has(said[0] ?? '') || isMark(line, range.to - 1, '?');
  const content = said.filter((word) => !SHOWING.has(word) && !EMPTY.has(word));
  const known = commands.map(know);
  return reading(known, content, shown) ?? (shown || content.length === 0 ? null : changing(known, content));
};

/** `/agents researcher`: the command of that name, with what follows as its one free argument. */
export const readSlash = (commands: readonly Command[], name: string, rest: string): CommandRead | null => {
  const command = commands.find((one) => one.name === name);
  if (!command) return null;
  const args = command.rest && rest !== '' ? { [command.rest]: rest } : {};
  if (command.changes || (rest !== '' && !command.rest) || !command.args.safeParse(args).success)
    return { kind: 'press', commands: [command] };
  return { kind: 'run', command, args };
};
