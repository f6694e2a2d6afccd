import { z } from 'zod';
import { ok } from '../result.ts';
import { changePolicy, NO_POLICY, policyNow, policyVersionsFrom } from './policy-change.ts';
import { POWER } from './power.ts';
import { defineTool, field, type PreviewContext, type Undo } from './tool.ts';

const LIMIT = 'A daily limit is an amount in US dollars and cents, such as 25 or 9.50, or none.';

const Input = z.strictObject({
  daily_limit_usd: z
    .union([z.number().min(0).max(1_000_000).multipleOf(0.01), z.literal('none')], LIMIT)
    .meta(field({ title: 'Daily limit in US dollars', control: 'number', slot: 'number' })),
});
type Limit = z.output<typeof Input>['daily_limit_usd'];

const toMicros = (limit: Limit): number | null => (limit === 'none' ? null : Math.round(limit * 1_000_000));
const inWords = (micros: number | null): string => (micros === null ? 'none' : `$${(micros / 1_000_000).toFixed(2)}`);

const fromMicros = (micros: number | null): Limit => (micros === null ? 'none' : micros / 1_000_000);

/** The limit before, as long as no version since has another than the one that was set. */
const takeBack = async (ctx: PreviewContext, data: Record<string, unknown>): Promise<Undo> => {
  const [before, set, ...since] = await policyVersionsFrom(ctx, data);
  if (!before || !set) return { ok: false, why: 'The limit before it is not known.' };
  const was = before.dailyLimitMicros;
  const now = set.dailyLimitMicros;
  if (was === now) return { ok: false, why: 'It changed nothing, so there is nothing to take back.' };
  const other = since.find(({ dailyLimitMicros }) => dailyLimitMicros !== now);
  if (other) return { ok: false, why: 'The daily limit has been changed since.' };
  return { ok: true, tool: 'set_budget', input: { daily_limit_usd: fromMicros(was) } };
};

/** Sets the most that may be spent in a day, or lifts it. */
export const setBudget = defineTool({
  name: 'set_budget',
  slash: 'budget',
  title: 'Set the daily limit',
  summary: 'Sets the most that actions may cost in a day, in US dollars, or removes the limit with "none"',
  examples: ['set the daily limit to 25 dollars', 'limit spending to 9.50 a day'],
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
  ],
  ...POWER,
  version: 1,
  input: Input,
  target: () => 'daily limit',
  async preview({ daily_limit_usd }, { db, projectId }) {
    const now = await policyNow(db, projectId);
    if (!now) return { changes: [`Would be refused: ${NO_POLICY.error.message}`], reversible: 'Nothing changes' };
    const changes = [`Daily limit: ${inWords(now.document.dailyLimitMicros)} → ${inWords(toMicros(daily_limit_usd))}`];
    if (daily_limit_usd === 0) changes.push('Nothing that costs money runs under this limit');
    return { changes, reversible: 'Can be undone by setting the limit back; what was spent meanwhile is spent' };
  },
  undo: ({ data }, ctx) => takeBack(ctx, data),
  async execute({ daily_limit_usd }, ctx) {
    const dailyLimitMicros = toMicros(daily_limit_usd);
    const changed = await changePolicy(ctx, {
      kind: 'budget.changed',
      data: { dailyLimitMicros },
      apply: (document) => ({ ...document, dailyLimitMicros }),
    });
    if (!changed.ok) return changed;
    const summary = dailyLimitMicros === null ? 'There is no daily limit any more' : `The daily limit is now ${inWords(dailyLimitMicros)}`;
    return ok({ summary, data: { version: changed.value, dailyLimitMicros } });
  },
});
