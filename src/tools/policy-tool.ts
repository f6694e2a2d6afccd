import type { z } from 'zod';
import { PolicyDocument } from '../db/policy-document.ts';
import { ok } from '../result.ts';
import { difference } from './difference.ts';
import { type Deciders, decidersNow, lockOut } from './lock-out.ts';
import { changePolicy, NO_POLICY, policyNow, policyVersionsFrom } from './policy-change.ts';
import { policyText } from './policy-words.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, type PreviewContext, type Tool, type Undo } from './tool.ts';

/** What is known when a change of the policy is looked at: the document before and after, and who could decide. */
export type Look = { before: PolicyDocument; after: PolicyDocument; deciders: Deciders };

type PolicyTool<Schema extends z.ZodObject> = Pick<
  Tool<Schema>,
  'name' | 'slash' | 'title' | 'summary' | 'examples' | 'phrases' | 'input' | 'target'
> &
  Partial<Pick<Tool<Schema>, 'complete'>> & {
    apply(input: z.output<Schema>, document: PolicyDocument): PolicyDocument;
    /** Why this cannot be done, beyond what holds for every change. */
    refused?(input: z.output<Schema>, look: Look): string | undefined;
    /** What a card warns of. */
    warnings?(input: z.output<Schema>, look: Look): string[];
    done(input: z.output<Schema>): string;
    /** What takes it back, from the document before. */
    undo?(input: z.output<Schema>, before: PolicyDocument): { tool: string; input: Record<string, unknown> } | undefined;
  };

const FULL = 'The policy cannot hold this: it has as many of these as it can, or it is not in a form that it takes.';

const same = (one: PolicyDocument, other: PolicyDocument): boolean => policyText(one) === policyText(other);

/** A tool that makes one change of the policy document, looked at, shown, refused and undone like every other. */
export const definePolicyTool = <Schema extends z.ZodObject>(given: PolicyTool<Schema>): Tool => {
  const { apply, refused, warnings, done, undo, complete, ...named } = given;
  type Input = z.output<Schema>;
  const lookAt = async (input: Input, { db, projectId }: PreviewContext): Promise<Look | { why: string }> => {
    const now = await policyNow(db, projectId);
    if (!now) return { why: NO_POLICY.error.message };
    const after = PolicyDocument.safeParse(apply(input, now.document));
    if (!after.success) return { why: FULL };
    const look = { before: now.document, after: after.data, deciders: await decidersNow(db, projectId) };
    const why = refused?.(input, look) ?? lockOut(look.after, look.deciders);
    return why === undefined ? look : { why };
  };
  const takeBack = async (input: Input, ctx: PreviewContext, data: Record<string, unknown>): Promise<Undo> => {
    const [before, set, ...since] = await policyVersionsFrom(ctx, data);
    const back = before && undo?.(input, before);
    if (!before || !set || !back) return { ok: false, why: 'How it was before cannot be set again by one action. Set what you want.' };
    // Only where nobody has changed the same thing since does its opposite bring back what was there.
    const newest = since.at(-1) ?? set;
    if (!same(apply(input, newest), newest)) return { ok: false, why: 'It has been changed since.' };
    return { ok: true, ...back };
  };
  return defineTool<Schema>({
    ...named,
    ...POWER,
    version: 1,
    ...(complete ? { complete } : {}),
    policy: apply,
    async preview(input, ctx) {
      const look = await lookAt(input, ctx);
      if ('why' in look) return { changes: ['Nothing: it is refused'], reversible: 'Nothing changes', blocked: { why: look.why } };
      const { before, after } = look;
      if (same(before, after)) return { changes: ['Nothing: the policy says that already'], reversible: 'Nothing changes' };
      return {
        changes: [...(warnings?.(input, look) ?? []), 'Cards that wait under a rule that changes become void and are made anew'],
        reversible: 'Can be undone by another change of the policy; what was approved meanwhile stands',
        difference: difference(policyText(before), policyText(after)),
      };
    },
    async blocked(input, ctx) {
      const look = await lookAt(input, ctx);
      return 'why' in look ? { why: look.why } : undefined;
    },
    ...(undo ? { undo: ({ input, data }, ctx) => takeBack(input, ctx, data) } : {}),
    async execute(input, ctx) {
      const look = await lookAt(input, { db: ctx.tx, projectId: ctx.projectId });
      if ('why' in look) return refuse('policy_refused', look.why);
      const written = await changePolicy(ctx, {
        kind: 'policy.changed',
        data: { by: named.name },
        apply: (document) => apply(input, document),
      });
      return written.ok ? ok({ summary: done(input), data: { version: written.value } }) : written;
    },
  });
};
