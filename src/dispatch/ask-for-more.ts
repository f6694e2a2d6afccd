import { perOf } from '../db/budgets.ts';
import type { Actor } from './actor.ts';
import type { Heart } from './heart.ts';
import type { Over } from './over.ts';
import { propose } from './propose.ts';

const CENT = 10_000;
/** "Grant 2 more?": what is asked for at least. */
const LEAST = { micros: 2_000_000, tokens: 50_000 };

/** Wilco itself asks, in nobody's name: any admin may decide. */
const wilco = (projectId: string): Actor => ({ projectId, personId: null, name: 'Wilco', role: 'admin', via: 'budget' });

const amount = ({ kind, used, wanted, limit }: Over): { usd: number } | { tokens: number } => {
  const more = Math.max(LEAST[kind], used + wanted - limit);
  return kind === 'micros' ? { usd: Math.ceil(more / CENT) / 100 } : { tokens: more };
};

/**
 * Asks people, on a card in the thread of what was stopped, to grant more for this one period: once for each limit and period, and again only
 * when what was granted is used up as well. Of a budget of nothing it asks for nothing: somebody meant that.
 */
export const askForMore = async (heart: Heart, over: Over, threadId: string): Promise<void> => {
  const { projectId, spender, period, kind, limit } = over;
  if (limit === 0) return;
  const who = spender.replace(/^agent:/, '');
  const input = { who, per: perOf(period), period, ...amount(over) };
  const origin = `budget:${projectId}:${spender}:${period}:${kind}:${limit}`;
  const proposed = await propose(heart, wilco(projectId), { threadId, tool: 'grant_budget', input, origin });
  // A kill, or a policy that refuses it: what was stopped has said why, and that is all that can be said.
  if (!proposed.ok) heart.log.info({ code: proposed.error.code }, 'budget.unasked');
};
