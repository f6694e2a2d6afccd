import { daysInMonth, MONTHS, monthNamed } from './calendar.ts';
import { countOf, type Heard, type Meant, onDays } from './meant.ts';
import { cronDay } from './repeat-days.ts';
import { ordinal } from './written-dates.ts';

const NTHS: Record<string, string> = {
  first: '1',
  '1st': '1',
  second: '2',
  '2nd': '2',
  third: '3',
  '3rd': '3',
  fourth: '4',
  '4th': '4',
  fifth: '5',
  '5th': '5',
  last: 'L',
  final: 'L',
};
const nthOf = (word: string): string | undefined => (Object.hasOwn(NTHS, word) ? NTHS[word] : undefined);

/** The months that are said at the end: "of every month", "of January and July", "of every quarter". `from` is where the words for it begin. */
type Months = { field: string; quarter: boolean; said: string };

const stepped = (every: number): string => Array.from({ length: 12 / every }, (_, at) => 1 + at * every).join(',');

const PERIODS: [RegExp, (found: RegExpExecArray) => { field: string; quarter: boolean } | null][] = [
  [/^(?:every month|monthly|months?|a month|any month)$/, () => ({ field: '*', quarter: false })],
  [/^(?:every quarter|quarterly|quarter|a quarter)$/, () => ({ field: stepped(3), quarter: true })],
  [
    /^every (other|\w+) months?$/,
    ([, amount = '']) => {
      const every = amount === 'other' || amount === 'second' ? 2 : countOf(amount);
      return every > 0 && every <= 12 && 12 % every === 0 ? { field: every === 1 ? '*' : stepped(every), quarter: every === 3 } : null;
    },
  ],
  [/^(?:every year|yearly|annually|every january)$/, () => ({ field: '1', quarter: false })],
];

const monthsNamed = (words: readonly string[]): string | null => {
  const months = words.filter((word) => word !== 'and').map(monthNamed);
  return months.length > 0 && months.every((month) => month > 0) ? [...new Set(months)].sort((a, b) => a - b).join(',') : null;
};

const periodOf = (said: string): Months | null => {
  for (const [form, read] of PERIODS) {
    const found = form.exec(said);
    const months = found && read(found);
    if (months) return { ...months, said };
  }
  const every = /^every (.+)$/.exec(said)?.[1] ?? /^(.+) every year$/.exec(said)?.[1];
  const field = every === undefined ? null : monthsNamed(every.split(' '));
  return field === null ? null : { field, quarter: false, said };
};

/** A quarter ends in its third month. */
const lastMonths = (months: Months): string => (months.quarter ? '3,6,9,12' : months.field);

const nthDays = (words: readonly string[]): { nths: string[]; day: string } | null => {
  const day = words.at(-1) ?? '';
  const said = words.slice(0, -1).filter((word) => word !== 'and' && word !== 'every');
  const nths = said.map(nthOf);
  const known = nths.filter((nth) => nth !== undefined);
  return known.length > 0 && known.length === nths.length ? { nths: known, day } : null;
};

/** The first or last day, or weekday, of a month. */
const atEdge = (day: string, nth: string | undefined): string | null => {
  if (nth !== 'L' && nth !== '1') return null;
  if (day === 'day') return nth;
  return /^(?:weekday|workday)$/.test(day) ? (nth === 'L' ? 'LW' : '1W') : null;
};

