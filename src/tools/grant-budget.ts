import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { wakeForBudget } from '../db/budget-runs.ts';
import { allLimits, holdPeriods, PERS, type Per, perOf, readPeriods, resetOf } from '../db/budgets.ts';
import type { Db } from '../db/client.ts';
import { budgetUse } from '../db/tables/control.ts';
import { ok } from '../result.ts';
import { amountOf, spenderNamed, Who, whoseOf } from './budget-words.ts';
import { NO_POLICY, policyNow } from './policy-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field } from './tool.ts';

const USD = 'An amount in US dollars and cents, such as 2 or 9.50.';
const PERIOD = 'A day such as 2026-11-21, or a month such as 2026-11.';

const Input = z.strictObject({
  who: Who.meta(field({ title: 'For whom', control: 'line', slot: 'name' })),
  per: z
    .enum(PERS)
    .default('day')
    .meta(field({ title: 'For this day or this month', control: 'choice', slot: 'choice' })),
  usd: z
    .number(USD)
    .min(0.01, USD)
    .max(1_000_000, USD)
    .multipleOf(0.01, USD)
    .optional()
    .meta(field({ title: 'US dollars more', control: 'number', slot: 'number' })),
  tokens: z
    .int()
    .min(1)
    .max(1_000_000_000_000)
    .optional()
    .meta(field({ title: 'Tokens more', control: 'number' })),
  period: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])(-\d{2})?$/, PERIOD)
    .optional()
    .meta(field({ title: 'Which one', control: 'line' })),
});
type Input = z.output<typeof Input>;

const granted = ({ usd, tokens }: Input) => ({ micros: Math.round((usd ?? 0) * 1_000_000), tokens: tokens ?? 0 });

const words = (input: Input): string => {
  const { micros, tokens } = granted(input);
  const parts = [...(micros > 0 ? [amountOf('micros', micros)] : []), ...(tokens > 0 ? [amountOf('tokens', tokens)] : [])];
  return parts.join(' and ') || 'nothing';
};

const periodNow = async (db: Db, at: { projectId: string; who: string; per: Per }): Promise<string> => {
  const [use] = await readPeriods(db, at.projectId, [{ spender: spenderNamed(at.who), per: at.per }]);
  return use?.period ?? '';
};

const Named = z.object({ who: z.string(), per: z.enum(PERS).default('day'), period: z.string().optional() });

/** Lets one spender use more than its limit, for one day or one month and no longer. The policy stays as it is. */
export const grantBudget = defineTool({
  name: 'grant_budget',
  slash: 'grant-budget',
  title: 'Grant more budget',
  summary: 'Lets the project or one agent spend more than its limit, for one day or one month alone, in US dollars or tokens',
  examples: ['grant note-taker 2 dollars more', 'grant the project 10 dollars more for this month'],
  phrases: [
    'grant {who} {usd} dollars more',
    'grant {who} {usd} more',
    'grant the {who} {usd} dollars more',
    'grant the {who} {usd} dollars more for this {per}',
  ],
  ...POWER,
  version: 1,
  input: Input,
  target: ({ who, period }) => `budget of ${whoseOf(spenderNamed(who))}${period ? `, ${period}` : ''}`,
  async complete(input, { db, projectId }) {
    const named = Named.safeParse(input);
    // Bound to the period that it was asked in: approved a day late it must not open another one.
    if (!named.success || named.data.period !== undefined) return input;
    return { ...input, period: await periodNow(db, { projectId, who: named.data.who, per: named.data.per }) };
  },
  async preview(input, { db, projectId }) {
    const { who, per, period } = input;
    const spender = spenderNamed(who);
    const now = await policyNow(db, projectId);
    if (!now) return { changes: [`Would be refused: ${NO_POLICY.error.message}`], reversible: 'Nothing changes' };
    const limit = allLimits(now.document).find((one) => one.spender === spender && one.per === per);
    const until = period ? `, until ${resetOf(period).toISOString().slice(0, 10)}, 00:00 UTC` : '';
    const changes = [`${words(input)} more for ${whoseOf(spender)}${until}`];
    if (!limit) changes.push(`${whoseOf(spender)} has no budget for a ${per}, so this changes nothing`);
    changes.push('The limit itself stays as it is');
    return { changes, reversible: 'Ends by itself with that day or month; what is spent is spent' };
  },
  async execute(input, { tx, projectId }) {
    const { who, per } = input;
    const spender = spenderNamed(who);
    const { micros, tokens } = granted(input);
    if (micros + tokens === 0) return refuse('amount_missing', 'Say how much: an amount in US dollars, or tokens.');
    const [use] = await holdPeriods(tx, projectId, [{ spender, per }]);
    if (!use || (input.period !== undefined && input.period !== use.period))
      return refuse(
        'period_over',
        `That ${input.period ? perOf(input.period) : per} is over, so nothing was granted. Its limit holds anew now.`,
      );
    await tx
      .update(budgetUse)
      .set({ grantedMicros: sql`${budgetUse.grantedMicros} + ${micros}`, grantedTokens: sql`${budgetUse.grantedTokens} + ${tokens}` })
      .where(and(eq(budgetUse.projectId, projectId), eq(budgetUse.spender, spender), eq(budgetUse.period, use.period)));
    const woken = await wakeForBudget(tx, projectId, spender);
    const goesOn = woken === 0 ? '' : `; ${woken} ${woken === 1 ? 'run goes' : 'runs go'} on`;
    const summary = `${whoseOf(spender)} may use ${words(input)} more until ${resetOf(use.period).toISOString().slice(0, 10)}, 00:00 UTC${goesOn}`;
    return ok({ summary, data: { spender, period: use.period, micros, tokens, woken } });
  },
});
