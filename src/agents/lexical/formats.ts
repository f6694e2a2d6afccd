import type { Moment } from '../grammar/moments.ts';

const two = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

const PATTERN =
  /(?:YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A|a|Z|T)(?:(?:th|st)?[-/.:, ]{0,2}|T|Z)(?:(?:YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|hh|mm|ss|SSS|A|a|Z)(?:[-/.:, T]{0,2}|Z)){1,7}/g;
const PLACEHOLDERS: [RegExp, string][] = [
  [/\byear\b/gi, 'YYYY'],
  [/\bmonth\b/gi, 'MM'],
  [/\bday\b/gi, 'DD'],
];

/** Brings "yyyy-mm-dd" and "dd/mm/yy" to capitals, and leaves hours alone: `mm` behind a colon is minutes. */
const capitals = (text: string): string =>
  text
    .replace(/y{2,4}/g, (found) => found.toUpperCase())
    .replace(/\bd{1,2}(?=[-/. ,])|(?<=[-/. ])d{1,2}\b|\bdd\b/g, (found) => found.toUpperCase())
    .replace(/(?<!:|hh|HH)\bm{2,4}\b(?!:)/g, (found) => found.toUpperCase())
    .replace(/(?<=[Y])-m{2}-d{2}/g, '-MM-DD')
    .replaceAll(/(?<=\b)dd(?=\b)/g, 'DD')
    .replace(/(H{1,2}|h{1,2}):MM/g, '$1:mm')
    .replace(/:mm:SS/g, ':mm:ss');

const fromExample = (text: string): string | null => {
  const found = /\b(\d{4}-\d{2}-\d{2})(?:([T ])(\d{2}:\d{2}(?::\d{2})?)(Z?))?|\b(\d{1,2}:\d{2}(?::\d{2})?)\b/.exec(text);
  if (!found) return null;
  const clock = (said: string) => (said.split(':').length === 3 ? 'HH:mm:ss' : 'HH:mm');
  if (found[5]) return clock(found[5]);
  return `YYYY-MM-DD${found[3] ? `${found[2]}${clock(found[3])}${found[4]}` : ''}`;
};

/** The format a description asks for, in the letters of most libraries: YYYY-MM-DD, HH:mm. Null when it names none. */
export const formatAsked = (description: string, format: string): string | null => {
  if (format === 'date') return 'YYYY-MM-DD';
  if (format === 'date-time') return 'YYYY-MM-DDTHH:mm:ssZ';
  if (format === 'time') return 'HH:mm:ss';
  const named = /\(?\b((?:month|day|year)[-/](?:month|day|year)[-/](?:month|day|year))\b/i.exec(description)?.[1];
  const spelled = named ? PLACEHOLDERS.reduce((text, [word, letters]) => text.replace(word, letters), named) : undefined;
  const found =
    spelled ??
    (capitals(description).match(PATTERN) ?? [])
      .map((one) => one.replace(/[-/.:, ]+$/, ''))
      .find((one) => /YY|DD|HH|hh|MM/.test(one) && one.length > 3);
  if (found !== undefined) return found;
  return /ISO[ -]?8601/i.test(description) ? (/time/i.test(description) ? 'YYYY-MM-DDTHH:mm:ssZ' : 'YYYY-MM-DD') : fromExample(description);
};

type Letters = Record<string, string>;

const dayLetters = ({ year, month, date }: Moment): Letters => {
  const name = MONTHS[(month ?? 1) - 1] ?? '';
  return {
    YYYY: String(year ?? 0).padStart(4, '0'),
    YY: two((year ?? 0) % 100),
    MMMM: name,
    MMM: name.slice(0, 3),
    MM: two(month ?? 1),
    M: String(month ?? 1),
    DD: two(date ?? 1),
    D: String(date ?? 1),
  };
};

const clockLetters = (moment: Moment, halves: boolean): Letters => {
  const hour = moment.hour ?? 0;
  const half = hour % 12 === 0 ? 12 : hour % 12;
  return {
    HH: two(hour),
    H: String(hour),
    hh: two(halves ? half : hour),
    h: String(half),
    mm: two(moment.minute ?? 0),
    ss: two(moment.second ?? 0),
    SSS: '000',
    A: hour < 12 ? 'AM' : 'PM',
    a: hour < 12 ? 'am' : 'pm',
  };
};

/** A moment in the letters of a format. */
export const write = (moment: Moment, format: string): string => {
  const values = { ...dayLetters(moment), ...clockLetters(moment, /[Aa]\b/.test(format)) };
  const LETTERS = /YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A(?![a-z])|a(?![a-z])/g;
  return format.replace(LETTERS, (letters) => values[letters] ?? letters);
};
