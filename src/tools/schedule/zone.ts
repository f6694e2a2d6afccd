const MINUTE = 60_000;
const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...parts, timeZone, hourCycle: 'h23' });
  formats.set(timeZone, format);
  return format;
};

const names = new Map<string, string>();

/** The IANA name as it is written properly; null for what is none. Offsets such as +02:00 know no summer time and are none. */
export const zoneNamed = (name: string): string | null => {
  const known = names.get(name);
  if (known) return known;
  if (!/^[A-Za-z][\w+/-]{1,59}$/.test(name)) return null;
  try {
    const proper = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    if (names.size < 2000) names.set(name, proper);
    return proper;
  } catch {
    return null;
  }
};

/** What the clock on the wall shows at a moment: `2026-11-27T09:00`. */
export const wallAt = (instant: Date, timeZone: string): string => {
  const part = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${(part.get('year') ?? '').padStart(4, '0')}-${part.get('month')}-${part.get('day')}T${part.get('hour')}:${part.get('minute')}`;
};

const asUtc = (wall: string): number => Date.parse(`${wall}:00Z`);
const offsetAt = (instant: number, timeZone: string): number => asUtc(wallAt(new Date(instant), timeZone)) - instant;

/** The first moment at which the clock shows no less than this: where the hour was left out, when it goes on. */
const behindGap = (wall: string, timeZone: string): number => {
  let [low, high] = [Math.floor((asUtc(wall) - DAY) / MINUTE), Math.ceil((asUtc(wall) + DAY) / MINUTE)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (wallAt(new Date(middle * MINUTE), timeZone) >= wall) high = middle;
    else low = middle + 1;
  }
  return low * MINUTE;
};

/** The moment at which the clock shows this. One that the clock leaves out is the next there is; one that it shows twice is the first. */
export const instantOf = (wall: string, timeZone: string): Date => {
  const guess = asUtc(wall);
  const tried = [offsetAt(guess - DAY, timeZone), offsetAt(guess + DAY, timeZone)].map((offset) => guess - offset);
  const real = tried.filter((instant) => wallAt(new Date(instant), timeZone) === wall);
  return new Date(real.length > 0 ? Math.min(...real) : behindGap(wall, timeZone));
};

const CITIES = new Map<string, string[]>();
const citiesOf = (): ReadonlyMap<string, string[]> => {
  if (CITIES.size > 0) return CITIES;
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const city = (zone.split('/').at(-1) ?? '').replaceAll('_', ' ').toLowerCase();
    CITIES.set(city, [...(CITIES.get(city) ?? []), zone]);
  }
  return CITIES;
};

/** "Berlin" of "9:00 Berlin time"; null when no zone, or more than one, is called after it. */
export const zoneOfCity = (city: string): string | null => {
  const zones = citiesOf().get(city.toLowerCase()) ?? [];
  return zones.length === 1 ? (zones[0] ?? null) : null;
};
