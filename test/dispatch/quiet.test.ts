import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterQuiet, isQuiet } from '../../src/dispatch/quiet.ts';

const quiet = (from: string, to: string) => ({ quietHours: { from, to } });
const at = (iso: string): Date => new Date(iso);

test('hours over midnight are quiet on both sides of it, from the first minute, and not in the last', () => {
  const night = quiet('22:00', '07:00');
  expect(isQuiet(night, 'UTC', at('2026-11-21T21:59:59Z'))).toBe(false);
  expect(isQuiet(night, 'UTC', at('2026-11-21T22:00:00Z'))).toBe(true);
  expect(isQuiet(night, 'UTC', at('2026-11-22T06:59:59Z'))).toBe(true);
  expect(isQuiet(night, 'UTC', at('2026-11-22T07:00:00Z'))).toBe(false);
  expect(isQuiet({ quietHours: null }, 'UTC', at('2026-11-22T03:00:00Z'))).toBe(false);
});

test('the clocks of the project count, in summer and in winter', () => {
  const night = quiet('22:00', '07:00');
  // Berlin is UTC+2 in July and UTC+1 in January.
  expect(isQuiet(night, 'Europe/Berlin', at('2026-07-01T20:00:00Z'))).toBe(true);
  expect(isQuiet(night, 'Europe/Berlin', at('2026-01-01T20:00:00Z'))).toBe(false);
  expect(isQuiet(night, 'Europe/Berlin', at('2026-01-01T21:00:00Z'))).toBe(true);
});

test('quiet hours that end in an hour that daylight saving skips end when that hour is over', () => {
  // On 29 March 2026 Berlin goes from 01:59 straight to 03:00.
  const night = quiet('23:00', '02:30');
  expect(isQuiet(night, 'Europe/Berlin', at('2026-03-29T00:59:00Z'))).toBe(true);
  expect(isQuiet(night, 'Europe/Berlin', at('2026-03-29T01:00:00Z'))).toBe(false);
  expect(afterQuiet(night, 'Europe/Berlin', at('2026-03-29T00:10:30Z'))).toEqual(at('2026-03-29T01:00:00Z'));
});

test('quiet hours that begin in an hour that comes twice are quiet both times', () => {
  // On 25 October 2026 Berlin shows 02:00 to 02:59 twice.
  const night = quiet('02:30', '05:00');
  expect(isQuiet(night, 'Europe/Berlin', at('2026-10-25T00:30:00Z'))).toBe(true);
  expect(isQuiet(night, 'Europe/Berlin', at('2026-10-25T01:00:00Z'))).toBe(false);
  expect(isQuiet(night, 'Europe/Berlin', at('2026-10-25T01:30:00Z'))).toBe(true);
});

test('the moment after is the first that is not quiet, whatever the zone, the day and the hours', () => {
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns');
  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);
  const moment = fc.date({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z'), noInvalidDate: true });
  const cases = fc.record({ timeZone: zone, from: time, to: time, now: moment }).filter(({ from, to }) => from !== to);
  const one = ({ timeZone, from, to, now }: { timeZone: string; from: string; to: string; now: Date }): void => {
    const policy = quiet(from, to);
    const after = afterQuiet(policy, timeZone, now) ?? now;
    expect(isQuiet(policy, timeZone, after)).toBe(false);
    // Everything before it was quiet.
    if (isQuiet(policy, timeZone, now)) expect(isQuiet(policy, timeZone, new Date(after.getTime() - 1))).toBe(true);
    else expect(after).toEqual(now);
  };
  fc.assert(fc.property(cases, one), { numRuns: 300 });
});

test('the same time twice is the whole day, which never ends', () => {
  expect(isQuiet(quiet('08:00', '08:00'), 'UTC', at('2026-11-21T12:00:00Z'))).toBe(true);
  expect(afterQuiet(quiet('08:00', '08:00'), 'UTC', at('2026-11-21T12:00:00Z'))).toBeUndefined();
});
