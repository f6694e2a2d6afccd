import { BE, CONDITIONS, LINE_CONNECTORS, PRONOUNS, WHETHER_VERBS } from './lexicon.ts';
import { isMark, type Line, type Range, shortened, wordAt, wordsOf, written } from './line.ts';
import type { Refusal } from './match-state.ts';
import { readDate, readDateRange } from './slots.ts';

/** What stood before a line. `exact`: a colon, quotes or a slash command made plain where it begins, so nothing in it is doubted. */
export type Before = { joint: string | null; exact: boolean; nounFirst: boolean; asked: boolean };

/** Clauses inside a line are looked for no further: no title is that long, and a text of nothing but "due" would take seconds. */
export const LONGEST_LINE = 400;

const DEFINITE = new Set(['the', 'my', 'our']);
const GROUPS = new Set(
  'team group crew staff everyone everybody someone somebody people guys devs developers designers marketing sales support engineering ops agent agents'.split(
    ' ',
  ),
);
const NO_START = new Set('in on at with from of that which and or but is was by as list lists queue force regarding concerning'.split(' '));
const RETRACTIONS =
  /(?:^|[\s,.;(—-])(?:never ?mind|scratch that|just kidding|forget (?:it|that)|actually,? no|but not (?:yet|now|today)|or (?:maybe )?not|not really|changed my mind|wait,? no)[\s.!?)]*$/i;
export const ABBREVIATION = /(?:(?:^|\s)(?:inc|ltd|co|corp|etc|jr|sr|st|vs|approx|no|dept|dr|mr|mrs|ms)|(?:^|[\s.])\p{L}\.\p{L})\.$/iu;

export const retracts = (text: string): boolean => RETRACTIONS.test(text.slice(-60));

const WAITING = new Set(['once', 'when', 'whenever', 'provided', 'providing', 'assuming']);
/** "once more" and "once a week" count; "once Ana agrees" waits. */
const COUNTING = new Set(['more', 'again', 'a', 'per', 'and', 'every', 'upon', '']);

const isCondition = (line: Line, at: number): boolean => {
  const [before, word, next] = [wordAt(line, at - 1), wordAt(line, at), wordAt(line, at + 1)];
  if (word === 'unless') return true;
  if (word === 'if' || word === 'when') return !WHETHER_VERBS.has(before);
  if (word === 'soon' && before === 'as' && next === 'as') return true;
  return word === 'once' ? !COUNTING.has(next) : WAITING.has(word);
};

/** "only if …", "unless …", "once Ana agrees" make an order conditional; "check if …" does not. */
const hasCondition = (line: Line, { from, to }: Range): boolean => {
  for (let at = from + 1; at < to; at++) if (isCondition(line, at)) return true;
  return wordAt(line, from) === 'unless' || wordAt(line, from) === 'if';
};

/** "… every Monday": one task is not a series. */
const repeats = (line: Line, { from, to }: Range): boolean => {
  const before = wordAt(line, to - 2);
  return (
    to - from > 2 &&
    (before === 'every' || before === 'each') &&
    /^(?:.*day|week|month|quarter|year|morning|evening|night|hour)s?$/.test(wordAt(line, to - 1))
  );
};

/** "… the page. It should be done soon": more than one sentence, and only one of them can be a title. */
const isSeveralSentences = (line: Line, { from, to }: Range): boolean => {
  for (let at = from + 1; at < to - 1; at++) {
    const next = line.tokens[at + 1];
    if (isMark(line, at, '?') && next?.kind === 'word') return true;
    if (!isMark(line, at, '.!') || next?.kind !== 'word' || !/^\p{Lu}/u.test(line.text.slice(next.start, next.start + 2))) continue;
    const upTo = line.text.slice(Math.max(0, next.start - 14), next.start).trimEnd();
    if (!ABBREVIATION.test(upTo)) return true;
  }
  return false;
};

const onlyPointsAt = (line: Line, range: Range): boolean => {
  const words = wordsOf(line, range);
  return words !== null && words.length > 0 && words.every((word) => PRONOUNS.has(word) || LINE_CONNECTORS.has(word));
};

/** "for Maya to call the bank", "for the agent researcher to …", "for me": it is not clear whether that is the title or who it is for. */
const namesSomebody = (line: Line, range: Range, before: Before): boolean => {
  const first = line.tokens[range.from];
  if (before.joint !== 'for' || first?.kind !== 'word') return false;
  const noun = range.from + (DEFINITE.has(first.word) ? 1 : 0);
  const acts = [1, 2].some((on) => wordAt(line, noun + on) === 'to');
  if (GROUPS.has(wordAt(line, noun)) && acts) return true;
  const said = line.text.slice(first.start, first.end);
  const person = /^(@|<@)/.test(said) || PRONOUNS.has(first.word) || /^\p{Lu}\p{Ll}+$/u.test(said);
  return person && (range.to - range.from === 1 || wordAt(line, range.from + 1) === 'to');
};

type Doubtful = { unclear?: string; refused?: Refusal };

