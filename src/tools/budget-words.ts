import { z } from 'zod';
import { agentOf, PROJECT, spenderOf } from '../db/budgets.ts';

/** What is counted: millionths of a US dollar, or tokens of models. */
export type Kind = 'micros' | 'tokens';

const inDollars = (micros: number): string => {
  const amount = micros / 1_000_000;
  return `$${amount.toFixed(amount !== 0 && Math.abs(amount) < 0.01 ? 4 : 2)}`;
};

/** `$2.50`, or `40,000 tokens`. */
export const amountOf = (kind: Kind, amount: number): string =>
  kind === 'micros' ? inDollars(amount) : `${amount.toLocaleString('en')} tokens`;

/** `note-taker`, or `the project`. */
export const whoseOf = (spender: string): string => agentOf(spender) ?? 'the project';

/** Who a budget is for, as it is written: `project`, or an agent's key. */
export const Who = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'Say whose: project, or the name of an agent such as note-taker.');

/** As `budget_use` names them. */
export const spenderNamed = (who: string): string => (who === PROJECT ? PROJECT : spenderOf(who));