const byNth = (heard: Heard, words: readonly string[], months: Months): Meant | null => {
  const said = nthDays(words);
  if (!said) return null;
  const ends = said.nths.includes('L');
  if (months.quarter && !ends && said.nths.some((nth) => nth !== '1')) return null;
  const field = ends ? lastMonths(months) : months.field;
  const edge = said.nths.length === 1 ? atEdge(said.day, said.nths[0]) : null;
  if (edge !== null) return onDays(heard.timing, `${edge} ${field} *`);
  const day = cronDay(said.day);
  return day < 0 ? null : onDays(heard.timing, `* ${field} ${said.nths.map((nth) => `${day}#${nth}`).join(',')}`);
};

const impossible = (date: number, field: string): string | null => {
  const months = field === '*' ? [] : field.split(',').map(Number);
  const wrong = months.find((month) => date > daysInMonth(2028, month));
  if (date > 31 || date < 1) return `There is no ${date}th day of a month.`;
  return wrong === undefined
    ? null
    : `There is no ${date} ${MONTHS[wrong - 1] ?? ''}: that month has at most ${daysInMonth(2028, wrong)} days.`;
};

const byDate = (heard: Heard, words: readonly string[], months: Months): Meant | null => {
  const said = words.filter((word) => word !== 'and' && word !== 'day' && word !== 'every');
  const dates = said.map((word) =>
    /^\d{1,2}(?:st|nd|rd|th)$/.test(word) || words.includes('day') ? ordinal(word) : word === 'first' ? 1 : 0,
  );
  if (dates.length === 0 || dates.some((date) => date === 0)) return null;
  const wrong = dates.map((date) => impossible(date, months.field)).find((why) => why !== null);
  if (wrong) return { message: wrong };
  return onDays(heard.timing, `${[...new Set(dates)].sort((a, b) => a - b).join(',')} ${months.field} *`);
};

const inMonth = (heard: Heard, words: readonly string[], months: Months): Meant | null => {
  if (words.length === 0) return onDays(heard.timing, `1 ${months.field} *`);
  if (/^(?:end|month end)$/.test(words.join(' ')) && months.said !== 'month') return onDays(heard.timing, `L ${lastMonths(months)} *`);
  if (/^(?:start|beginning)$/.test(words.join(' '))) return onDays(heard.timing, `1 ${months.field} *`);
  return byNth(heard, words, months) ?? byDate(heard, words, months);
};

/** "3 December" and "December 3rd" of a year that comes again. */
const yearly = (heard: Heard, said: string): Meant | null => {
  const words = said.split(' ').filter((word) => word !== 'of');
  const [first = '', second = ''] = words;
  const dayFirst = monthNamed(second) > 0;
  const month = monthNamed(dayFirst ? second : first);
  const date = ordinal(dayFirst ? first : second);
  if (words.length !== 2 || month === 0 || date === 0) return null;
  const wrong = impossible(date, String(month));
  return wrong ? { message: wrong } : onDays(heard.timing, `${date} ${month} *`);
};

const YEARLY = [/^(?:every year|yearly|annually) on (.+)$/, /^every (.+)$/, /^(.+) (?:every year|yearly|annually)$/];

const unjoined = (words: readonly string[]): string[] =>
  words.filter((word, at) => !(/^(?:of|in|on)$/.test(word) && (at === 0 || at === words.length - 1)));

/** Without "of the month": "every first Monday" and "every 15th" can mean nothing else. */
const bareDays = (heard: Heard, rest: string): Meant | null => {
  const every: Months = { field: '*', quarter: false, said: '' };
  const words = rest.split(' ');
  if (words[0] !== 'every') return null;
  const said = words.slice(1);
  if (/^(?:first|last|1st)$/.test(said[0] ?? '') && said.length > 1) return byNth(heard, said, every);
  if (/^\d{1,2}(?:st|nd|rd|th)$/.test(said.at(-1) ?? '')) return byDate(heard, said, every);
  if (nthOf(said[0] ?? '') && cronDay(said[1] ?? '') >= 0 && said.length === 2 && said[0] !== 'second' && said[0] !== '2nd')
    return {
      message: `“${rest}” may be that one of every month, or every so many weeks. Say “${said.join(' ')} of every month” or “every 3 weeks on …”.`,
    };
  return null;
};

/** The period stands at the end ("the 1st of every month") or in front ("monthly on the 1st"). */
const withPeriod = (heard: Heard, words: readonly string[], at: number): Meant | null => {
  const [front, back] = [words.slice(0, at), words.slice(at)];
  const behind = periodOf(back.join(' '));
  const days = unjoined(front);
  const meant = behind && (at === 0 || days.length > 0) ? inMonth(heard, days, behind) : null;
  if (meant || at === 0) return meant;
  const before = periodOf(front.join(' '));
  return before && inMonth(heard, unjoined(back), before);
};

/** Everything that repeats by months, quarters and years. */
export const readRepeatedDates = (heard: Heard): Meant | null => {
  const rest = heard.rest.replace(/\b(?:working|work|business) day\b/g, 'weekday').replace(/\bon every month\b/, 'every month');
  for (const form of YEARLY) {
    const meant = yearly(heard, form.exec(rest)?.[1] ?? '');
    if (meant) return meant;
  }
  const words = rest.split(' ');
  for (let at = 0; at < words.length; at++) {
    const meant = withPeriod(heard, words, at);
    if (meant) return meant;
  }
  return bareDays(heard, rest);
};
