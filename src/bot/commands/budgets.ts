import { z } from 'zod';
import { PROJECT } from '../../db/budgets.ts';
import { type BudgetLine, readBudgets } from '../../dispatch/budget-standing.ts';
import { type Card, plainCard } from '../../dispatch/card.ts';
import { type BudgetChanged, changeBudget } from '../../dispatch/change-budget.ts';
import { type CommandError, defineCommand } from '../../dispatch/command.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Slot } from '../../tools/budget-limits.ts';
import { amountOf, spenderNamed, whoseOf } from '../../tools/budget-words.ts';
import type { CommandDeps } from './deps.ts';

const rowOf = ({ spender, per, kind, limit, granted, used, reserved, left, percent }: BudgetLine) => {
  const most = granted === 0 ? amountOf(kind, limit) : `${amountOf(kind, limit)} + ${amountOf(kind, granted)} granted`;
  const cells = [whoseOf(spender), per, most, amountOf(kind, used), amountOf(kind, reserved), amountOf(kind, left), `${percent} %`];
  return { cells: cells.map(visible) };
};

const COLUMNS = ['Whose', 'For each', 'Limit', 'Used', 'Reserved', 'Left', 'Share'];

const overview = async (heart: Heart, projectId: string): Promise<Card> => {
  const lines = await readBudgets(heart.database.db, projectId);
  return plainCard({
    title: visible(lines.length === 0 ? 'No budgets are set' : 'Budgets'),
    table: { columns: COLUMNS, rows: lines.map(rowOf), empty: 'Write “set the budget of note-taker to 2 dollars a day”.' },
    notes: lines.length === 0 ? [] : [visible('Days and months are of UTC. Reserved is what runs now may need at most.')],
  });
};

const LINE =
  /^(?:(?:of\s+)?@?(?<who>[a-z][a-z0-9_-]*)\s+)?(?:to\s+)?\$?(?<amount>\d[\d,]*(?:\.\d{1,2})?|none)\s*(?<unit>tokens?|dollars?|usd)?(?:\s*(?:a|per|each)\s+(?<per>day|month))?\.?$/i;

/** `note-taker 2 a day`, `project none a month`, `25`. */
const readLine = (text: string): { slot: Slot; amount: number | null } | undefined => {
  const { who = PROJECT, amount = '', unit = '', per = 'day' } = LINE.exec(text.trim())?.groups ?? {};
  if (amount === '') return undefined;
  const kind = /^token/i.test(unit) ? 'tokens' : 'micros';
  const number = Number(amount.replaceAll(',', ''));
  if (kind === 'tokens' && !Number.isInteger(number)) return undefined;
  const slot: Slot = { who: who.toLowerCase(), per: per.toLowerCase() === 'month' ? 'month' : 'day', kind };
  if (amount.toLowerCase() === 'none') return { slot, amount: null };
  return { slot, amount: kind === 'tokens' ? number : Math.round(number * 1_000_000) };
};

const UNREADABLE = err({
  code: 'invalid_input',
  message:
    'Say whose budget and how much, such as /budget note-taker 2 a day, /budget note-taker 50000 tokens a month or /budget project none.',
});

const inWords = ({ kind }: Slot, amount: number | null): string => (amount === null ? 'none' : amountOf(kind, amount));

const sayOf = ({ slot, amount }: { slot: Slot; amount: number | null }, { kind, before }: BudgetChanged): string => {
  const change = `${inWords(slot, before)} → ${inWords(slot, amount)}`;
  if (kind === 'same') return `It is ${inWords(slot, amount)} already; nothing was changed.`;
  return kind === 'lowered' ? `${change}. It holds at once.` : `${change} would raise it, so its card waits for an admin.`;
};

const setLine = async (
  { heart, receive }: CommandDeps,
  text: string,
  at: { actor: Parameters<typeof changeBudget>[1]; threadId: string },
): Promise<Result<Card, CommandError>> => {
  const wanted = readLine(text);
  if (!wanted) return UNREADABLE;
  const { who, per } = wanted.slot;
  if (who !== PROJECT && !(await receive.agents.find(at.actor.projectId, who)))
    return err({ code: 'agent_missing', message: 'There is no agent of that name here. /agents lists them.' });
  const changed = await changeBudget(heart, at.actor, { ...wanted, threadId: at.threadId });
  if (!changed.ok) return changed;
  const title = `Budget of ${whoseOf(spenderNamed(who))} for each ${per}`;
  return ok(plainCard({ title: visible(title), notes: [visible(sayOf(wanted, changed.value))] }));
};

export const budgets = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'budgets',
    summary: 'Every budget: its limit, what is used of it, reserved and left',
    usage: '/budgets',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    run: async (_args, actor) => ok(await overview(heart, actor.projectId)),
  });

export const budget = (deps: CommandDeps) =>
  defineCommand({
    name: 'budget',
    summary: 'Sets the budget of the project or of an agent: at once where that lowers it, else by a card. Alone it shows them all',
    usage: '/budget [agent or project] [amount or none] [tokens] [a day or a month]',
    changes: true,
    role: 'operator',
    args: z.strictObject({ what: z.string().max(200).optional() }),
    rest: 'what',
    async run({ what }, actor, { threadId }) {
      return what === undefined ? ok(await overview(deps.heart, actor.projectId)) : setLine(deps, what, { actor, threadId });
    },
  });
