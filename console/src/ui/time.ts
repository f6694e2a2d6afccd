const UNITS = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3600 },
  { name: 'minute', seconds: 60 },
] as const;

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** How long ago, in one unit: "4 minutes". */
export const ageOf = (iso: string, now: number): string => {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  for (const unit of UNITS) {
    if (seconds >= unit.seconds) return plural(Math.floor(seconds / unit.seconds), unit.name);
  }
  return 'under a minute';
};

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

export const clockTime = (iso: string | number): string => clock.format(new Date(iso));
export const fullTime = (iso: string): string => full.format(new Date(iso));
export const dayOf = (iso: string): string => day.format(new Date(iso));

/** Today by the clock, before that by the date. */
export const shortTime = (iso: string): string =>
  new Date(iso).toDateString() === new Date().toDateString() ? clockTime(iso) : short.format(new Date(iso));
