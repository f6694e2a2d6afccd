import { z } from 'zod';
import { wakeForBudget } from '../db/budget-runs.ts';
import { PERS, PROJECT } from '../db/budgets.ts';
import { ok } from '../result.ts';
import { limitAt, type Slot, withLimit } from './budget-limits.ts';
import { amountOf, spenderNamed, Who, whoseOf } from './budget-words.ts';
import { changePolicy, NO_POLICY, policyNow, policyVersionsFrom } from './policy-change.ts';
import { POWER } from './power.ts';
import { defineTool, field, type PreviewContext, type Undo } from './tool.ts';

const LIMIT = 'A daily limit is an amount in US dollars and cents, such as 25 or 9.50, or none.';
const USD = 'A limit is an amount in US dollars and cents, such as 25 or 9.50, or none.';
const TOKENS = 'A limit of tokens is a whole number, such as 200000, or none.';

const usd = (message: string) => z.union([z.number().min(0).max(1_000_000).multipleOf(0.01), z.literal('none')], message);

const Input = z
  .strictObject({
    daily_limit_usd: usd(LIMIT)
      .optional()
      .meta(field({ title: 'Daily limit in US dollars', control: 'number', slot: 'number' })),
    who: Who.optional().meta(field({ title: 'Whose: project, or an agent', control: 'line', slot: 'name' })),
    per: z
      .enum(PERS)
      .optional()
      .meta(field({ title: 'In a day or a month', control: 'choice', slot: 'choice' })),
    usd: usd(USD)
      .optional()
      .meta(field({ title: 'Limit in US dollars', control: 'number', slot: 'number' })),
    tokens: z
      .union([z.int().min(0).max(1_000_000_000_000), z.literal('none')], TOKENS)
      .optional()
      .meta(field({ title: 'Limit in tokens', control: 'number' })),
  })
  .refine((input) => [input.daily_limit_usd, input.usd, input.tokens].filter((one) => one !== undefined).length === 1, {
    message: 'Say one limit: an amount in US dollars, or a number of tokens, or none.',
    path: ['daily_limit_usd'],
  })
  .refine((input) => input.daily_limit_usd === undefined || (input.who === undefined && input.per === undefined), {
    message: 'The daily limit is the project’s. For an agent, or for a month, give the limit in US dollars or tokens.',
    path: ['usd'],
  });
type Input = z.output<typeof Input>;

type Wanted = { slot: Slot; amount: number | null };

const wantedOf = ({ daily_limit_usd, who = PROJECT, per = 'day', usd: dollars, tokens }: Input): Wanted => {
  if (tokens !== undefined) return { slot: { who, per, kind: 'tokens' }, amount: tokens === 'none' ? null : tokens };
  const amount = daily_limit_usd ?? dollars ?? 'none';
  return { slot: { who, per, kind: 'micros' }, amount: amount === 'none' ? null : Math.round(amount * 1_000_000) };
};

const inWords = ({ kind }: Slot, amount: number | null): string => (amount === null ? 'none' : amountOf(kind, amount));

const nameOf = ({ who, per, kind }: Slot): string =>
  who === PROJECT && per === 'day' && kind === 'micros' ? 'daily limit' : `budget of ${whoseOf(spenderNamed(who))} for each ${per}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The same slot with another amount, in the words that it was set with. */
const inputFor = (input: Input, amount: number | null): Record<string, unknown> => {
  const dollars = amount === null ? 'none' : amount / 1_000_000;
  const { daily_limit_usd, usd: _usd, tokens, ...rest } = input;
  if (daily_limit_usd !== undefined) return { daily_limit_usd: dollars };
  return tokens === undefined ? { ...rest, usd: dollars } : { ...rest, tokens: amount ?? 'none' };
};

/** The limit before, as long as no version since has another than the one that was set. */
const takeBack = async (ctx: PreviewContext, { input, data }: { input: Input; data: Record<string, unknown> }): Promise<Undo> => {
  const { slot } = wantedOf(input);
  const [was, now, ...since] = (await policyVersionsFrom(ctx, data)).map((document) => limitAt(document, slot));
  if (was === undefined || now === undefined) return { ok: false, why: 'The limit before it is not known.' };
  if (was === now) return { ok: false, why: 'It changed nothing, so there is nothing to take back.' };
  if (since.some((one) => one !== now)) return { ok: false, why: `The ${nameOf(slot)} has been changed since.` };
  return { ok: true, tool: 'set_budget', input: inputFor(input, was) };
};

/** Sets the most that the project or one agent may use in a day or a month, or lifts it. */
export const setBudget = defineTool({
  name: 'set_budget',
  slash: 'set-budget',
  title: 'Set a budget',
  summary:
    'Sets the most that the project or one agent may use in a day or a month, in US dollars or in tokens of models, or removes the limit with "none"',
  examples: ['set the daily limit to 25 dollars', 'limit spending to 9.50 a day', 'set the budget of note-taker to 2 dollars a day'],
  phrases: [
    'set the daily limit to {daily_limit_usd}',
    'set the daily limit to {daily_limit_usd} dollars',
    'set the budget to {daily_limit_usd}',
    'set the budget to {daily_limit_usd} dollars a day',
    'change the budget to {daily_limit_usd} dollars a day',
    'change the daily limit to {daily_limit_usd} dollars',
    'raise the daily limit to {daily_limit_usd} dollars',
    'lower the daily limit to {daily_limit_usd} dollars',
    'limit spending to {daily_limit_usd} a day',
    'set the budget of {who} to {usd} dollars a {per}',
    'set the budget of {who} to {usd} a {per}',
  ],
  ...POWER,
  version: 1,
  input: Input,
  target: (input) => nameOf(wantedOf(input).slot),
  async preview(input, { db, projectId }) {
    const now = await policyNow(db, projectId);
    if (!now) return { changes: [`Would be refused: ${NO_POLICY.error.message}`], reversible: 'Nothing changes' };
    const { slot, amount } = wantedOf(input);
    const changes = [`${capital(nameOf(slot))}: ${inWords(slot, limitAt(now.document, slot))} → ${inWords(slot, amount)}`];
    if (amount === 0) changes.push('Nothing that costs money runs under this limit');
    return { changes, reversible: 'Can be undone by setting the limit back; what was spent meanwhile is spent' };
  },
  undo: (done, ctx) => takeBack(ctx, done),
  async execute(input, ctx) {
    const { slot, amount } = wantedOf(input);
    const { who, per, kind } = slot;
    const plain = nameOf(slot) === 'daily limit';
    const said = plain ? { dailyLimitMicros: amount } : { who, per, kind, amount };
    const changed = await changePolicy(ctx, {
      kind: 'budget.changed',
      data: said,
      apply: (document) => withLimit(document, slot, amount),
    });
    if (!changed.ok) return changed;
    await wakeForBudget(ctx.tx, ctx.projectId, spenderNamed(who));
    const summary = amount === null ? `There is no ${nameOf(slot)} any more` : `The ${nameOf(slot)} is now ${inWords(slot, amount)}`;
    return ok({ summary, data: { version: changed.value, ...said } });
  },
});
