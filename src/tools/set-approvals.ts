import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { roleAtLeast } from '../db/states.ts';
import { projects } from '../db/tables/people.ts';
import { ok } from '../result.ts';
import { asksTheSame, ruleChanges, ruleId, settableRule, withRule } from './approval-rule.ts';
import { membersNow, withArticle } from './member-change.ts';
import { changePolicy, NO_POLICY, policyNow, policyVersionsFrom } from './policy-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type PreviewContext, type Tool, type Undo } from './tool.ts';

const APPROVALS = 'Approvals are a whole number from 1 to 20.';
/** A rule that asked less than an approver would let people decide who may only propose or read. */
const DECIDERS = ['approver', 'admin', 'owner'] as const;

const Input = z.strictObject({
  tool: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,54}$/, 'Name an action, such as send_message, or all.')
    .meta(field({ title: 'Action', control: 'line', slot: 'name' })),
  approvals: z
    .int(APPROVALS)
    .min(1, APPROVALS)
    .max(20, APPROVALS)
    .meta(field({ title: 'Approvals', control: 'number', slot: 'number' })),
  role: z
    .enum(DECIDERS, `Who approves is one of ${DECIDERS.join(', ')}.`)
    .meta(field({ title: 'Role that approves', control: 'choice', slot: 'choice' })),
});
type Input = z.output<typeof Input>;

type Deciders = { count: number; reachable: boolean };

/** Who could give such an approval today. `reachable`: some admin's proposal would find enough of them, the admin apart unless in solo mode. */
const decidersNow = async (db: Db, projectId: string, { approvals, role }: Input): Promise<Deciders> => {
  const [project] = await db.select({ solo: projects.solo }).from(projects).where(eq(projects.id, projectId));
  const here = (await membersNow(db, projectId)).filter(({ joined }) => joined);
  const deciders = here.filter((member) => roleAtLeast(member.role, role));
  const besides = (personId: string): number => deciders.filter((decider) => project?.solo || decider.personId !== personId).length;
  const reachable = here.some((member) => roleAtLeast(member.role, 'admin') && besides(member.personId) >= approvals);
  return { count: deciders.length, reachable };
};

const tooFew = (count: number, { approvals, role }: Input): string =>
  `${count === 1 ? 'Only one person here is' : `Only ${count} people here are`} ${withArticle(role)}${role === 'owner' ? '' : ' or above'} now; ${approvals} would have to approve`;

type Looked = { refused: { code: string; message: string } } | { refused: undefined; warnings: string[] };

/** Held against what there is: the tools, and the people who could approve. */
const lookAt = async (input: Input, at: { tool: Tool | undefined; db: Db; projectId: string }): Promise<Looked> => {
  const { tool, db, projectId } = at;
  if (input.tool !== 'all' && !tool) return { refused: { code: 'tool_unknown', message: `There is no action called ${input.tool}.` } };
  const { count, reachable } = await decidersNow(db, projectId, input);
  if (tool?.changesPower) {
    // Nobody here could change that back, so it is not only warned of.
    const message = `${tooFew(count, input)} besides whoever asks. Nobody could do it any more, or change that back.`;
    if (!reachable) return { refused: { code: 'nobody_could_approve', message } };
    return {
      refused: undefined,
      warnings: input.role === 'approver' ? ['This action changes power: people who are not admins could then approve it'] : [],
    };
  }
  return { refused: undefined, warnings: count < input.approvals ? [tooFew(count, input)] : [] };
};

const summaryOf = ({ tool, approvals, role }: Input): string => {
  const what = tool === 'all' ? 'Every action without a rule of its own' : tool;
  return `${what} now asks ${approvals === 1 ? 'one person who is' : `${approvals} people who are`} ${withArticle(role)}${role === 'owner' ? '' : ' or above'}`;
};

/** The rule before, where there was one that can be set, as long as no version since has another than the one that was set. */
const takeBack = async (ctx: PreviewContext, at: { tool: string; data: Record<string, unknown> }): Promise<Undo> => {
  const [before, set, ...since] = await policyVersionsFrom(ctx, at.data);
  if (!before || !set) return { ok: false, why: 'The rule before it is not known.' };
  if (asksTheSame(before, set, at.tool)) return { ok: false, why: 'It changed nothing, so there is nothing to take back.' };
  if (since.some((version) => !asksTheSame(version, set, at.tool))) return { ok: false, why: 'That rule has been changed since.' };
  const rule = settableRule(before, at.tool);
  return rule
    ? { ok: true, tool: 'set_approvals', input: { ...rule } }
    : { ok: false, why: 'There was no rule before it that could be set again. Set the one that you want.' };
};

/** Changes how many people of which role an action asks. `find` knows every tool there is. */
export const setApprovals = (find: (name: string) => Tool | undefined): Tool =>
  defineTool({
    name: 'set_approvals',
    slash: 'require',
    title: 'Set approvals',
    summary: 'Sets how many people of which role have to approve an action, by its name, or all actions',
    examples: ['require 2 approvals by an admin for send_message', 'require 1 approval by an approver for all'],
    phrases: [
      'require {approvals} approvals by an {role} for {tool}',
      'require {approvals} approval by an {role} for {tool}',
      'require {approvals} approvals by {role} for {tool}',
      'require {approvals} approvals for {tool}',
      'require {approvals} approval for {tool}',
    ],
    ...POWER,
    version: 1,
    input: Input,
    target: ({ tool }) => (tool === 'all' ? 'all actions' : tool),
    async complete(input) {
      const { tool, role } = input;
      if (typeof tool !== 'string' || role !== undefined) return input;
      return { ...input, role: find(tool)?.changesPower ? 'admin' : 'approver' };
    },
    async preview(input, { db, projectId }) {
      const now = await policyNow(db, projectId);
      const looked = now ? await lookAt(input, { tool: find(input.tool), db, projectId }) : { refused: NO_POLICY.error };
      if (!now || looked.refused) return { changes: [`Would be refused: ${looked.refused?.message}`], reversible: 'Nothing changes' };
      const changes = [...ruleChanges(now.document, input), ...looked.warnings];
      return { changes, reversible: 'Can be undone by another change of the policy; what was approved meanwhile stands' };
    },
    policy: (input, document) => withRule(document, input),
    undo: ({ input, data }, ctx) => takeBack(ctx, { tool: input.tool, data }),
    async execute(input, ctx) {
      const looked = await lookAt(input, { tool: find(input.tool), db: ctx.tx, projectId: ctx.projectId });
      if (looked.refused) return refuse(looked.refused.code, looked.refused.message);
      const { approvals, role } = input;
      const written = await changePolicy(ctx, {
        kind: 'policy.changed',
        data: { rule: ruleId(input.tool), approvals, role },
        apply: (document) => withRule(document, input),
      });
      return written.ok ? ok({ summary: summaryOf(input), data: { version: written.value } }) : written;
    },
  });
