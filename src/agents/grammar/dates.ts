import * as chrono from 'chrono-node/en';
import { dayOf, monthNamed, weekdayNamed } from '../../tools/schedule/calendar.ts';
import { type DayRead, exactly, type Said, unclear } from '../../tools/schedule/day-read.ts';
import { readRelative } from '../../tools/schedule/relative-dates.ts';
import { ordinal, readWritten } from '../../tools/schedule/written-dates.ts';

type Reader = (said: Said) => DayRead | null;

/** No date takes more words: "the last day of the month after next". */
const MOST_WORDS = 9;

const COUNT = /^(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)$/;
const CHRONO_WORDS = new Set(
  'day days week weeks month months year years fortnight from now after before ago in within the and today tomorrow next last this past coming on a an of'.split(
    ' ',
  ),
);
const isDateWord = (word: string): boolean => weekdayNamed(word) >= 0 || monthNamed(word) > 0;
const chronoKnows = (word: string): boolean => CHRONO_WORDS.has(word) || isDateWord(word) || COUNT.test(word) || ordinal(word) > 0;

/** The rest of what people say, read by chrono-node, when it understands every word and means one day. Its day is that of the person: the reference is their day in UTC. */
const byChrono: Reader = (said) => {
  if (said.words.length < 2 || !said.words.every(chronoKnows) || said.words.includes('last')) return null;
  const text = said.words.join(' ');
  const results = chrono.casual.parse(
    text,
    { instant: new Date(said.today * 86_400_000 + 43_200_000), timezone: 0 },
    { forwardDate: true },
  );
  const only = results.length === 1 ? results[0] : undefined;
  if (only?.index !== 0 || only.text.length !== text.length || only.end || !only.start.isCertain('day')) return null;
  const [year, month, date] = [only.start.get('year'), only.start.get('month'), only.start.get('day')];
  const day = dayOf(year ?? 0, month ?? 0, date ?? 0);
  return day === null ? null : exactly(day);
};

const CLOCK = /^(?:\d{1,2}(?::\d{2})?(?:am|pm)|\d{1,2}:\d{2}|noon|midnight|midday)$/;

/** A due day has no time of day. Dropping it in silence would lose what was said, so the day is offered and asked about. */
const withTime: Reader = (said) => {
  const { words } = said;
  const at = words.findIndex(
    (word, index) => CLOCK.test(word) || (/^\d{1,2}$/.test(word) && /^(am|pm|o'clock)$/.test(words[index + 1] ?? '')),
  );
  if (at < 0) return null;
  const skip = CLOCK.test(words[at] ?? '') ? 1 : 2;
  const head = words.slice(0, words[at - 1] === 'at' || words[at - 1] === 'by' ? at - 1 : at);
  const rest = [...head, ...words.slice(at + skip)];
  const day = rest.length === 0 ? exactly(said.today) : readSaid({ ...said, words: rest });
  if (day.kind !== 'day') return day.kind === 'none' && !day.hint ? null : unclear(said, 'is not one day');
  return { kind: 'unclear', say: `“${said.written}” names a time; only a day can be set. Is the day alone enough?`, near: day.day };
};

const HINTS = /^(?:today|tomorrow|yesterday|tonight|eod|days?|weeks?|weekend|months?|quarter|\d{1,2}(?:st|nd|rd|th))$/;

const READERS: readonly Reader[] = [readWritten, readRelative, withTime, byChrono];

const readSaid = (said: Said): DayRead => {
  for (const reader of READERS) {
    const read = reader(said);
    if (read) return read;
  }
  return { kind: 'none', hint: said.words.some((word) => isDateWord(word) || HINTS.test(word)) };
};

const BEGINNINGS = new Set(
  'today tonight tomorrow tmrw tmr yesterday the this next last coming in within end eod eow eom eoy eoq cob close day on at a an every each daily weekly monthly weekdays early late mid sometime soon asap as later whenever some noon midnight midday weekend q1 q2 q3 q4'.split(
    ' ',
  ),
);

/** Whether any date begins with this word: most words do not, and a look at one is cheaper than reading all. */
export const mayBegin = (word: string): boolean => BEGINNINGS.has(word) || isDateWord(word) || COUNT.test(word) || /^[\d']/.test(word);

const INSIDE = new Set(
  "at latest morning afternoon evening night quarter time working business am pm o'clock minute minutes hour hours min hrs hr possible".split(
    ' ',
  ),
);

/** Whether a date may hold this word: where one stands that none does, a date is over. */
export const mayHold = (said: string): boolean => {
  const word = said.replace(/'s?$/, '');
  return mayBegin(word) || CHRONO_WORDS.has(word) || INSIDE.has(word) || /\d/.test(word);
};

/** "Friday at the latest" is Friday, as a due day. */
const withoutLatest = (words: readonly string[]): readonly string[] => {
  const tail = words.slice(-3).join(' ');
  if (tail === 'at the latest') return words.slice(0, -3);
  return tail.endsWith('at latest') ? words.slice(0, -2) : words;
};

/** Reads words that should be one day as a whole. Days that do not exist and dates that may be two days are questions, never another day. */
export const readDay = (said: Said): DayRead => {
  if (said.words.length === 0 || said.words.length > MOST_WORDS) return { kind: 'none', hint: false };
  const from = said.words[0] === 'on' && said.words.length > 1 ? 1 : 0;
  return readSaid({ ...said, words: withoutLatest(said.words.slice(from)) });
};
