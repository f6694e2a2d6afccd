/** A time of day in minutes; `unclear` asks which one was meant. `next` is the word behind it. */
export type ClockRead = { minutes: number; next: number } | { unclear: string };

const pad = (number: number): string => String(number).padStart(2, '0');
/** `09:30`. */
export const clockText = (minutes: number): string => `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;

/** The working day begins and ends so where nobody says otherwise; every card shows the time that came of it. */
export const MORNING = 9 * 60;
export const END_OF_DAY = 17 * 60;
const EVENING = 18 * 60;

const NAMED: Record<string, number> = { noon: 720, midday: 720, midnight: 0, eod: END_OF_DAY, cob: END_OF_DAY };
const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const hourOf = (word: string): number => (/^\d{1,2}$/.test(word) ? Number(word) : NUMBERS.indexOf(word) + 1);

const exact = (hour: number, minute: number): number | null => (hour < 24 && minute < 60 ? hour * 60 + minute : null);
const half = (hour: number, minute: number, after: string): number | null =>
  hour < 1 || hour > 12 || minute > 59 ? null : (hour % 12) * 60 + minute + (after.startsWith('p') ? 720 : 0);

/** Five o'clock is early to some and late to others; from seven on, the hour of a working day is meant. */
const unsaid = (hour: number, minute: number): number | { unclear: string } | null => {
  if (hour >= 1 && hour <= 6) {
    const [early, late] = [clockText(hour * 60 + minute), clockText((hour + 12) * 60 + minute)];
    return { unclear: `Is it ${early} in the morning or ${late} in the afternoon? Write one of the two.` };
  }
  return exact(hour, minute);
};

const written = (word: string): number | { unclear: string } | null => {
  const halved = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)$/.exec(word);
  if (halved) return half(Number(halved[1]), Number(halved[2] ?? 0), halved[3] ?? '');
  const full = /^(\d{1,2}):(\d{2})h?$/.exec(word) ?? /^(\d{1,2})()h$/.exec(word);
  if (!full) return null;
  const [hour, minute] = [Number(full[1]), Number(full[2] || 0)];
  return word.startsWith('0') || word.endsWith('h') ? exact(hour, minute) : unsaid(hour, minute);
};

/** "at 9", "at 9.30", "at 0930": only with a word in front that a time follows. */
const bare = (word: string): number | { unclear: string } | null => {
  const found = /^(\d{1,2})\.(\d{2})$/.exec(word) ?? /^(\d{2})(\d{2})$/.exec(word);
  if (found) return word.startsWith('0') ? exact(Number(found[1]), Number(found[2])) : unsaid(Number(found[1]), Number(found[2]));
  if (/^0\d$/.test(word)) return exact(Number(word), 0);
  const hour = hourOf(word);
  return hour > 0 || word === '0' ? unsaid(hour, 0) : null;
};

/** "9 in the morning", "5 in the afternoon", "8 at night". */
const partOfDay = (words: readonly string[], at: number): { after: string; next: number } | null => {
  const said = /^(?:in the (morning|afternoon|evening)|at (night)|(tonight))\b/.exec(words.slice(at, at + 3).join(' '));
  if (!said) return null;
  return { after: said[1] === 'morning' ? 'am' : 'pm', next: at + (said[1] ? 3 : said[2] ? 2 : 1) };
};

/** "half past nine", "quarter to five". */
const spoken = (words: readonly string[], at: number): { hour: number; minute: number; next: number } | null => {
  const from = words[at] === 'a' ? at + 1 : at;
  const [amount, way = '', hourWord = ''] = words.slice(from, from + 3);
  const hour = hourOf(hourWord);
  if ((amount !== 'half' && amount !== 'quarter') || hour < 1 || hour > 12) return null;
  const minute = amount === 'half' ? 30 : 15;
  if (way === 'past') return { hour, minute, next: from + 3 };
  return way === 'to' && amount === 'quarter' ? { hour: hour === 1 ? 12 : hour - 1, minute: 45, next: from + 3 } : null;
};

const ENDS = /^(?:the )?(?:end of (?:the )?(?:working |business |work )?day|close of (?:business|play))\b/;

const closing = (words: readonly string[], at: number): ClockRead | null => {
  const said = ENDS.exec(words.slice(at, at + 6).join(' '));
  return said ? { minutes: END_OF_DAY, next: at + said[0].split(' ').length } : null;
};

type Hour = { hour: number; minute: number; next: number };

/** The hour as it is said, before it is known which half of the day it belongs to. */
const hourSaid = (words: readonly string[], at: number): Hour | null => {
  const long = spoken(words, at);
  if (long) return long;
  const word = words[at] ?? '';
  const [, digits, minute = '0'] = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(word) ?? [];
  const hour = digits === undefined ? hourOf(word) : Number(digits);
  return hour > 0 ? { hour, minute: Number(minute), next: at + 1 } : null;
};

const withPart = (words: readonly string[], at: number): ClockRead | null => {
  const said = hourSaid(words, at);
  const part = said && partOfDay(words, said.next);
  const minutes = said && part ? half(said.hour, said.minute, part.after) : null;
  return minutes === null || !part ? null : { minutes, next: part.next };
};

const alone = (words: readonly string[], at: number, told: boolean): ClockRead | null => {
  const long = spoken(words, at);
  const word = words[at] ?? '';
  const read = long ? unsaid(long.hour, long.minute) : (written(word) ?? (told ? bare(word) : null));
  return typeof read === 'number' ? { minutes: read, next: long?.next ?? at + 1 } : read;
};

/** A time of day that begins at `at`; null where none does. `told`: a word in front, such as "at", says that one follows. */
export const readClock = (words: readonly string[], at: number, told: boolean): ClockRead | null => {
  const named = words[at] ?? '';
  if (Object.hasOwn(NAMED, named)) return { minutes: NAMED[named] ?? 0, next: at + 1 };
  return closing(words, at) ?? withPart(words, at) ?? alone(words, at, told);
};

const PARTS: Record<string, number | string> = {
  morning: MORNING,
  mornings: MORNING,
  evening: EVENING,
  evenings: EVENING,
  afternoon: 'in the afternoon',
  afternoons: 'in the afternoon',
  night: 'at night',
  nights: 'at night',
  tonight: 'tonight',
};

/** "morning" alone is when the working day begins; "afternoon" is no time. */
export const partAlone = (word: string): { minutes: number } | { unclear: string } | null => {
  const part = Object.hasOwn(PARTS, word) ? PARTS[word] : undefined;
  if (part === undefined) return null;
  return typeof part === 'number' ? { minutes: part } : { unclear: `At what time ${part}? Name it, such as 14:30.` };
};
