import { near, type Weights, wordBefore } from './context.ts';
import type { NumberSaid } from './numbers.ts';
import type { Reading } from './reading.ts';
import type { Field } from './schema.ts';
import { root } from './words.ts';

/** Units that measure the same thing, by their roots and signs. */
const FAMILIES: Record<string, string> = {
  time: 'second sec s ms minute min hour hr h day night week wk month year yr decade centuri quarter',
  length: 'm meter metre km kilometer kilometre cm centimeter mm millimeter mile mi foot feet ft inch in yard yd light',
  mass: 'g gram kg kilogram kilo lb pound oz ounce ton tonne mg stone',
  heat: 'c f k celsius fahrenheit kelvin degree deg °c °f °',
  part: '% percent percentag',
  speed: 'mph kph kmh km/h m/s knot',
  stars: 'star point',
  hertz: 'hz khz mhz ghz hertz bpm rpm',
  count:
    'person guest adult child passenger traveler ticket seat room item piec bedroom bathroom result articl book song player student copi share unit bed kid friend head replica floor question player slice bottl rating',
};
const FAMILY = new Map<string, string>(
  Object.entries(FAMILIES).flatMap(([family, words]) =>
    words.split(' ').map((word): [string, string] => [word.length > 3 ? root(word) : word, family]),
  ),
);
/** What a field measures, by a word of its name. */
const MEASURES: Record<string, string> = {
  time: 'duration time year years month months day days hour hours minute minutes second seconds age term period night nights week weeks timeout interval tenure',
  length: 'distance length height radius width depth diameter altitude elevation thickness base side',
  mass: 'weight mass',
  heat: 'temperature temp',
  money:
    'price cost amount budget salary income loan principal principle investment payment balance fee fare revenue deposit wage capital sale sales expense profit debt bid',
  part: 'rate percent percentage interest ratio probability discount share tax humidity confidence level growth yield brightness volume',
  speed: 'speed velocity',
  stars: 'rating score review stars grade',
  hertz: 'frequency tempo bpm rpm',
  count:
    'guest guests adults children passengers person people travelers tickets seats rooms number num count quantity limit top size results amount',
};
const MEASURE = new Map<string, string[]>();
for (const [family, words] of Object.entries(MEASURES)) {
  for (const word of words.split(' ')) MEASURE.set(root(word), [...(MEASURE.get(root(word)) ?? []), family]);
}

const SECONDS: Record<string, number> = {
  second: 1,
  sec: 1,
  s: 1,
  minut: 60,
  min: 60,
  hour: 3600,
  hr: 3600,
  h: 3600,
  day: 86_400,
  night: 86_400,
  week: 604_800,
};
const TIME_WORDS = ['second', 'minut', 'hour', 'day', 'week'];

const familyOf = (said: NumberSaid): string =>
  said.percent ? 'part' : said.money ? 'money' : (FAMILY.get(said.unit) ?? (said.unit === '' ? '' : (FAMILY.get(root(said.unit)) ?? '')));

const measuresOf = (field: Field): string[] =>
  timeUnit(field) !== undefined ? ['time'] : [...new Set(field.words.flatMap((word) => MEASURE.get(word) ?? FAMILY.get(word) ?? []))];

const isYear = (said: NumberSaid): boolean =>
  said.unit === '' || FAMILY.get(said.unit) === undefined
    ? Number.isInteger(said.value) && said.value >= 1000 && said.value <= 2100 && !said.money
    : false;

const yearFit = (field: Field, said: NumberSaid, reading: Reading): number => {
  const wants = /year$/i.test(field.name) || (field.words.includes('year') && !/years/i.test(field.name));
  if (wants) return isYear(said) && !said.spelled ? 3 : -3;
  const calendar =
    isYear(said) && said.value >= 1500 && /^(?:in|since|year|until|till|season|during)$/.test(wordBefore(reading, said.start));
  return calendar && !field.about.has('year') ? -3 : 0;
};

/** Words that may measure anything. */
const GENERIC = new Set('amount value level size total rate limit quantity'.split(' ').map(root));

const unitFit = (field: Field, said: NumberSaid): number => {
  const family = familyOf(said);
  const measures = measuresOf(field);
  const named = said.unit !== '' && field.words.includes(said.unit);
  if (named) return 3;
  const told = said.unit.length > 1 && field.about.has(said.unit) ? 1.2 : 0;
  if (family === '') return told;
  if (measures.includes(family)) return 1.5 + told;
  const other =
    measures.length > 0 && !field.words.some((word) => GENERIC.has(word)) && !(family === 'count' && measures.includes('money')) ? -2 : 0;
  return told > 0 ? told : family === 'count' ? Math.max(other, -1) : other;
};

