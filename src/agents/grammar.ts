import { todayIn } from '../tools/schedule/calendar.ts';
import { zoneNamed } from '../tools/schedule/zone.ts';
import type { Tool } from '../tools/tool.ts';
import { type CommandRead, readCommand, readSlash } from './grammar/commands.ts';
import { type Actions, readActions } from './grammar/compound.ts';
import { type Corrected, readCorrection } from './grammar/corrections.ts';
import { askAbout, callOrAsk } from './grammar/explain.ts';
import { interpret, isFull } from './grammar/interpret.ts';
import type { Line } from './grammar/line.ts';
import type { Found } from './grammar/match.ts';
import { type Mood, moodOf, openingOf } from './grammar/mood.ts';
import { createCompiler, type Spoken } from './grammar/phrases.ts';
import { scan } from './grammar/scan.ts';
import { readScheduled } from './grammar/scheduled.ts';
import { createSuggest } from './grammar/suggest.ts';
import { correct } from './grammar/typos.ts';
import type { Ask, Routed, Router } from './router.ts';

type Help = { near(text: string): string[]; some(): string[] };

const SAY: Record<Mood, string> = {
  thanks: 'You are welcome. When something should happen, say it, for example:',
  greeting: 'Hello. Say what should happen, for example:',
  negation: 'Nothing is done. If something should happen, say so without “not”, for example:',
  question: 'I act on orders, not on questions. Did you mean:',
  condition: 'I cannot wait for a condition. Say it when it should happen, for example:',
  plain: 'I did not understand that. Did you mean:',
};

const LONGEST_BUTTON = 200;
const PARTLY = 'I can read only a part of that, so nothing is done. Say one thing at a time, for example:';

/** A zone that nobody knows is read as UTC; the card says which zone it is. */
const lineOf = (text: string, ask: Ask): Line => ({
  text,
  tokens: scan(text),
  today: todayIn(ask.now, ask.timeZone),
  clock: { now: ask.now, timeZone: zoneNamed(ask.timeZone) ?? 'UTC' },
  memo: new Map(),
  times: new Map(),
});

const suggest = (say: string, suggestions: readonly string[]): Routed => ({
  kind: 'suggest',
  say,
  suggestions: [...new Set(suggestions)].slice(0, 3),
});

const sayText = (say: string, examples: readonly string[]): Routed => ({
  kind: 'text',
  say: [say, ...examples.map((example) => `• ${example}`)].join('\n'),
});

const answerCommand = (read: CommandRead): Routed => {
  if (read.kind === 'run') return { kind: 'command', name: read.command.name, args: read.args };
  const names = read.commands.map(({ name }) => `/${name}`);
  return suggest('That is a command. It works when you press it:', names);
};

const AGAIN = 'Nothing is done yet. Put that right and say it again, or say one thing at a time, for example:';

/** An order is carried out whole or not at all: one part that cannot be stops the others, and a form for it would lose them. */
const answerCalls = (found: readonly Found[], help: Help): Routed => {
  const calls: { tool: string; input: Record<string, unknown> }[] = [];
  for (const one of found) {
    const call = callOrAsk(one);
    if ('kind' in call)
      return found.length === 1
        ? call
        : suggest(
            `${call.say} ${AGAIN}`,
            found.flatMap(({ spoken }) => help.near(spoken.tool.name)),
          );
    calls.push(call);
  }
  return { kind: 'calls', calls };
};

const sayMood = (mood: Mood, actions: Actions): string => (mood === 'plain' && actions.kind === 'unsure' ? PARTLY : SAY[mood]);

const isComplete = (actions: Actions): boolean => actions.kind === 'many' || (actions.kind === 'one' && isFull(actions.found));

const REFUSED: Record<NonNullable<Found['refused']>, Mood> = { condition: 'condition', question: 'question', retraction: 'negation' };

/** The same as an order, when it is short enough for a button. */
const withoutQuestionMark = (text: string): string[] => (text.endsWith('?') && text.length <= LONGEST_BUTTON ? [text.slice(0, -1)] : []);

const answerActions = (actions: Actions, ask: Ask, help: Help): Routed | null => {
  if (actions.kind === 'none') return null;
  if (actions.kind === 'many') return answerCalls(actions.found, help);
  if (actions.kind === 'unsure') return null;
  const { found } = actions;
  if (isFull(found)) return answerCalls([found], help);
  if (found.refused === undefined) return askAbout(found);
  const open = found.doubts.length + found.missing.length;
  const again = found.refused === 'question' && open === 0 ? withoutQuestionMark(ask.text.trim()) : [];
  return suggest(SAY[REFUSED[found.refused]], [...again, ...help.near(ask.text)]);
};

/** After `/task`: only its arguments are looked for, so nothing in them is taken for a question or a condition. */
const answerOnly = (line: Line, spoken: Spoken, { from, help }: { from: number; help: Help }): Routed => {
  const manner = { bare: true, nounOk: true, asked: false };
  const range = { from, to: line.tokens.length };
  const found = interpret(line, [spoken], { range, manner }) ?? leftover(line, spoken, from);
  return isFull(found) ? answerCalls([found], help) : askAbout({ ...found, refused: undefined });
};

