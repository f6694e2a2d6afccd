import { expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import { ask } from './ask.ts';

const grammar = createGrammar();

/** The due day that a task gets, or the question about it. */
const due = async (when: string, now = '2026-11-23T11:00:00Z', timeZone = 'Europe/Berlin'): Promise<unknown> => {
  const routed = await grammar.route(ask(`create a task for X, due ${when}`, { now: new Date(now), timeZone }));
  if (routed.kind === 'calls') return routed.calls[0]?.input.due_on;
  return routed.kind === 'missing' ? routed.say : routed.kind;
};

const FRIDAY = '2026-11-27T11:00:00Z';
const SUNDAY = '2026-11-29T11:00:00Z';

test('a weekday is the next one after today, and on that day itself a week later', async () => {
  expect(await due('Friday')).toBe('2026-11-27');
  expect(await due('Monday')).toBe('2026-11-30');
  expect(await due('Friday', FRIDAY)).toBe('2026-12-04');
  expect(await due('today', FRIDAY)).toBe('2026-11-27');
});

test('"next Friday" is the Friday of the week that begins next Monday', async () => {
  expect(await due('next Friday')).toBe('2026-12-04');
  expect(await due('next Friday', FRIDAY)).toBe('2026-12-04');
  expect(await due('next Monday', SUNDAY)).toBe('2026-11-30');
});

test('"this Friday" is the one of this week, and a question when that is today or over', async () => {
  expect(await due('this Friday')).toBe('2026-11-27');
  expect(await due('this Friday', FRIDAY)).toMatch(/may be a day of this week/);
  expect(await due('this Friday', SUNDAY)).toMatch(/may be a day of this week/);
});

test('the end of the week is its Friday, and on a Sunday the coming one', async () => {
  expect(await due('end of the week')).toBe('2026-11-27');
  expect(await due('EOW', FRIDAY)).toBe('2026-11-27');
  expect(await due('the end of the week', SUNDAY)).toBe('2026-12-04');
});

test('the ends of days, months, quarters and years are days', async () => {
  expect(await due('EOD')).toBe('2026-11-23');
  expect(await due('end of day tomorrow')).toBe('2026-11-24');
  expect(await due('EOD Friday')).toBe('2026-11-27');
  expect(await due('EOM')).toBe('2026-11-30');
  expect(await due('the end of February')).toBe('2027-02-28');
  expect(await due('end of next month')).toBe('2026-12-31');
  expect(await due('end of the quarter')).toBe('2026-12-31');
  expect(await due('end of the year')).toBe('2026-12-31');
});

test('days are counted from the day of the person, around midnight too', async () => {
  const justBefore = '2026-11-23T22:59:59Z';
  const justAfter = '2026-11-23T23:00:00Z';
  expect(await due('today', justBefore)).toBe('2026-11-23');
  expect(await due('today', justAfter)).toBe('2026-11-24');
  expect(await due('tomorrow', justAfter)).toBe('2026-11-25');
  expect(await due('tomorrow', justAfter, 'America/Los_Angeles')).toBe('2026-11-24');
  expect(await due('in 3 days', justAfter, 'Pacific/Kiritimati')).toBe('2026-11-27');
});

test('a change of the clocks moves no day', async () => {
  expect(await due('tomorrow', '2026-10-24T23:30:00Z')).toBe('2026-10-26');
  expect(await due('in 2 days', '2027-03-27T12:00:00Z')).toBe('2027-03-29');
});

test('a date without a year is the next one, today included', async () => {
  expect(await due('23 November')).toBe('2026-11-23');
  expect(await due('22 November')).toBe('2027-11-22');
  expect(await due('Dec 3rd')).toBe('2026-12-03');
  expect(await due('the 3rd of December')).toBe('2026-12-03');
  expect(await due('the 5th')).toBe('2026-12-05');
});

test('amounts of time are added to today, and a month that is shorter ends earlier', async () => {
  expect(await due('in a week')).toBe('2026-11-30');
  expect(await due('two weeks from now')).toBe('2026-12-07');
  expect(await due("in two days' time")).toBe('2026-11-25');
  expect(await due('within 10 days')).toBe('2026-12-03');
  expect(await due('in 1 month', '2027-01-31T12:00:00Z')).toBe('2027-02-28');
});

test.each(['30 February', '31 November', '2026-02-29', '31/11', '32nd', 'the 31st', '29 February', '0 December', '13/13/2026'])(
  '%s is a question that names it, never another day',
  async (when) => {
    const said = await due(when);
    expect(said).toContain(`“${when.replace(/^the /, 'the ')}”`);
    expect(said).not.toMatch(/^\d{4}/);
  },
);

test('29 February exists in a leap year', async () => {
  expect(await due('29 February', '2027-06-01T12:00:00Z')).toBe('2028-02-29');
  expect(await due('29 February 2028')).toBe('2028-02-29');
});

test('day and month in figures are a question unless only one order is possible', async () => {
  expect(await due('3/12')).toBe('“3/12” may be 3 December or 12 March. Which day do you mean?');
  expect(await due('3/12/2027')).toMatch(/may be 3 December or 12 March/);
  expect(await due('25/12')).toBe('2026-12-25');
  expect(await due('12/25')).toBe('2026-12-25');
  expect(await due('5/5')).toBe('2027-05-05');
  expect(await due('3.12.2026')).toBe('2026-12-03');
  expect(await due('2026/12/03')).toBe('2026-12-03');
});

test.each([
  'next week',
  'this weekend',
  'December',
  'in December',
  'soon',
  'asap',
  'whenever',
  'every Friday',
  'in 3 working days',
  'Friday or Monday',
  'yesterday',
  'last Friday',
])('%s is not one day, and is asked about', async (when) => expect(await due(when)).toMatch(/Which day do you mean\?$/));

test('a time of day is asked about, with the day offered', async () => {
  const routed = await grammar.route(ask('create a task for X, due Friday at 5pm'));
  expect(routed).toMatchObject({ kind: 'missing', fields: ['due_on'], input: { title: 'X', due_on: '2026-11-27' } });
});
