import { monthNamed } from './calendar.ts';
import { type ClockRead, partAlone, readClock } from './clock.ts';

/** What was said of the time of day, and the words that are left. `window`: "from 9 to 17". */
export type Timing = { times: number[]; window: { from: number; to: number } | undefined; rest: string; unclear: string | undefined };

/** Lower case, no commas, one way to write am and pm. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/\ba\.m\.?/g, 'am')
    .replace(/\bp\.m\.?/g, 'pm')
    .replace(/(\d)\s+(am|pm)\b/g, '$1$2')
    .replace(/(?<=\d)\s*o'?clock\b/g, '')
    .replace(/(?<![-\d.:/])(\d{1,2}(?::\d{2})?(?:am|pm)?)\s*[-–]\s*(\d{1,2}(?::\d{2})?(?:am|pm)?)(?![-\d.:/])/g, '$1 to $2')
    .replace(/\bevery (\d{1,5})(mins?|hrs?|[hm])\b/g, 'every $1 $2')
    .replace(/@\s*(?=\d)/g, 'at ')
    .replace(/\bevery hour at :?(\d{1,2})(?: minutes?)?(?: past)?(?! ?[ap]m)\b/, '$1 past every hour')
    .replace(/[,;]/g, ' ')
    .replace(/[.!?]+$/, '')
    .replaceAll('&', ' and ');

const HALVES: Record<string, string> = {
  morning: 'am',
  mornings: 'am',
  afternoon: 'pm',
  afternoons: 'pm',
  evening: 'pm',
  evenings: 'pm',
  tonight: 'pm',
  night: 'pm',
  nights: 'pm',
};

/** "tomorrow afternoon at 3" is 3pm. */
const withHalves = (words: readonly string[]): string[] => {
  const part = words.find((word, at) => Object.hasOwn(HALVES, word) && words[at - 1] !== 'the' && words[at - 1] !== 'at');
  const half = part === undefined ? undefined : HALVES[part];
  if (!half) return [...words];
  return words.map((word, at) => {
    const hour = /^(\d{1,2})(?::\d{2})?$/.exec(word);
    const isTime = hour && (words[at - 1] === 'at' || word.includes(':'));
    return isTime && Number(hour[1]) <= 12 && Number(hour[1]) >= (part?.startsWith('night') ? 6 : 1) && !word.startsWith('0')
      ? `${word}${half}`
      : word;
  });
};

const TOLD = new Set(['at', 'by', 'around']);
const UNTIL = new Set(['to', 'until', 'till', 'and', '-', '–']);

/** "from 9 to 5": the end comes behind the beginning. */
const laterThan = (from: number, words: readonly string[], at: number): ClockRead | null => {
  const read = readClock(words, at, true);
  if (!read || 'minutes' in read) return read;
  const late = readClock([`${words[at] ?? ''}pm`], 0, true);
  return late && 'minutes' in late && late.minutes > from ? { minutes: late.minutes, next: at + 1 } : read;
};

const windowAt = (words: readonly string[], at: number): { from: number; to: number; next: number } | null => {
  if (words[at] !== 'from' && words[at] !== 'between') return null;
  const from = readClock(words, at + 1, true);
  if (!from || !('minutes' in from) || !UNTIL.has(words[from.next] ?? '')) return null;
  const to = laterThan(from.minutes, words, from.next + 1);
  return to && 'minutes' in to && to.minutes > from.minutes ? { from: from.minutes, to: to.minutes, next: to.next } : null;
};

/** "at 9 and 17": a number behind "and" is a time of the list, unless a month or a unit follows. */
const listedTime = (words: readonly string[], at: number): ClockRead | null => {
  const from = words[at] === 'and' ? at + 1 : at;
  const told = words[from] === 'at' ? from + 1 : from;
  const read = readClock(words, told, true);
  if (!read || !('minutes' in read)) return read;
  const following = words[read.next] ?? '';
  return /^\d{1,2}$/.test(words[told] ?? '') && (monthNamed(following) > 0 || /^(?:minute|hour|day|week|month|time)/.test(following))
    ? null
    : read;
};

type Taken = { minutes?: number[]; unclear?: string; window?: { from: number; to: number }; keep?: string[]; next: number };

/** The words that stay where a part of the day is taken out: "every morning" is every day, "tonight" is today. */
const keptFor = (word: string, behind: string): string[] => {
  if (word === 'tonight' || behind === 'this') return ['today'];
  if (behind === 'every' || behind === 'each') return ['day'];
  return word.endsWith('s') && behind === '' ? ['every', 'day'] : [];
};

/** A part of the day alone: "every morning", "tonight". */
const partAt = (words: readonly string[], at: number, known: boolean): Taken | null => {
  const word = words[at] ?? '';
  const part = partAlone(word);
  const behind = words[at - 1] ?? '';
  if (!part || behind === 'the') return null;
  const taken = { keep: keptFor(word, behind), next: at + 1 };
  if (known) return taken;
  return 'minutes' in part ? { ...taken, minutes: [part.minutes] } : { ...taken, unclear: part.unclear };
};

/** The times of a list, from its second on. */
const moreTimes = (words: readonly string[], from: number): Taken => {
  const minutes: number[] = [];
  let next = from;
  while (words[next] === 'and' || /^\d/.test(words[next] ?? '')) {
    const more = listedTime(words, next);
    if (!more) break;
    if ('unclear' in more) return { unclear: more.unclear, next: next + 2 };
    minutes.push(more.minutes);
    next = more.next;
  }
  return { minutes, next };
};

const timesAt = (words: readonly string[], at: number): Taken | null => {
  const told = TOLD.has(words[at] ?? '');
  const first = readClock(words, told ? at + 1 : at, told);
  if (!first) return null;
  if ('unclear' in first) return { unclear: first.unclear, next: at + (told ? 2 : 1) };
  const more = moreTimes(words, first.next);
  return { ...more, minutes: [first.minutes, ...(more.minutes ?? [])] };
};

const shortRest = (words: readonly string[]): string =>
  words
    .filter((word, at) => word !== 'the' && !(word === 'on' && at === words.length - 1))
    .join(' ')
    .replace(/\beach\b/g, 'every')
    .replace(/\bevery single\b/g, 'every')
    .replace(/\bonce (?:a|an|per|every)\b/g, 'every')
    .replace(/^(?:on|at) /, '')
    .trim();

const windowTaken = (words: readonly string[], at: number): Taken | null => {
  const window = windowAt(words, at);
  return window && { window: { from: window.from, to: window.to }, next: window.next };
};

/** Takes the times of day out of what was said. */
export const readTiming = (text: string): Timing => {
  const words = withHalves(plain(text).split(/\s+/).filter(Boolean));
  const named = words.some((word, at) => TOLD.has(word) || (readClock(words, at, false) !== null && !partAlone(word)));
  const taken: Taken[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; ) {
    const one = windowTaken(words, at) ?? timesAt(words, at) ?? partAt(words, at, named);
    const keep = one ? (one.keep ?? []) : [words[at] ?? ''];
    if (keep[0] === 'today' && rest.at(-1) === 'this') rest.pop();
    rest.push(...keep);
    if (one) taken.push(one);
    at = one?.next ?? at + 1;
  }
  return {
    times: taken.flatMap(({ minutes }) => minutes ?? []),
    window: taken.find(({ window }) => window)?.window,
    unclear: taken.find(({ unclear }) => unclear)?.unclear,
    rest: shortRest(rest),
  };
};