/** Nothing fits: the words are kept for the one free argument, so that nobody has to type them twice. */
const leftover = (line: Line, spoken: Spoken, from: number): Found => {
  const free = spoken.fields.filter((field) => field.required && field.slot === 'words');
  const rest = line.text.slice(line.tokens[from]?.start ?? line.text.length).trim();
  const values = new Map<string, unknown>(rest !== '' && free.length === 1 && free[0] ? [[free[0].name, rest]] : []);
  const missing = spoken.fields.filter((field) => field.required && !values.has(field.name));
  const doubts =
    missing.length === 0
      ? spoken.fields.filter((field) => field.required).map((field) => ({ field, say: 'I could not tell the arguments apart.' }))
      : [];
  return { spoken, values, doubts, missing, refused: undefined, score: 0, begin: from, bodyFrom: -1 };
};

const WITHDRAWN = 'Nothing new is done. What waits can be rejected on its card; what is done can be taken back where its card says so.';

/** A correction is the whole call anew; whoever shows the card decides whether it takes the place of the one that waits. */
const answerCorrection = (corrected: Corrected, help: Help): Routed => {
  if (corrected === 'withdrawn') return suggest(WITHDRAWN, help.near('approvals reject undo waiting'));
  if ('say' in corrected) return sayText(corrected.say, []);
  const { tool, input } = corrected;
  const parsed = tool.input.safeParse(input);
  if (parsed.success) return { kind: 'calls', calls: [{ tool: tool.name, input }] };
  const fields = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? '')))];
  const say = [...new Set(parsed.error.issues.map((issue) => issue.message))].join(' ');
  return { kind: 'missing', tool: tool.name, input, fields, say };
};

const slashed = (tool: Tool, word: string): boolean => word === `/${tool.slash.replace(/^\//, '').toLowerCase()}`;

/**
 * The built-in router: reads orders by the phrases that tools declare, with no model. It acts on what it read to the last word and asks or
 * suggests for anything else.
 */
export const createGrammar = (): Router => {
  const compile = createCompiler();
  const suggesting = createSuggest();

  const routeSlash = (line: Line, ask: Ask, help: Help): Routed => {
    const word = line.tokens[0]?.word ?? '';
    const tool = ask.tools.find((one) => slashed(one, word));
    if (tool) return answerOnly(line, compile(tool), { from: 1, help });
    const rest = line.text.slice(line.tokens[0]?.end ?? 0).trim();
    const read = readSlash(ask.commands, word.slice(1), rest);
    return read ? answerCommand(read) : suggest(`There is no command ${word.slice(0, 40)}. Did you mean:`, help.near(line.text));
  };

  const readOrder = (line: Line, ask: Ask, spoken: readonly Spoken[]): Actions => {
    const { from, asked, nounOk } = openingOf(line);
    const orders = new Set(ask.commands.filter(({ changes }) => changes).map(({ name }) => name));
    const said = { range: { from, to: line.tokens.length }, manner: { bare: false, nounOk, asked } };
    const actions = readActions({ line, spoken, orders }, said);
    const later = isComplete(actions) || actions.kind === 'many' ? null : readScheduled(line, spoken, said);
    return later ? { kind: 'one', found: later } : actions;
  };

  /** What is no order of its own: a correction of the last one, a command, or nothing that can be done. */
  const routeRest = (line: Line, ask: Ask, { actions, help }: { actions: Actions; help: Help }): Routed | null => {
    const corrected = readCorrection(line, ask, compile);
    if (corrected) return answerCorrection(corrected, help);
    const command = readCommand(line, ask.commands, { from: openingOf(line).from, to: line.tokens.length });
    return command ? answerCommand(command) : answerActions(actions, ask, help);
  };

  const routeWords = (line: Line, ask: Ask, help: Help): Routed => {
    const { from } = openingOf(line);
    const mood = moodOf(line, from);
    if (mood === 'thanks' || mood === 'greeting') return sayText(SAY[mood], help.some());
    const spoken = ask.tools.map(compile);
    const actions = readOrder(line, ask, spoken);
    const answer = isComplete(actions) ? answerActions(actions, ask, help) : routeRest(line, ask, { actions, help });
    if (answer) return answer;
    const respelt = mood === 'plain' ? correct(line, spoken, { from, to: line.tokens.length }) : [];
    return suggest(sayMood(mood, actions), [...respelt, ...help.near(ask.text)]);
  };

  return {
    name: 'grammar',
    async route(ask) {
      const line = lineOf(ask.text, ask);
      const help = suggesting(ask.tools, ask.commands);
      const first = line.tokens[0]?.word ?? '';
      if (ask.only) return answerOnly(line, compile(ask.only), { from: slashed(ask.only, first) ? 1 : 0, help });
      if (line.tokens.length === 0) return sayText('Say what should happen, for example:', help.some());
      return /^\/[a-z]/.test(first) ? routeSlash(line, ask, help) : routeWords(line, ask, help);
    },
  };
};
