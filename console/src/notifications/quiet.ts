import type { MyPreferences } from '../../../src/web/notification-schemas.ts';

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** As the server reckons it for pushes. */
export const isQuietNow = ({ quiet, timeZone }: Pick<MyPreferences, 'quiet' | 'timeZone'>): boolean => {
  if (!quiet) return false;
  const format = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const at = minutesOf(new Intl.DateTimeFormat('en-GB', format).format(new Date()));
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  return from <= to ? at >= from && at < to : at >= from || at < to;
};
