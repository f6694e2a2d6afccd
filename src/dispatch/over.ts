import { perOf, resetOf } from '../db/budgets.ts';
import { amountOf, type Kind, whoseOf } from '../tools/budget-words.ts';

/** The limit that did not allow something: whose, for when, of what kind, how much of it is used, and how much more was wanted. */
export type Over = {
  code: 'budget';
  projectId: string;
  spender: string;
  period: string;
  kind: Kind;
  /** With what was granted on top. */
  limit: number;
  used: number;
  wanted: number;
};

/** `22 November 2026, 00:00 UTC`. */
export const resetWords = (period: string): string =>
  `${resetOf(period).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })}, 00:00 UTC`;

/** Which limit it is, whose, how much is left of it and when it begins anew: to be read after "because". */
export const whyOver = ({ spender, period, kind, limit, used, wanted }: Over): string => {
  const whose = `the budget of ${whoseOf(spender)} for this ${perOf(period)}`;
  if (limit === 0) return `${whose} is zero, so nothing runs that costs anything`;
  const left = amountOf(kind, Math.max(0, limit - used));
  return `${whose} has ${left} of ${amountOf(kind, limit)} left, and this may need ${amountOf(kind, wanted)}; it begins anew on ${resetWords(period)}`;
};

/** The same as a sentence. */
export const sayOver = (over: Over): string => `${whyOver(over).replace(/^t/, 'T')}.`;
