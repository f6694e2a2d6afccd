import { readTiming } from '../../tools/schedule/timing.ts';
import type { Tool } from '../../tools/tool.ts';
import type { Ask, Turn } from '../router.ts';
import { type ClauseRead, readClause } from './clauses.ts';
import type { Field } from './fields.ts';
import { LINE_CONNECTORS } from './lexicon.ts';
import { isMark, type Line, wordAt, written } from './line.ts';
import type { Spoken } from './phrases.ts';
import { scan } from './scan.ts';
import { isLike, readClosed } from './slots.ts';

/** What a correction makes of the last call: the whole new input, or what has to be asked. */
export type Corrected = { tool: Tool; input: Record<string, unknown> } | { say: string } | 'withdrawn';

type Call = { tool: string; input: Record<string, unknown> };

const lastCalls = (history: readonly Turn[] | undefined): readonly Call[] =>
  [...(history ?? [])].reverse().find(({ calls }) => calls && calls.length > 0)?.calls ?? [];

const OPENING = /^(?:(?:no|nope|nah|sorry|oops|wait|hmm|and|but|please|actually|rather|instead|or rather|well|ok|okay)\b[\s,.:;!—-]*)+/i;
/** Of the openings these say that something was not right; "please" and "ok" do not. */
const REFUSING = /^(?:(?:ok|okay|well|hmm)[\s,]+)?(?:no|nope|nah|sorry|oops|wait|actually|rather|instead|or rather)\b/i;
const CUE =
  /^(?:(?:i (?:meant|mean)|make (?:it|that)|change (?:it|that) to|set (?:it|that) to|move (?:it|that) to|it should be|should be|better|let's say|let us say|it is|it's|with)\b[\s,:]*)+/i;
const COPY = /^(?:(?:the )?same|also|too)\b[\s,:]*(?:again\s+)?/i;
const MORE = /^(?:and\s+)?(?:another|one)(?:\s+(?:one|more))?(?=\s+(?:for|to|about)\b)/i;
const ENDING = /[\s,]*\b(?:instead|please|pls|too|as well|thanks|rather)[\s.!]*$|[\s.!]+$/i;
const WITHDRAWN =
  /^(?:no|nope|cancel|stop|cancel (?:it|that|this)|never ?mind|forget (?:it|that)|scratch that|undo (?:it|that)|take (?:it|that) back|don't|please don't|not that)[\s.!]*$/i;

type Kind = 'correct' | 'copy' | 'more';

/** `cued`: it says of itself that it is about what was said before. */
type Heard = { kind: Kind; cued: boolean; rest: string };

const stripped = (text: string): string => {
  let said = text.trim();
  for (let before = ''; before !== said; ) {
    before = said;
    said = said.replace(ENDING, '');
  }
  return said;
};

const hear = (text: string): Heard => {
  const said = stripped(text);
  const opened = said.replace(OPENING, '');
  if (MORE.test(opened)) return { kind: 'more', cued: true, rest: opened.replace(MORE, '').trim() };
  const copied = COPY.test(opened) ? opened.replace(COPY, '') : /\b(?:too|as well)[\s.!]*$/i.test(text) && opened !== said ? opened : null;
  if (copied !== null) return { kind: 'copy', cued: true, rest: copied.trim() };
  const rest = opened.replace(CUE, '');
  const cued = rest.length < opened.length || REFUSING.test(said);
  return { kind: 'correct', cued, rest: rest.trim() };
};

const lineOf = (text: string, line: Line): Line => ({ ...line, text, tokens: scan(text), memo: new Map(), times: new Map() });

const isTimed = ({ slot }: Field): boolean => slot === 'recurrence' || slot === 'moment';

/** "no, at 9" keeps the day of a moment and the days of a cron line. */
const atAnotherTime = (text: string, before: unknown): string | null => {
  const timing = readTiming(text);
  const [time, ...others] = timing.times;
  if (typeof before !== 'string' || timing.rest !== '' || timing.window || time === undefined || others.length > 0) return null;
  const clock = `${String(Math.floor(time / 60)).padStart(2, '0')}:${String(time % 60).padStart(2, '0')}`;
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(before)) return `${before.slice(0, 11)}${clock}`;
  const [, days] = /^\d+ \d+ (\S+ \S+ \S+)$/.exec(before) ?? [];
  return days === undefined ? null : `${time % 60} ${Math.floor(time / 60)} ${days}`;
};

type Change = { values: Record<string, unknown>; unclear?: string };

/** Anything may be a name or a text; what has no looks of its own is not taken for one. */
const isOpen = (line: Line, from: number, field: Field): boolean =>
  field.slot === 'words' || field.slot === 'name' || field.slot === 'number' || (field.slot === 'channel' && !isLike(line, from, field));

/** The whole of what was said as one argument. */
const asArgument = (line: Line, field: Field, before: unknown): Change | null => {
  const kept = isTimed(field) ? atAnotherTime(line.text, before) : null;
  if (kept !== null) return { values: { [field.name]: kept } };
  const from = /^(?:on|in|to|at|for|by|due)$/.test(wordAt(line, 0)) && !isTimed(field) ? 1 : 0;
  const number = field.slot === 'priority' && /^\d+$/.test(wordAt(line, from));
  const read = number || isOpen(line, from, field) ? null : readClosed(line, { from, to: line.tokens.length }, field);
  if (!read || read.next < line.tokens.length) return null;
  if (read.unclear !== undefined) return { values: {}, unclear: read.unclear };
  return { values: { [field.name]: read.value, ...read.also } };
};

