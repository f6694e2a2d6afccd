import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { readGroups } from '../db/groups.ts';
import { groups } from '../db/tables/people.ts';
import { ok } from '../result.ts';
import { groupsLockOut, recordGroup } from './group-change.ts';
import { groupField } from './group-fields.ts';
import { lockMembers } from './member-change.ts';
import { policyNow } from './policy-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, type PreviewContext } from './tool.ts';

const whyNot = async (group: string, { db, projectId }: PreviewContext): Promise<string | undefined> => {
  if (!(await readGroups(db, projectId)).some(({ key }) => key === group)) return `There is no group ${group}.`;
  const rules = (await policyNow(db, projectId))?.document.rules ?? [];
  const asking = rules.find(({ outcome }) => outcome.kind === 'ask' && outcome.group === group);
  if (asking) return `Rule ${asking.id} asks for ${group}. Change or remove that rule first.`;
  return groupsLockOut(db, projectId, (all) => all.filter(({ key }) => key !== group));
};

/** Removes a group that no rule asks for. */
export const removeGroup = defineTool({
  name: 'remove_group',
  slash: 'remove_group',
  title: 'Remove a group',
  summary: 'Removes a group that no rule asks for; the people in it stay',
  examples: ['remove the group legal'],
  phrases: ['remove the group {group}', 'delete the group {group}'],
  ...POWER,
  version: 1,
  input: z.strictObject({ group: groupField() }),
  target: ({ group }) => `group ${group}`,
  async preview({ group }, ctx) {
    const why = await whyNot(group, ctx);
    if (why) return { changes: ['Nothing: it is refused'], reversible: 'Nothing changes', blocked: { why } };
    return { changes: [`The group ${group} is gone; the people in it stay`], reversible: 'Can be undone by making the group again' };
  },
  async blocked({ group }, ctx) {
    const why = await whyNot(group, ctx);
    return why ? { why } : undefined;
  },
  async execute({ group }, ctx) {
    const { tx, projectId } = ctx;
    await lockMembers(tx, projectId);
    const why = await whyNot(group, { db: tx, projectId });
    if (why) return refuse('group_refused', why);
    await tx.delete(groups).where(and(eq(groups.projectId, projectId), eq(groups.key, group)));
    await recordGroup(ctx, { group, change: 'removed' });
    return ok({ summary: `The group ${group} is gone`, data: { group } });
  },
});
