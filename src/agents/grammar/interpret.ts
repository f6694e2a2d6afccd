import { type ClauseRead, MOST_CLAUSES, readClause } from './clauses.ts';
import { FILLERS } from './lexicon.ts';
import { isMark, type Line, type Range, wordAt } from './line.ts';
import { type Found, matchPattern } from './match.ts';
import type { Manner } from './match-state.ts';
import type { Spoken } from './phrases.ts';

/** A range of what was said, and how it is said. */
export type Said = { range: Range; manner: Manner };

export const isFull = (found: Found): boolean => found.missing.length === 0 && found.doubts.length === 0 && found.refused === undefined;

const openPoints = (found: Found): number => found.missing.length + found.doubts.length + (found.refused ? 1 : 0);

/** "by Friday, …" and "high priority …": arguments in front of everything. */
const leadingClauses = (line: Line, spoken: Spoken, range: Range): { given: ClauseRead[]; from: number } => {
  const given: ClauseRead[] = [];
  let { from } = range;
  for (;;) {
    const read = readClause(line, spoken, { range: { from, to: range.to }, where: { bare: true, apart: false } });
    if (!read || given.length >= MOST_CLAUSES) return { given, from };
    given.push(read);
    from = read.next;
    while (from < range.to && (isMark(line, from, ',:') || wordAt(line, from) === 'and')) from++;
  }
};

const readingsOf = (line: Line, spoken: Spoken, { range, manner }: Said): Found[] => {
  const found: Found[] = [];
  const hold = (from: number, given: readonly ClauseRead[], noun: boolean) => {
    for (const pattern of manner.bare ? spoken.bare : spoken.patterns) {
      const said = { pattern, range: { from, to: range.to }, manner: { ...manner, nounOk: noun }, given };
      const reading = matchPattern(line, spoken, said);
      if (reading) found.push(reading);
    }
  };
  hold(range.from, [], manner.nounOk);
  if (manner.bare) return found;
  const from = FILLERS.has(wordAt(line, range.from)) ? range.from + 1 : range.from;
  const leading = leadingClauses(line, spoken, { from, to: range.to });
  // "An urgent task for …" may be the beginning of a statement: without "I need" it takes a colon.
  const asked = manner.nounOk || (from === range.from && leading.given.length > 0);
  if (leading.from > range.from) hold(leading.from, leading.given, asked);
  return found;
};

const valuesOf = (found: Found): string =>
  JSON.stringify([found.spoken.tool.name, [...found.values].sort(([a], [b]) => a.localeCompare(b))]);

/** The reading that explains most words; null when there is none, or when two explain as much and differ. */
export const interpret = (line: Line, spoken: readonly Spoken[], said: Said): Found | null => {
  const readings = spoken.flatMap((one) => readingsOf(line, one, said));
  readings.sort((a, b) => b.score - a.score || openPoints(a) - openPoints(b));
  const [best, ...others] = readings;
  if (!best || !isFull(best)) return best ?? null;
  const rivals = others.filter((other) => other.score === best.score && isFull(other));
  return rivals.some((rival) => valuesOf(rival) !== valuesOf(best)) ? null : best;
};
