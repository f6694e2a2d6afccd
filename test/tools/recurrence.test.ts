import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inWords, nextTimes, parseRecurrence, type Recurrence, storedRecurrence } from '../../src/tools/schedule/recurrence.ts';

/** A Saturday, 11:28 in Berlin. */
const NOW = new Date('2026-11-21T10:28:00Z');
const ZONE = 'Europe/Berlin';
const at = { now: NOW, timeZone: ZONE };

const read = (text: string, zone = ZONE): Recurrence => {
  const parsed = parseRecurrence(text, { now: NOW, timeZone: zone });
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  return parsed.value;
};
const refusal = (text: string): string => {
  const parsed = parseRecurrence(text, at);
  return parsed.ok ? `read as ${parsed.value.text}` : parsed.error.message;
};
const times = (recurrence: Recurrence, after: string, count: number): string[] =>
  nextTimes(recurrence, new Date(after), count).map((time) => time.toISOString().slice(0, 16));

describe('what people say has one text', () => {
  test.each([
    ['every weekday at 9', '0 9 * * 1-5'],
    ['on weekdays at 09:00', '0 9 * * 1-5'],
    ['Monday to Friday at 9am', '0 9 * * 1-5'],
    ['0 9 * * MON-FRI', '0 9 * * 1-5'],
    ['every day at 18:30', '30 18 * * *'],
    ['daily at noon', '0 12 * * *'],
    ['every morning', '0 9 * * *'],
    ['every Friday EOD', '0 17 * * 5'],
    ['every evening at 8', '0 20 * * *'],
    ['every Sunday night at 9', '0 21 * * 0'],
    ['twice a day at 9 and 17', '0 9,17 * * *'],
    ['every Monday and Thursday at noon', '0 12 * * 1,4'],
    ['every Mon, Wed and Fri at 7pm', '0 19 * * 1,3,5'],
    ['each Monday at half past nine', '30 9 * * 1'],
    ['weekends at 10', '0 10 * * 0,6'],
    ['every other Tuesday at 10', 'every 2 weeks from 2026-11-24T10:00'],
    ['every 2 weeks on Friday at 14:00', 'every 2 weeks from 2026-11-27T14:00'],
    ['every other day at 10', 'every 2 days from 2026-11-22T10:00'],
    ['on the 1st of every month', '0 9 1 * *'],
    ['every month on the 1st and 15th at 8:00', '0 8 1,15 * *'],
    ['first Monday of every month at 10', '0 10 * * 1#1'],
    ['at 10 on the first Monday of each month', '0 10 * * 1#1'],
    ['1st and 3rd Monday of the month at 10', '0 10 * * 1#1,1#3'],
    ['last Friday of the month at 5pm', '0 17 * * 5#L'],
    ['last day of every month at 18:00', '0 18 L * *'],
    ['last weekday of every month', '0 9 LW * *'],
    ['first working day of the month at 9', '0 9 1W * *'],
    ['every 15 minutes', '*/15 * * * *'],
    ['every minute', '* * * * *'],
    ['hourly', '0 * * * *'],
    ['every hour at 15 past', '15 * * * *'],
    ['every 2 hours', '0 */2 * * *'],
    ['every 2h', '0 */2 * * *'],
    ['every hour from 9 to 5 on weekdays', '0 9-17 * * 1-5'],
    ['every 15 minutes between 9 and 17', '*/15 9-16 * * *'],
    ['every 90 minutes', 'every 90 minutes from 2026-11-21T11:28'],
    ['quarterly', '0 9 1 1,4,7,10 *'],
    ['last Friday of every quarter', '0 9 * 3,6,9,12 5#L'],
    ['every year on 3 December', '0 9 3 12 *'],
    ['@daily', '0 0 * * *'],
    ['EOD', '2026-11-21T17:00'],
    ['end of day Friday', '2026-11-27T17:00'],
    ['tomorrow at 8', '2026-11-22T08:00'],
    ['tomorrow afternoon at 3', '2026-11-22T15:00'],
    ['at 17:00', '2026-11-21T17:00'],
    ['at 9', '2026-11-22T09:00'],
    ['Monday at 9', '2026-11-23T09:00'],
    ['first Monday of next month', '2026-12-07T09:00'],
    ['first Tuesday of December at 11', '2026-12-01T11:00'],
    ['in two hours', '2026-11-21T13:28'],
    ['2026-11-27T09:00', '2026-11-27T09:00'],
    ['2026-11-27T09:00Z', '2026-11-27T10:00'],
  ])('%s is %s', (said, text) => {
    const recurrence = read(said);
    expect(recurrence.text).toBe(text);
    expect(read(recurrence.text)).toEqual(recurrence);
    expect(storedRecurrence(text, ZONE)).toEqual(recurrence);
  });
});

