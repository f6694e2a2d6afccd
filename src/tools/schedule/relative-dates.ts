import { addMonths, type Day, dayOf, daysInMonth, MONTHS, monthNamed, partsOf, weekdayNamed, weekdayOf } from './calendar.ts';
import { type DayRead, exactly, type Said, unclear } from './day-read.ts';

const FRIDAY = 4;
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const count = (word: string): number => {
  if (word === 'a' || word === 'an') return 1;
  return /^\d{1,3}$/.test(word) ? Number(word) : NUMBERS.indexOf(word);
};

const monday = (day: Day): Day => day - weekdayOf(day);
const lastOfMonth = (day: Day): Day => {
  const { year, month, date } = partsOf(day);
  return day - date + daysInMonth(year, month);
};
const lastOfQuarter = (day: Day): Day => lastOfMonth(addMonths(day, 2 - ((partsOf(day).month - 1) % 3)));
const lastOfYear = (day: Day): Day => dayOf(partsOf(day).year, 12, 31) ?? day;

/** The week ends on its Friday; on a Saturday or Sunday, on the coming one. */
const endOfWeek = (day: Day): Day => monday(day) + FRIDAY + (weekdayOf(day) > FRIDAY ? 7 : 0);

const ENDS: Record<string, (day: Day) => Day> = { week: endOfWeek, month: lastOfMonth, quarter: lastOfQuarter, year: lastOfYear };
const NEXTS: Record<string, (day: Day) => Day> = {
  week: (day) => monday(day) + 7,
  month: (day) => addMonths(day, 1),
  quarter: (day) => addMonths(day, 3),
  year: (day) => addMonths(day, 12),
};
const SHORT_ENDS: Record<string, string> = { eow: 'week', eom: 'month', eoq: 'quarter', eoy: 'year' };

/** Words for a day without arithmetic; the part of the day may follow, as it does not change the day. */
const named = (phrase: string, today: Day): Day | null => {
  if (/^this (morning|afternoon|evening)$/.test(phrase)) return today;
  switch (phrase.replace(/ (morning|afternoon|evening|night)$/, '')) {
    case 'today':
    case 'tonight':
    case 'later today':
    case 'eod':
    case 'eod today':
    case 'cob':
    case 'cob today':
      return today;
    case 'tomorrow':
    case 'tmrw':
    case 'tmr':
      return today + 1;
    case 'day after tomorrow':
      return today + 2;
    case 'yesterday':
      return today - 1;
    case 'day before yesterday':
      return today - 2;
    default:
      return null;
  }
};

/**
 * "Friday" is the next Friday after today: on a Friday, today is called "today". "next Friday" is the one of next week, Monday to Sunday.
 * "this Friday" on a Friday, and a Friday of this week that is over, are questions.
 */
const weekday = (said: Said): DayRead | null => {
  const [first = '', second = '', third = ''] = said.words;
  if (second === 'next' && third === 'week') return ofNextWeek(said, weekdayNamed(first));
  const alone = said.words.length === 1;
  const target = weekdayNamed(alone ? first : second);
  if (target < 0 || said.words.length > 2) return null;
  if (alone || first === 'coming' || first === 'the') return exactly(nextOf(said.today, target));
  if (first === 'next') return ofNextWeek(said, target);
  if (first === 'this') return ofThisWeek(said, target);
  return first === 'last' ? unclear(said, 'is over') : null;
};

const nextOf = (today: Day, target: number): Day => today + ((target - weekdayOf(today) + 6) % 7) + 1;
const ofNextWeek = (said: Said, target: number): DayRead | null => (target < 0 ? null : exactly(monday(said.today) + 7 + target));
const ofThisWeek = (said: Said, target: number): DayRead => {
  const day = monday(said.today) + target;
  return day > said.today ? exactly(day) : unclear(said, 'may be a day of this week or of the next');
};

/** "the end of the week", "EOM", "end of next month", "end of December". */
const ending = (said: Said): DayRead | null => {
  const words = said.words.filter((word) => word !== 'the');
  const short = words.length === 1 ? SHORT_ENDS[words[0] ?? ''] : undefined;
  if (short) return endOf(said, short, []);
  if (words[0] !== 'end' || words[1] !== 'of') return null;
  const [unit = '', ...more] = words.slice(words[2] === 'this' ? 3 : 2);
  return endOf(said, unit, more) ?? endOfMonth(said, unit, more);
};

/** `unit` is "week", or "next" with "week" behind it. */
const endOf = (said: Said, unit: string, more: readonly string[]): DayRead | null => {
  const next = unit === 'next' && more.length === 1;
  const name = next ? (more[0] ?? '') : unit;
  const [end, shifted] = [ENDS[name], NEXTS[name]];
  if (!end || !shifted || (!next && more.length > 0)) return null;
  return exactly(end(next ? shifted(said.today) : said.today));
};

const endOfMonth = (said: Said, unit: string, more: readonly string[]): DayRead | null => {
  if ((unit === 'day' || unit === 'today') && more.length === 0) return exactly(said.today);
  const month = monthNamed(unit);
  if (month === 0 || more.length > 1 || !/^(\d{4})?$/.test(more[0] ?? '')) return null;
  const now = partsOf(said.today);
  const year = more[0] === undefined ? now.year + (month < now.month ? 1 : 0) : Number(more[0]);
  const day = dayOf(year, month, daysInMonth(year, month));
  return day === null ? null : exactly(day);
};