const ASSIGNED = /([\p{L}\p{N}_]{1,40})\s{0,2}(?:=|:|:=|==)\s{0,2}$/u;

/** "a=1", "radius: 5" */
const assigned = (field: Field, said: NumberSaid, reading: Reading): number => {
  const found = ASSIGNED.exec(reading.text.slice(Math.max(0, said.start - 45), said.start));
  if (!found) return 0;
  const name = (found[1] ?? '').toLowerCase();
  return name === field.name.toLowerCase() || field.words.includes(root(name)) ? 6 : name.length === 1 ? 0 : -2;
};

/** "two numbers, 12 and 18": how many there are is not one of them. */
const COUNTED = new Set(
  'number integer value point city side coordinate matrix person team country company series place object sign color date time currency string word list'
    .split(' ')
    .map(root),
);
export const countsOthers = (said: NumberSaid, word: string): boolean =>
  said.spelled && said.unit !== '' && (COUNTED.has(said.unit) || (said.value === 2 && /^(?:between|these|following|both)$/.test(word)));

/** Whether a word behind a number is what it is counted or measured in. */
export const isUnitWord = (word: string): boolean => FAMILY.has(word);

export const numberFit = (field: Field, said: NumberSaid, { reading, weights }: { reading: Reading; weights: Weights }): number => {
  const blocked = reading.numbers;
  const rounds = /^(?:id|ids|identifier)$/.test(field.words.at(-1) ?? '') && said.unit !== '' && FAMILY.has(said.unit) ? -2 : 0;
  return (
    1 +
    2 * near(weights, said, { reading, blocked }) +
    unitFit(field, said) +
    yearFit(field, said, reading) +
    assigned(field, said, reading) +
    rounds -
    (said.ordinal ? 0.5 : 0)
  );
};

const wantsPercent = (field: Field): boolean =>
  /percent|%|in percentage/i.test(field.description) && !/decimal|fraction|0\.\d/i.test(field.description);

/** The unit of time a field is counted in, when it says so. */
const timeUnit = (field: Field): string | undefined => {
  const inName = TIME_WORDS.find((word) => field.words.includes(word));
  const inText = /\bin (seconds|minutes|hours|days|weeks)\b/i.exec(field.description)?.[1];
  return inName ?? (inText === undefined ? undefined : root(inText.toLowerCase()));
};

/** The value in the unit and type that the field takes. */
export const numberFor = (field: Field, said: NumberSaid): number => {
  if (said.percent && field.kind !== 'integer' && !wantsPercent(field)) return Number.parseFloat((said.value / 100).toPrecision(12));
  const [from, to] = [SECONDS[said.unit], SECONDS[timeUnit(field) ?? '']];
  if (from !== undefined && to !== undefined && from !== to) return Number.parseFloat(((said.value * from) / to).toPrecision(12));
  return said.value;
};

const MOST_PAIRS = 10;

/**
 * Which number goes to which field, with the highest sum of fits: every set of used numbers is tried once per field.
 * `fits[field][number]`; -1 where a field goes without.
 */
export const assign = (fits: readonly (readonly number[])[], least: readonly number[]): number[] => {
  const rows = fits.slice(0, MOST_PAIRS);
  const width = Math.min(MOST_PAIRS, rows[0]?.length ?? 0);
  let states = new Map<number, { sum: number; taken: number[] }>([[0, { sum: 0, taken: [] }]]);
  rows.forEach((row, at) => {
    const next = new Map<number, { sum: number; taken: number[] }>();
    const keep = (used: number, state: { sum: number; taken: number[] }) => {
      if (state.sum > (next.get(used)?.sum ?? Number.NEGATIVE_INFINITY)) next.set(used, state);
    };
    for (const [used, { sum, taken }] of states) {
      keep(used, { sum, taken: [...taken, -1] });
      for (let one = 0; one < width; one++) {
        const fit = row[one] ?? 0;
        if ((used & (1 << one)) === 0 && fit >= (least[at] ?? 0)) keep(used | (1 << one), { sum: sum + fit, taken: [...taken, one] });
      }
    }
    states = next;
  });
  const best = [...states.values()].reduce((a, b) => (b.sum > a.sum ? b : a), { sum: Number.NEGATIVE_INFINITY, taken: [] as number[] });
  return fits.map((_, at) => best.taken[at] ?? -1);
};
