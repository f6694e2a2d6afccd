import { and, desc, eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { proposals } from '../db/tables/proposals.ts';
import { ensureThread } from '../db/talk.ts';
import type { Team } from '../tools/autonomy-change.ts';
import { type PastDecision, pastDecisions } from '../tools/autopilot-past.ts';
import type { Actor } from './actor.ts';
import { EARNED, earnedRule, isEarned } from './earned-rule.ts';
import type { Heart } from './heart.ts';
import { levelOf } from './policy.ts';
import { policyInForce, proposeWith } from './propose.ts';
import { postToTeam, TEAM_THREAD } from './team.ts';
import { visible } from './visible.ts';

/** One agent and one action of its own. */
export type Pair = { projectId: string; agent: string; tool: string };

const DAY_MS = 86_400_000;
/** So many a day at least, however slow the days were that it was earned in. */
const LEAST_PER_DAY = 5;

/** Wilco itself: it asks, like anybody, and decides nothing. */
const wilco = (projectId: string): Actor => ({ projectId, personId: null, name: 'Wilco', role: 'admin', via: 'earned' });

const originOf = ({ agent, tool }: Pair): string => `earned:${agent}:${tool}:`;

/** When Wilco last proposed a rule for this pair and what became of it; undefined: never. */
const lastProposed = async (db: Db, pair: Pair) => {
  const [last] = await db
    .select({ state: proposals.state, at: sql<string>`coalesce(${proposals.decidedAt}, ${proposals.updatedAt})::text` })
    .from(proposals)
    .where(and(eq(proposals.projectId, pair.projectId), sql`starts_with(${proposals.origin}, ${originOf(pair)})`))
    .orderBy(desc(proposals.proposedAt))
    .limit(1);
  return last && { open: ['proposed', 'approved', 'executing', 'waiting', 'unknown'].includes(last.state), at: new Date(last.at) };
};

/** Whether it was asked before, and too little has been decided since to ask again. */
const isTooSoon = async (db: Db, pair: Pair, past: readonly PastDecision[]): Promise<boolean> => {
  const last = await lastProposed(db, pair);
  if (!last) return false;
  return last.open || past.filter(({ at }) => at > last.at).length < EARNED.again;
};

/** Whether a rule would be of any use: the agent is there and proposes, the action may be one, and nothing lets it act already. */
const isWorthwhile = async (heart: Heart, team: Team, { projectId, agent, tool: name }: Pair): Promise<boolean> => {
  const tool = heart.tools.get(name);
  const mate = (await team(projectId)).find(({ key }) => key === agent);
  if (!mate || !tool || tool.changesPower || tool.internal || !heart.tools.has('sign_autopilot')) return false;
  const { document } = await policyInForce(heart.database.db, projectId);
  const there = document.autopilot.some((rule) => rule.agent === agent && rule.tools.includes(name) && new Date(rule.until) > new Date());
  return !there && levelOf(document, mate) !== 'manual';
};

const busiest = (past: readonly PastDecision[]): number => {
  const days = new Map<string, number>();
  for (const { at } of past) days.set(at.toISOString().slice(0, 10), (days.get(at.toISOString().slice(0, 10)) ?? 0) + 1);
  return Math.max(LEAST_PER_DAY, ...days.values());
};

const dayIn = (now: Date, days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);

type Ready = { pair: Pair; recent: readonly PastDecision[]; count: number };

const proposeRule = async (heart: Heart, { pair, recent, count }: Ready): Promise<boolean> => {
  const { projectId, agent, tool } = pair;
  const rule = earnedRule(recent);
  if (!rule) return false;
  const { riskUpTo, where } = rule;
  const until = dayIn(new Date(), EARNED.lasts - 1);
  const input = { agent, actions: tool, risk_up_to: riskUpTo, ...(where ? { where } : {}), until, per_day: busiest(recent) };
  const agreed = recent.filter((one) => one.agreed).length;
  const text = `In ${EARNED.days} days people agreed, without a change, to ${agreed} of ${recent.length} times that @${agent} proposed ${tool}. Wilco proposes to ask nobody any more, on the card below; whoever approves it signs for that.`;
  const made = await proposeWith(heart, {
    actor: wilco(projectId),
    wish: { threadId: TEAM_THREAD, tool: 'sign_autopilot', input, origin: `${originOf(pair)}${count}` },
    alongside: {
      async check(tx: Tx) {
        await ensureThread(tx.db, { id: TEAM_THREAD, projectId, create: true, title: 'Team' });
        return undefined;
      },
      async done(tx, { joined }) {
        if (!joined) await postToTeam(tx, { projectId, kind: 'finding', text: visible(text), agent: null });
      },
    },
  });
  return made.ok && !made.value.joined;
};

/**
 * Looks whether people have agreed to what an agent proposes so often that a rule could, and then proposes that rule, once, with how it would
 * have gone on the card. No model is asked, and nothing comes of it unless a person signs. Answers whether it proposed one.
 */
export const considerPair = async (heart: Heart, team: Team, pair: Pair): Promise<boolean> => {
  const { db } = heart.database;
  const past = await pastDecisions(db, { projectId: pair.projectId, agent: pair.agent, tools: [pair.tool] });
  const since = new Date(Date.now() - EARNED.days * DAY_MS);
  const recent = past.filter(({ at }) => at >= since);
  if (!isEarned(recent) || (await isTooSoon(db, pair, past)) || !(await isWorthwhile(heart, team, pair))) return false;
  return proposeRule(heart, { pair, recent, count: past.length });
};
