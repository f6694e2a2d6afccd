import type { Condition } from '../db/policy-document.ts';
import { RISKS, type Risk } from '../db/states.ts';
import type { PastDecision } from '../tools/autopilot-past.ts';
import { holds } from '../tools/condition.ts';

/** From how much agreement on a rule is proposed, for how long it then lasts, and how much more it takes after one that was not wanted. */
export const EARNED = { least: 20, percent: 95, days: 60, lasts: 30, again: 20 } as const;

/** What people agreed to so often that nobody need be asked: up to a risk, and where one thing tells it from what they did not, where that is so. */
export type EarnedRule = { riskUpTo: Risk; where?: [Condition] };

/** Whether people decided often enough, and hardly ever otherwise. Pure. */
export const isEarned = (past: readonly PastDecision[]): boolean =>
  past.length >= EARNED.least && past.filter(({ agreed }) => agreed).length * 100 >= EARNED.percent * past.length;

const MOST_VALUES = 10;
const LONGEST_VALUE = 60;

type Sides = { good: unknown[]; bad: unknown[] };

/** As far as the good ones go without a bad one. */
const bounds = (field: string, { good, bad }: Sides): Condition[] => {
  const numbers = (values: unknown[]) => values.filter((value) => typeof value === 'number');
  const [yes, no] = [numbers(good), numbers(bad)];
  const below = yes.filter((value) => no.every((other) => value < other));
  const above = yes.filter((value) => no.every((other) => value > other));
  return [
    ...(below.length > 0 ? [{ field, is: '<=' as const, value: Math.max(...below) }] : []),
    ...(above.length > 0 ? [{ field, is: '>=' as const, value: Math.min(...above) }] : []),
  ];
};

const textsOf = (values: unknown[]): string[] => values.flat().filter((value) => typeof value === 'string');

/** What only the good ones have, where that is a short list. */
const onlyGood = (good: string[], bad: string[]): string[] => {
  const others = new Set(bad.map((value) => value.toLowerCase()));
  const own = [...new Set(good.map((value) => value.toLowerCase()))].filter((value) => !others.has(value)).sort();
  return own.length <= MOST_VALUES && own.every((value) => value !== '' && value.length <= LONGEST_VALUE) ? own : [];
};

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

const listed = (field: string, { good, bad }: Sides): Condition[] => {
  const [yes, no] = [textsOf(good), textsOf(bad)];
  const values = onlyGood(yes, no);
  const mails = yes.length > 0 && yes.every((value) => value.includes('@'));
  const domains = mails ? onlyGood(yes.map(domainOf), no.map(domainOf)) : [];
  return [
    ...(domains.length > 0 ? [{ field, is: 'domain_in' as const, value: domains }] : []),
    ...(values.length > 0 ? [{ field, is: 'in' as const, value: values }] : []),
  ];
};

const conditionsOn = (field: string, sides: Sides): Condition[] => [
  ...bounds(field, sides),
  ...listed(field, sides),
  ...([true, false] as const).map((value) => ({ field, is: '=' as const, value })),
  { field, is: 'present' },
  { field, is: 'absent' },
];

/** The one condition that keeps out everything that people did not agree to, and the least of the rest; undefined where none does. */
const separating = (past: readonly PastDecision[]): Condition | undefined => {
  const good = past.filter(({ agreed }) => agreed).map(({ input }) => input);
  const bad = past.filter(({ agreed }) => !agreed).map(({ input }) => input);
  const fields = [...new Set([...good, ...bad].flatMap((input) => Object.keys(input)))].filter((name) => !name.includes('.')).sort();
  const tried = fields.flatMap((field) => conditionsOn(field, { good: good.map((one) => one[field]), bad: bad.map((one) => one[field]) }));
  const kept = tried
    .filter((condition) => !bad.some((input) => holds(condition, input)))
    .map((condition) => ({ condition, keeps: good.filter((input) => holds(condition, input)).length }))
    .filter(({ keeps }) => keeps >= EARNED.least);
  return kept.sort((a, b) => b.keeps - a.keeps)[0]?.condition;
};

/** The narrowest simple rule that these decisions bear out; undefined where they bear out none. Pure. */
export const earnedRule = (past: readonly PastDecision[]): EarnedRule | undefined => {
  for (const riskUpTo of RISKS) {
    const within = past.filter(({ risk }) => RISKS.indexOf(risk) <= RISKS.indexOf(riskUpTo));
    if (!isEarned(within)) continue;
    const condition = within.every(({ agreed }) => agreed) ? undefined : separating(within);
    return { riskUpTo, ...(condition ? { where: [condition] } : {}) };
  }
  return undefined;
};