/** Why a line that nothing marks as one cannot be acted on. */
const refusalOf = (line: Line, range: Range, before: Before): Refusal | undefined => {
  if (CONDITIONS.has(wordAt(line, range.from)) || hasCondition(line, range)) return 'condition';
  if (retracts(written(line, range))) return 'retraction';
  return before.nounFirst && (wordsOf(line, range) ?? []).some((word) => BE.has(word)) ? 'question' : undefined;
};

const SIGNALS = new Set(
  'priority prio urgent urgently urgency critical important asap deadline due assignee assigned assign owner'.split(' '),
);
/** ", it is really urgent": a clause about the order that was not understood would be lost in the title. */
const holdsSignal = (line: Line, { from, to }: Range): boolean => {
  let apart = false;
  for (let at = from; at < to; at++) {
    if (isMark(line, at, ',;([') || wordAt(line, at) === 'with') apart = true;
    else if (apart && SIGNALS.has(wordAt(line, at))) return true;
  }
  return false;
};

const HANDLING = new Set(
  'email e-mail mail post share forward copy assign set mark give make schedule tag label prioritise prioritize flag notify tell remind send show'.split(
    ' ',
  ),
);
/** "… and another one for the pricing page": a second order, which this reading would lose. */
const ordersMore = (line: Line, { from, to }: Range): boolean => {
  for (let at = from; at < to - 2; at++) {
    if (!/^(?:and|plus|then)$/.test(wordAt(line, at))) continue;
    const next = wordAt(line, at + 1) === 'also' ? at + 2 : at + 1;
    const another = /^(?:one|another|two|more)$/.test(wordAt(line, next));
    if (another && [1, 2].some((on) => /^(?:for|to|about)$/.test(wordAt(line, next + on)))) return true;
  }
  return false;
};

/** "… and assign it to Tom" is about the task, not a part of it. */
const handlesIt = (line: Line, { from, to }: Range): boolean => {
  for (let at = from; at < to - 2; at++) {
    const joined = wordAt(line, at) === 'and' || wordAt(line, at) === 'then';
    if (joined && HANDLING.has(wordAt(line, at + 1)) && PRONOUNS.has(wordAt(line, at + 2))) return true;
  }
  return false;
};

const SWEEPING = new Set('approve reject delete remove cancel kill stop execute run do undo ignore'.split(' '));
const EVERYTHING = new Set('it them that this everything all everyone anything rest others'.split(' '));
/** "… and approve it", "… and do the rest": an order of its own, whatever comes before it. */
export const ordersAll = (line: Line, { from, to }: Range): boolean => {
  for (let at = from; at < Math.min(to, from + LONGEST_LINE) - 2; at++) {
    if (!/^(?:and|then)$/.test(wordAt(line, at)) || !SWEEPING.has(wordAt(line, at + 1))) continue;
    if ([2, 3].some((on) => at + on < to && EVERYTHING.has(wordAt(line, at + on)))) return true;
  }
  return false;
};

/** "a task for the audit and then dance": behind a thing, "then" begins something else. */
const goesOn = (line: Line, { from, to }: Range, before: Before): boolean => {
  if (before.joint !== 'for') return false;
  for (let at = from + 1; at < to - 1; at++) if (wordAt(line, at) === 'then' && wordAt(line, at - 1) === 'and') return true;
  return false;
};

type Check = { holds(line: Line, range: Range, before: Before): boolean; say(said: string): string };

/** In this order: the first that holds is asked about. */
const CHECKS: readonly Check[] = [
  {
    holds: repeats,
    say: (said) => `“${said}” repeats, and this would happen once. Put the words in quotes if they are meant as they are.`,
  },
  { holds: isSeveralSentences, say: () => 'I am not sure which sentence is meant. Put it in quotes.' },
  { holds: onlyPointsAt, say: (said) => `I do not know what “${said}” stands for. Please write it out.` },
  { holds: namesSomebody, say: (said) => `I am not sure whether “${said}” says what it is or who it is for. Put what it is in quotes.` },
  {
    holds: (line, range, before) =>
      [holdsSignal, handlesIt, ordersMore, ordersAll].some((check) => check(line, range)) || goesOn(line, range, before),
    say: (said) => `I am not sure where “${said}” ends. Put it in quotes.`,
  },
  {
    holds: (line, range, before) => before.joint === null && (NO_START.has(wordAt(line, range.from)) || readDate(line, range) !== null),
    say: (said) => `I am not sure what belongs to “${said}”. Put it in quotes.`,
  },
  {
    holds: (line, range) => isMark(line, readDate(line, range)?.next ?? -1, ':'),
    say: (said) => `I am not sure whether “${said}” begins with a day or is called so. Put what it is in quotes.`,
  },
  { holds: (line, range) => readDateRange(line, range) !== null, say: (said) => `“${said}” is a day. What is it about?` },
];

/** Why a line that nothing marks as one is better asked about than acted on. */
export const doubtLine = (line: Line, range: Range, before: Before): Doubtful => {
  if (range.to - range.from > LONGEST_LINE) return { unclear: 'That is too long for one line. Put it in quotes, or say it shorter.' };
  const refused = refusalOf(line, range, before);
  if (refused) return { refused };
  const check = CHECKS.find(({ holds }) => holds(line, range, before));
  return check ? { unclear: check.say(shortened(written(line, range))) } : {};
};