/** "3 days" of "in 3 days", "within 3 days", "3 days from now" and "in three days' time". */
const amountOf = (words: readonly string[]): readonly string[] | null => {
  const tail = words.slice(-2).join(' ');
  if (tail === 'from now' || tail === 'from today') return words.slice(0, -2);
  if (words[0] !== 'in' && words[0] !== 'within') return null;
  return words.at(-1) === 'time' ? words.slice(1, -1).map((word) => word.replace(/'s?$/, '')) : words.slice(1);
};

/** "in 3 days", "within a week", "two weeks from now". */
const counted = (said: Said): DayRead | null => {
  const words = amountOf(said.words);
  const [amount = '', unit = '', more] = words ?? [];
  if (!words || words.length < 2 || words.length > 3) return null;
  if (more !== undefined) return /^(working|business|week)$/.test(unit) ? unclear(said, 'depends on which days are worked') : null;
  return shift(said, amount, unit);
};

const shift = (said: Said, amount: string, unit: string): DayRead | null => {
  const times = count(amount);
  if (times < 0) return null;
  if (/^days?$/.test(unit)) return exactly(said.today + times);
  if (/^weeks?$/.test(unit)) return exactly(said.today + 7 * times);
  if (/^fortnights?$/.test(unit)) return exactly(said.today + 14 * times);
  if (/^months?$/.test(unit)) return exactly(addMonths(said.today, times));
  if (/^years?$/.test(unit)) return exactly(addMonths(said.today, 12 * times));
  return /^(minutes?|hours?|min|hrs?)$/.test(unit) ? unclear(said, 'names a time; only a day can be set') : null;
};

const VAGUE =
  /^(?:(?:early |late |mid |sometime )?(?:this|next|last|the) (?:week|weekend|month|quarter|year)|(?:the |this |next )?weekend|soon|asap|as soon as possible|later|q[1-4]|whenever|sometime|some ?day)$/;

const vague = (said: Said): DayRead | null => {
  const phrase = said.words.join(' ');
  const first = said.words[0] ?? '';
  if (/^(every|each|daily|weekly|monthly|weekdays)$/.test(first)) return unclear(said, 'repeats, and this takes one day');
  const month = monthNamed(said.words.at(-1) ?? '');
  if (said.words.length <= 2 && month > 0 && /^(in|early|late|mid|next|this)?$/.test(said.words.length === 2 ? first : '')) {
    return unclear(said, `is a whole month, ${MONTHS[month - 1] ?? ''}`);
  }
  return VAGUE.test(phrase) ? unclear(said, 'is not one day') : null;
};

const NTHS: Record<string, number> = { first: 1, '1st': 1, second: 2, '2nd': 2, third: 3, '3rd': 3, fourth: 4, '4th': 4, last: -1 };

/** The day of a month that is its n-th Monday, -1 being the last; null when it has none. */
const nthOf = (first: Day, nth: number, weekday: number): Day | null => {
  const end = lastOfMonth(first);
  if (nth < 0) return end - ((weekdayOf(end) - weekday + 7) % 7);
  const day = first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1);
  return day > end ? null : day;
};

/** The first day of "next month", "this month", "December" or "December 2027". */
const monthSaid = (words: readonly string[], today: Day): Day | null => {
  const { year, month } = partsOf(today);
  const phrase = words.join(' ');
  const here = dayOf(year, month, 1);
  if (phrase === 'month' || phrase === 'this month') return here;
  if (phrase === 'next month') return here === null ? null : addMonths(here, 1);
  const named = monthNamed(words[0] ?? '');
  if (named === 0 || words.length > 2 || !/^(\d{4})?$/.test(words[1] ?? '')) return null;
  return dayOf(words[1] === undefined ? year + (named < month ? 1 : 0) : Number(words[1]), named, 1);
};

/** "the first Monday of next month", "last Friday of December", "the last day of the month". */
const nthWeekday = (said: Said): DayRead | null => {
  const words = said.words.filter((word) => word !== 'the');
  const [nthWord = '', name = '', joint = '', ...rest] = words;
  const nth = Object.hasOwn(NTHS, nthWord) ? NTHS[nthWord] : undefined;
  const first = joint === 'of' || joint === 'in' ? monthSaid(rest, said.today) : null;
  if (nth === undefined || first === null) return null;
  if (name === 'day' && nth === -1) return exactly(lastOfMonth(first));
  const target = weekdayNamed(name);
  const day = target < 0 ? null : nthOf(first, nth, target);
  if (day === null) return null;
  return day < said.today ? unclear(said, 'is over') : exactly(day);
};

/** "EOD Friday", "end of day tomorrow", "Friday EOD": the end of a day is that day. */
const withoutEnd = (said: Said): Said => {
  const text = said.words
    .join(' ')
    .replace(/^(?:the )?(?:eod|cob|end of (?:the )?day|close of business)(?: on)? (?=\S)/, '')
    .replace(/(?<=\S) (?:eod|cob|end of day)$/, '');
  return { ...said, words: text.split(' ') };
};

/** Everything that is counted from today. Null when it is none of these. */
export const readRelative = (whole: Said): DayRead | null => {
  const said = withoutEnd(whole);
  const phrase = said.words.join(' ').replace(/^the /, '');
  const day = named(phrase, said.today);
  if (day !== null) return day < said.today ? unclear(said, 'is over') : exactly(day);
  return nthWeekday(said) ?? ending(said) ?? counted(said) ?? weekday(said) ?? vague(said);
};