describe('what cannot be read, or could mean two things, is a sentence', () => {
  test.each([
    ['twice a day', 'At which times'],
    ['biweekly', 'may mean several things'],
    ['every day at 5', '05:00 in the morning or 17:00'],
    ['every afternoon', 'At what time'],
    ['every third Thursday', 'every so many weeks'],
    ['every other Monday and Thursday', 'one schedule for each day'],
    ['every Monday at 9:30 and 17:00', 'one schedule'],
    ['every 45 minutes on weekdays', 'does not fit the clock'],
    ['every day until Friday', 'no beginning, end or exception'],
    ['every 30 February', 'There is no 30 February'],
    ['30 February', 'does not exist'],
    ['0 9 30 2 *', 'never comes'],
    ['2026-02-30T09:00', 'There is no'],
    ['2020-01-01T09:00', 'is over'],
    ['0 25 * * *', 'not a cron line'],
    ['0 0 9 * * *', 'five fields'],
    ['every weekday at 9am EST', 'time zone by its place'],
    ['every weekday at 9 Europe/Atlantis', 'no time zone Europe/Atlantis'],
    ['today', 'At what time today'],
    ['soon', 'not one day'],
    ['now and then', 'I cannot read'],
    ['', 'Say when'],
  ])('%s', (said, why) => {
    expect(refusal(said)).toContain(why);
  });

  test('an unknown zone is refused, not thrown', () => {
    expect(parseRecurrence('every day at 9', { now: NOW, timeZone: 'Mars/Olympus' })).toMatchObject({
      ok: false,
      error: { code: 'recurrence_unreadable' },
    });
  });
});

test.each([
  ['every weekday at 9', 'every weekday at 09:00, Europe/Berlin'],
  ['every Saturday and Sunday at 11', 'every Saturday and Sunday at 11:00, Europe/Berlin'],
  ['first Monday of every month at 10', 'on the first Monday of every month at 10:00, Europe/Berlin'],
  ['on the 31st of every month', 'on the 31st of every month that has one at 09:00, Europe/Berlin'],
  ['every 15 minutes between 9 and 17 on weekdays', 'every 15 minutes from 09:00 to 16:45, every weekday, Europe/Berlin'],
  ['* * * * *', 'every minute, Europe/Berlin'],
  ['0 9 1 * 1', 'on the 1st of every month and every Monday at 09:00, Europe/Berlin'],
  ['tomorrow at 8', 'once, on Sunday 22 November 2026 at 08:00, Europe/Berlin'],
  ['every 90 minutes', 'every 90 minutes, counted from Saturday 21 November 2026 at 11:28, Europe/Berlin'],
  ['every weekday at 9 New York time', 'every weekday at 09:00, America/New_York'],
])('%s is shown as: %s', (said, words) => {
  expect(inWords(read(said))).toBe(words);
});