const asArguments = (line: Line, spoken: Spoken, input: Record<string, unknown>): Change[] =>
  spoken.fields.flatMap((field) => asArgument(line, field, input[field.name]) ?? []);

const behindMarks = (line: Line, from: number): number => {
  let at = from;
  while (isMark(line, at, ',;.') || wordAt(line, at) === 'and') at++;
  return at;
};

/** "due Thursday, high priority": one clause after the other, to the end. */
const asClauses = (line: Line, spoken: Spoken): Change | null => {
  const to = line.tokens.length;
  const reads: ClauseRead[] = [];
  for (let at = 0; at < to; at = behindMarks(line, reads.at(-1)?.next ?? to)) {
    const read = readClause(line, spoken, { range: { from: at, to }, where: { bare: true, apart: true } });
    if (!read || read.next <= at) return null;
    reads.push(read);
  }
  const unclear = reads.find((read) => read.unclear !== undefined)?.unclear;
  const values = Object.fromEntries(reads.filter(({ value }) => value !== undefined).map(({ field, value }) => [field.name, value]));
  return reads.length === 0 ? null : { values, ...(unclear === undefined ? {} : { unclear }) };
};

const titleOf = (spoken: Spoken): Field | undefined => {
  const free = spoken.fields.filter((field) => field.required && field.slot === 'words' && !field.text);
  return free.length === 1 ? free[0] : undefined;
};

/** Where a new title begins: behind "for" and the like, or behind "call it"; -1 when there is none. */
const beginOfTitle = (line: Line): number => {
  const named = /^(?:call|name|rename)$/.test(wordAt(line, 0)) && /^(?:it|that)$/.test(wordAt(line, 1));
  if (named) return wordAt(line, 2) === 'to' ? 3 : 2;
  return LINE_CONNECTORS.has(wordAt(line, 0)) ? 1 : -1;
};

const LONGEST_TITLE = 20;

/** "for the printer", "call it “yearly audit”": the line that it is about. */
const asTitle = (line: Line, spoken: Spoken): Change | null => {
  const field = titleOf(spoken);
  const range = { from: beginOfTitle(line), to: line.tokens.length };
  const length = range.to - range.from;
  if (!field || range.from < 0 || length < 1 || length > LONGEST_TITLE) return null;
  const only = length === 1 ? line.tokens[range.from] : undefined;
  if (only?.kind === 'quote') return { values: { [field.name]: only.inner } };
  const value = written(line, range);
  const title = wordAt(line, 0) === 'for' && value.startsWith('the ') ? value.slice(4) : value;
  if (/ (?:or|and) /.test(title)) return { values: {}, unclear: `I am not sure what “${title}” is. Put it in quotes.` };
  return { values: { [field.name]: title } };
};

/** "assign it to Tom" and "change the priority to 3" in the words that clauses have. */
const inClauses = (text: string): string =>
  text
    .replace(/^assign (?:it|that|this) to /i, 'assigned to ')
    .replace(/^(?:change|set) (?:the |its )?([a-z ]{2,30}?) to /i, (_, label: string) => `${label}: `)
    .replace(/^(?:mark|flag) (?:it|that) (?:as )?/i, '');

const changesIn = (heard: Heard, line: Line, { spoken, input }: { spoken: Spoken; input: Record<string, unknown> }): Change[] => {
  const said = lineOf(inClauses(heard.rest), line);
  const clauses = heard.kind === 'more' ? null : asClauses(said, spoken);
  if (clauses) return [clauses];
  const title = asTitle(said, spoken);
  const closed = heard.kind === 'more' ? [] : asArguments(said, spoken, input);
  return [...closed, ...(title && closed.length === 0 ? [title] : [])];
};

const WHICH = 'I am not sure what to change. Say it again with the new words, or press Edit on the card.';

const decide = (heard: Heard, changes: readonly Change[], asks: boolean): Change | { say: string } | null => {
  const [only, ...others] = changes;
  if (!only) return heard.cued && !asks ? { say: WHICH } : null;
  if (others.length > 0) return { say: WHICH };
  if (only.unclear !== undefined) return { say: only.unclear };
  return Object.keys(only.values).length === 0 ? { say: WHICH } : only;
};

/** What a short line says about the action before it; null when it says nothing about it. */
export const readCorrection = (line: Line, ask: Ask, compile: (tool: Tool) => Spoken): Corrected | null => {
  const calls = lastCalls(ask.history);
  if (calls.length === 0 || line.tokens.length > 30 || line.text.length > 400) return null;
  if (WITHDRAWN.test(line.text.trim())) return 'withdrawn';
  const heard = hear(line.text);
  const [call, ...others] = calls;
  const tool = ask.tools.find(({ name }) => name === call?.tool);
  if (!call || !tool) return null;
  if (others.length > 0) return heard.cued ? { say: 'That was more than one action. Say the one you mean again, as it should be.' } : null;
  const change = decide(
    heard,
    changesIn(heard, line, { spoken: compile(tool), input: call.input }),
    isMark(line, line.tokens.length - 1, '?'),
  );
  if (!change || 'say' in change) return change;
  const known = new Set(compile(tool).fields.map(({ name }) => name));
  const values = Object.fromEntries(Object.entries(change.values).filter(([name]) => known.has(name)));
  return { tool, input: { ...(heard.kind === 'more' ? {} : call.input), ...values } };
};
