import { addMonths, dayOf, daysInMonth, MONTHS, monthNamed, partsOf, sayDay, weekdayNamed, weekdayOf } from './calendar.ts';
import { type DayRead, exactly, type Said, unclear } from './day-read.ts';

type Reader = (said: Said) => DayRead | null;

const fullYear = (year: string): number => (year.length === 2 ? 2000 + Number(year) : Number(year));

/** A date without a year is the next such day, today included. */
const yearOf = (said: Said, month: number, date: number): number => {
  const now = partsOf(said.today);
  return month > now.month || (month === now.month && date >= now.date) ? now.year : now.year + 1;
};

const dated = (said: Said, at: { month: number; date: number; year: number | null }): DayRead => {
  const year = at.year ?? yearOf(said, at.month, at.date);
  const month = MONTHS[at.month - 1];
  const day = dayOf(year, at.month, at.date);
  if (day !== null) return exactly(day);
  if (month === undefined) return unclear(said, `does not exist: there is no month ${at.month}`);
  const length = daysInMonth(year, at.month);
  return unclear(said, `does not exist: ${month} ${at.date > 29 && at.month !== 2 ? '' : `${year} `}has ${length} days`);
};

const iso: Reader = (said) => {
  const found = said.words.length === 1 ? /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(said.words[0] ?? '') : null;
  return found ? dated(said, { year: Number(found[1]), month: Number(found[2]), date: Number(found[3]) }) : null;
};

/** 3/12 is the third of December to some and the twelfth of March to others; dots are only ever day first. */
const numeric: Reader = (said) => {
  const found = said.words.length === 1 ? /^(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?$/.exec(said.words[0] ?? '') : null;
  const [, first = '', divider = '', second = '', year] = found ?? [];
  // "3.5" and "3-4" are more often numbers than days; with a year behind them they are dates.
  if (!found || (divider !== '/' && year === undefined)) return null;
  const pair = { first: Number(first), second: Number(second), year: year === undefined ? null : fullYear(year) };
  return dayAndMonth(said, pair, divider === '.');
};

const dayAndMonth = (
  said: Said,
  { first, second, year }: { first: number; second: number; year: number | null },
  dotted: boolean,
): DayRead => {
  if (first > 12 && second > 12) return unclear(said, `does not exist: there is no month ${second}`);
  if (dotted || first > 12 || first === second) return dated(said, { date: first, month: second, year });
  if (second > 12) return dated(said, { date: second, month: first, year });
  return unclear(said, `may be ${first} ${MONTHS[second - 1] ?? ''} or ${second} ${MONTHS[first - 1] ?? ''}`);
};

/** 3 of "3", "3rd"; 0 for anything else. */
export const ordinal = (word: string): number => {
  const found = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word);
  return found ? Number(found[1]) : 0;
};

/** "3 Dec", "3rd of December 2026", "December 3, 2026", each with or without its weekday. */
const written: Reader = (said) => {
  let words = said.words.filter((word) => word !== 'of' && word !== 'the');
  const weekday = weekdayNamed(words[0] ?? '');
  if (weekday >= 0 && words.length > 1) words = words.slice(1);
  const [first = '', second = '', year = ''] = words;
  const dayFirst = monthNamed(second) > 0;
  const month = dayFirst ? monthNamed(second) : monthNamed(first);
  const date = ordinal(dayFirst ? first : second);
  if (month === 0 || date === 0 || words.length > 3 || !/^(\d{4}|'?\d{2})?$/.test(year)) return null;
  const read = dated(said, { month, date, year: year === '' ? null : fullYear(year.replace("'", '')) });
  if (read.kind !== 'day' || weekday < 0) return read;
  const day = Math.round(Date.parse(read.day) / 86_400_000);
  return weekdayOf(day) === weekday ? read : unclear(said, `does not fit together: it is ${sayDay(day)}`);
};

/** "the 5th": the next day with that number, which must be one of this month or, when it is over, of the next. */
const ofMonth: Reader = (said) => {
  const words = said.words[0] === 'the' ? said.words.slice(1) : said.words;
  const found = words.length === 1 ? /^(\d{1,2})(?:st|nd|rd|th)$/.exec(words[0] ?? '') : null;
  if (!found) return null;
  const date = Number(found[1]);
  const now = partsOf(said.today);
  const next = date >= now.date ? now : partsOf(addMonths(said.today, 1));
  return dated(said, { year: next.year, month: next.month, date });
};

const READERS: readonly Reader[] = [iso, numeric, written, ofMonth];

/** Days that are written as dates. Null when it is none of these. */
export const readWritten = (said: Said): DayRead | null => {
  for (const reader of READERS) {
    const read = reader(said);
    if (read) return read;
  }
  return null;
};