describe('when the clock is moved', () => {
  // In Berlin 02:00 to 03:00 is left out on 29 March and comes twice on 25 October 2026.
  const stored = (text: string) => storedRecurrence(text, ZONE) ?? read(text);

  test('a time that is left out comes once, when the clock goes on', () => {
    expect(times(stored('30 2 * * *'), '2026-03-28T12:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
    expect(times(stored('0 2,3 * * *'), '2026-03-28T12:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:00']);
    expect(times(stored('2026-03-29T02:30'), '2026-03-28T12:00Z', 2)).toEqual(['2026-03-29T01:00']);
    expect(times(stored('every 1 days from 2026-03-28T02:30'), '2026-03-28T12:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
  });

  test('a time that comes twice is taken once', () => {
    expect(times(stored('30 2 * * *'), '2026-10-24T12:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    expect(times(stored('30 1-3 * * *'), '2026-10-24T20:00Z', 4)).toEqual([
      '2026-10-24T23:30',
      '2026-10-25T00:30',
      '2026-10-25T02:30',
      '2026-10-26T00:30',
    ]);
    expect(times(stored('0 */2 * * *'), '2026-10-25T00:30Z', 1)).toEqual(['2026-10-25T03:00']);
    expect(times(stored('2026-10-25T02:30'), '2026-10-24T12:00Z', 2)).toEqual(['2026-10-25T00:30']);
  });

  test('minutes pass whatever the clock does', () => {
    expect(times(stored('*/30 * * * *'), '2026-10-25T00:00Z', 3)).toEqual(['2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30']);
    expect(times(stored('every 90 minutes from 2026-03-29T00:00'), '2026-03-28T23:00Z', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T02:00',
      '2026-03-29T03:30',
    ]);
  });

  test('weeks keep the time on the clock', () => {
    expect(times(stored('every 2 weeks from 2026-10-20T09:00'), '2026-10-20T00:00Z', 2)).toEqual(['2026-10-20T07:00', '2026-11-03T08:00']);
  });
});

test('a moment comes once and then no more', () => {
  const once = read('tomorrow at 8');
  expect(times(once, '2026-11-21T10:28Z', 3)).toEqual(['2026-11-22T07:00']);
  expect(nextTimes(once, new Date('2026-11-22T07:00:00Z'), 3)).toEqual([]);
});

test('what is stored is read back although it is over, and nothing that was never written', () => {
  expect(storedRecurrence('2020-01-01T09:00', ZONE)).toEqual({ kind: 'once', text: '2020-01-01T09:00', timeZone: ZONE });
  for (const text of ['every weekday at 9', '0 9 * * MON', 'every 0 days from 2026-01-01T00:00', '', '2026-13-01T09:00']) {
    expect(storedRecurrence(text, ZONE), text).toBeNull();
  }
});

test('whatever the text is, it is read or refused; what is read has one text, words and a next time', () => {
  const parts = fc.constantFrom(
    ...'every other the first last second of and on at in from to until day days week month quarter year weekday Monday Fridays 1st 31st 9 17:30 5pm noon EOD morning February hour 90 minutes tomorrow next * */5 0 L # , - 1-5 @daily Berlin time UTC'.split(
      ' ',
    ),
  );
  const texts = fc.oneof(
    fc.array(parts, { maxLength: 9 }).map((words) => words.join(' ')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC', 'Pacific/Apia');
  fc.assert(
    fc.property(texts, zones, (text, zone) => {
      const parsed = parseRecurrence(text, { now: NOW, timeZone: zone });
      if (!parsed.ok) {
        expect(parsed.error.message.length).toBeGreaterThan(5);
        return;
      }
      const { value } = parsed;
      expect(storedRecurrence(value.text, value.timeZone)).toEqual(value);
      expect(parseRecurrence(value.text, { now: NOW, timeZone: value.timeZone })).toEqual(parsed);
      const next = nextTimes(value, NOW, 3);
      expect(next.length).toBeGreaterThan(0);
      expect(next.every((time, index) => time > (next[index - 1] ?? NOW))).toBe(true);
      expect(inWords(value)).toContain(value.timeZone);
    }),
    { numRuns: 3000 },
  );
});
