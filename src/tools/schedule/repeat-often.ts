import { countOf, type Heard, type Meant } from './meant.ts';
import { daysField, daysSaid } from './repeat-days.ts';

type Often = { minutes: number; past: number; text: string };

const WHOLE: Record<string, number> = {
  hourly: 60,
  minutely: 1,
  'half-hourly': 30,
  'every half hour': 30,
  'every half an hour': 30,
  'every quarter hour': 15,
  'every quarter of an hour': 15,
};
const WHOLE_FORM = new RegExp(`(?:^| )(${Object.keys(WHOLE).join('|')})(?=$| )`);
const PAST = /(?:^| )(\d{1,2})(?: minutes?)? past every hour(?=$| )/;
const COUNTED = /(?:^| )every (?:(\w+?) ?)??(minutes?|mins?|hours?|hrs?|h|m)(?=$| )/;

const countSaid = (amount: string | undefined): number =>
  amount === undefined ? 1 : /^(?:other|second|2nd)$/.test(amount) ? 2 : countOf(amount);

const readOften = (rest: string): Often | null => {
  const past = PAST.exec(rest);
  if (past) return { minutes: 60, past: Number(past[1]), text: past[0].trim() };
  const whole = WHOLE_FORM.exec(rest)?.[1] ?? '';
  if (whole !== '') return { minutes: WHOLE[whole] ?? 60, past: 0, text: whole };
  const [text = '', amount, unit = ''] = COUNTED.exec(rest) ?? [];
  const count = text === '' ? 0 : countSaid(amount);
  return count < 1 ? null : { minutes: count * (unit.startsWith('h') ? 60 : 1), past: 0, text: text.trim() };
};

const aligned = (minutes: number): boolean => (minutes < 60 ? 60 % minutes === 0 : minutes % 60 === 0 && 1440 % minutes === 0);

const minuteField = ({ minutes, past }: Often): string => (minutes === 1 ? '*' : minutes < 60 ? `*/${minutes}` : String(past));

const hourField = (minutes: number, window: { from: number; to: number } | undefined): string => {
  const step = minutes > 60 ? minutes / 60 : 1;
  if (!window) return step === 1 ? '*' : `*/${step}`;
  // Every hour up to 17:00 has 17:00 in it; every quarter of an hour ends with 16:45.
  const last = minutes < 60 ? window.to / 60 - 1 : window.to / 60;
  return `${window.from / 60}-${last}${step === 1 ? '' : `/${step}`}`;
};

const fullHours = (window: { from: number; to: number }): boolean => window.from % 60 === 0 && window.to % 60 === 0;

const refusedWith = ({ text, past }: Often, { timing }: Heard): string | null => {
  if (past > 59) return 'An hour has the minutes 0 to 59.';
  if (timing.times.length === 0) return null;
  return `“${text}” and a time of day do not go together. Say “from 9:00 to 17:00” for a part of the day.`;
};

/** The weekdays it is kept to, none for every day; null when the words left mean something else. */
const keptTo = (rest: string): number[] | null =>
  rest === '' || /^(?:every day|daily|all day|day and night)$/.test(rest) ? [] : daysSaid(rest);

const counted = (minutes: number, wall: string): Meant => {
  const hours = minutes % 60 === 0;
  return { interval: { every: hours ? minutes / 60 : minutes, unit: hours ? 'hour' : 'minute', from: wall } };
};

/** What repeats within the day: "every 15 minutes", "hourly on weekdays from 9 to 17". What does not fit the clock counts from now. */
export const readOftenRepeated = (heard: Heard): Meant | null => {
  const often = readOften(heard.rest);
  const days = often && keptTo(heard.rest.replace(often.text, ' ').trim());
  if (!often || !days) return null;
  const { window } = heard.timing;
  const refused = refusedWith(often, heard);
  if (refused) return { message: refused };
  if (aligned(often.minutes) && (!window || fullHours(window)))
    return { cron: `${minuteField(often)} ${hourField(often.minutes, window)} * * ${days.length === 0 ? '*' : daysField(days)}` };
  if (!window && days.length === 0) return counted(often.minutes, heard.wall);
  return {
    message: `“${often.text}” does not fit the clock evenly, so it cannot be kept to some hours or days. Take a number that divides the hour or the day.`,
  };
};
