import { and, eq, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { cancelRuns } from '../../db/agent-run-cancel.ts';
import type { Db } from '../../db/client.ts';
import { proposals } from '../../db/tables/proposals.ts';
import { schedules } from '../../db/tables/schedules.ts';
import { ok } from '../../result.ts';
import { POWER } from '../power.ts';
import { refuse } from '../refuse.ts';
import { defineTool, field, type PreviewContext, type Tool, type Undo } from '../tool.ts';
import type { AgentTools } from './deploy-agent.ts';
import { keyField, toArguments } from './fields.ts';
import { agentNow, writeAgent } from './standing.ts';

const WHY = 'agent_retired';
/** Why runs ended that were not over. */
const RETIRED = { code: WHY, problem: 'The agent was retired.' } as const;

/** Whoever is not addressed to anybody in particular is answered by this one. */
const INDISPENSABLE = 'dispatcher';

const Input = z.strictObject({ key: keyField().meta(field({ title: 'Agent', control: 'line', slot: 'name' })) });

const obstacle = async (agents: AgentTools, key: string, at: PreviewContext & { lock?: boolean }) => {
  const { db, projectId, lock = false } = at;
  if (key === INDISPENSABLE)
    return refuse('agent_needed', 'The dispatcher answers whatever is addressed to nobody in particular, so it cannot be retired.');
  const now = await agentNow(db, { projectId, key }, { ...agents, lock });
  if (!now || now.state === 'retired') return refuse('agent_missing', `There is no agent @${key} here. /agents lists them.`);
  return { ok: true as const, now };
};

/** What it leaves behind: cards that wait, and schedules that are for it. */
const leaves = async (db: Db, projectId: string, key: string): Promise<string[]> => {
  const count = sql<number>`count(*)::int`;
  const [cards] = await db
    .select({ count })
    .from(proposals)
    .where(and(eq(proposals.projectId, projectId), eq(proposals.agentKey, key), eq(proposals.state, 'proposed')));
  const [planned] = await db
    .select({ count })
    .from(schedules)
    .where(and(eq(schedules.projectId, projectId), eq(schedules.targetAgentKey, key), ne(schedules.state, 'ended')));
  const lines: string[] = [];
  if (cards?.count)
    lines.push(`${cards.count === 1 ? 'A card of its waits' : `${cards.count} cards of its wait`} and can still be decided by people`);
  if (planned?.count)
    lines.push(
      `${planned.count === 1 ? 'A schedule is' : `${planned.count} schedules are`} for it and will find nobody: delete with /unschedule`,
    );
  return lines;
};

const Done = z.object({ was: z.record(z.string(), z.unknown()) });

const takeBack = async (agents: AgentTools, done: { key: string; data: unknown }, { db, projectId }: PreviewContext): Promise<Undo> => {
  const data = Done.safeParse(done.data);
  if (!data.success) return { ok: false, why: 'How it was configured is not known.' };
  const now = await agentNow(db, { projectId, key: done.key }, agents);
  if (now?.state !== 'retired') return { ok: false, why: `@${done.key} is at work again already.` };
  return { ok: true, tool: 'deploy_agent', input: data.data.was };
};

/** Takes an agent out of the team. Its runs end; what it did, and what it proposed, stays on record. */
export const retireAgent = (agents: AgentTools): Tool =>
  defineTool({
    name: 'retire_agent',
    slash: 'retire-agent',
    title: 'Retire an agent',
    summary: 'Takes an agent out of the team: its runs end, its record stays',
    examples: ['retire the agent qualifier'],
    phrases: ['retire the agent {key}', 'retire the {key} agent', 'remove the agent {key}'],
    ...POWER,
    version: 1,
    input: Input,
    target: ({ key }) => `@${key}`,
    async preview({ key }, ctx) {
      const looked = await obstacle(agents, key, ctx);
      if (!looked.ok) return { changes: [`Would be refused: ${looked.error.message}`], reversible: 'Nothing changes' };
      return {
        changes: [
          `@${key} answers nobody any more`,
          'Its runs that are not over are cancelled',
          ...(await leaves(ctx.db, ctx.projectId, key)),
        ],
        reversible: 'Can be undone: it is deployed again as it was. Runs that were cancelled stay cancelled',
      };
    },
    async blocked({ key }, ctx) {
      const looked = await obstacle(agents, key, ctx);
      return looked.ok ? undefined : { why: looked.error.message };
    },
    undo: ({ input, data }, ctx) => takeBack(agents, { key: input.key, data }, ctx),
    async execute({ key }, ctx) {
      const { tx, projectId } = ctx;
      const looked = await obstacle(agents, key, { db: tx, projectId, lock: true });
      if (!looked.ok) return looked;
      const { config, shipped } = looked.now;
      await writeAgent(ctx, { key, state: 'retired', config: undefined, shipped, kind: 'agent.retired' }, false);
      const cancelled = await cancelRuns({ db: tx }, { projectId, agentKeys: [key] }, { ...RETIRED, personId: ctx.requesterId });
      const runs = cancelled === 0 ? '' : `; ${cancelled === 1 ? 'a run of its was' : `${cancelled} runs of its were`} cancelled`;
      return ok({ summary: `@${key} is retired${runs}`, data: { key, ...(config ? { was: toArguments(config) } : {}) } });
    },
  });
