import { routeLexically } from '../../../src/agents/lexical/route.ts';
import type { Case, Expected } from './case.ts';

const NOW = { now: new Date('2026-11-21T10:00:00Z'), timeZone: 'UTC' };

const plain = (text: string): string =>
  text
    .replace(/[ ,./\-_*^]/g, '')
    .toLowerCase()
    .replaceAll("'", '"');

const same = (got: unknown, want: unknown): boolean => {
  if (typeof want === 'string') return typeof got === 'string' && plain(got) === plain(want);
  if (Array.isArray(want)) return Array.isArray(got) && got.length === want.length && want.every((one, at) => same(got[at], one));
  if (typeof want === 'object' && want !== null)
    return typeof got === 'object' && got !== null && sameArguments(got as Record<string, unknown>, want as Record<string, unknown>);
  return got === want;
};

const fits = (got: unknown, want: unknown): boolean => {
  const several = typeof want === 'object' && want !== null && 'either' in want ? (want as { either: unknown[]; maybe?: boolean }) : null;
  if (!several) return same(got, want);
  return (got === undefined && several.maybe === true) || several.either.some((one) => same(got, one));
};

const sameArguments = (got: Record<string, unknown>, want: Record<string, unknown>): boolean =>
  Object.keys(got).every((key) => Object.hasOwn(want, key)) && Object.entries(want).every(([key, value]) => fits(got[key], value));

const sameCall = (got: Expected | undefined, want: Expected): boolean =>
  got?.name === want.name && sameArguments(got.arguments, want.arguments);

export type Verdict = { tool: boolean; call: boolean; got: readonly Expected[] };

/** Calls count in any order; a call too many is as wrong as one too few. */
export const judge = ({ tools, text, calls }: Case): Verdict => {
  const got = routeLexically(tools, text, NOW).calls;
  const names = (list: readonly Expected[]) =>
    list
      .map(({ name }) => name)
      .sort()
      .join();
  const rest = [...got];
  const all = calls.every((want) => {
    const at = rest.findIndex((one) => sameCall(one, want));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
  return { tool: names(got) === names(calls), call: all && rest.length === 0, got };
};
