import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { type GroupTie, readGroups } from '../db/groups.ts';
import { groups, groupTies } from '../db/tables/people.ts';
import { projectLinks } from '../db/tables/surfaces.ts';
import { ok } from '../result.ts';
import { groupsLockOut, recordGroup } from './group-change.ts';
import { groupField } from './group-fields.ts';
import { lockMembers } from './member-change.ts';
import { completePlatformGroup, type FindGroups, noPlatformGroup, platformGroupFields, platformName } from './platform-groups.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, type PreviewContext, type Tool } from './tool.ts';

const Input = z.strictObject({ group: groupField(), ...platformGroupFields });
type Input = z.output<typeof Input>;

const isSame = (tie: GroupTie, { platform, workspace, group_id }: Input): boolean =>
  tie.platform === platform && tie.workspace === workspace && tie.remoteId === group_id;

/** What our own rows say against it. */
const whyNot = async (input: Input, { db, projectId }: PreviewContext): Promise<string | undefined> => {
  const { platform, workspace, group } = input;
  const [linked] = await db
    .select({ projectId: projectLinks.projectId })
    .from(projectLinks)
    .where(and(eq(projectLinks.platform, platform), eq(projectLinks.workspace, workspace), eq(projectLinks.projectId, projectId)));
  if (!linked) return `That workspace of ${platformName(platform)} does not belong to this project.`;
  return groupsLockOut(db, projectId, (all) => all.map((one) => (one.key === group ? { ...one, people: [] } : one)));
};

/** What the platform says against it: a name that is shown on a card has to be the one that the id has there. */
const whyUnknown = async (find: FindGroups, { platform, workspace, group_id, platform_group }: Input): Promise<string | undefined> => {
  const found = await find({ platform, workspace, written: group_id });
  const name = platformName(platform);
  if (!found)
    return `${name} could not be asked for that group. Approve it in a process that is connected to ${name}, or when it answers again.`;
  const same = found.find(({ id }) => id === group_id);
  if (!same) return `${name} has no such group that is in use: ${group_id}.`;
  return same.name === platform_group
    ? undefined
    : `${name} calls ${group_id} ${same.name} and not ${platform_group}. Propose it again by that name.`;
};

const changesOf = async ({ group, platform, platform_group, group_id }: Input, db: Db, projectId: string): Promise<string[]> => {
  const now = (await readGroups(db, projectId)).find(({ key }) => key === group);
  const name = platformName(platform);
  const before = now?.people.map((person) => person.name) ?? [];
  return [
    ...(now ? [] : [`Makes the group ${group}`]),
    `${name} is asked who is of ${group}, each time that somebody decides: whoever is in ${platform_group} (${group_id}) there, with an account that is linked here`,
    `Whoever may change ${platform_group} on ${name} changes who may approve what asks for ${group}; while ${name} does not answer, nobody may`,
    ...(before.length > 0 ? [`By the list of today ${before.join(', ')} would be of it: that list no longer counts`] : []),
    ...(now?.tie ? [`It is ${now.tie.name} of ${platformName(now.tie.platform)} until then`] : []),
  ];
};

/** Has a platform say who is of a group, in the place of a list of our own. */
export const tieGroup = (find: FindGroups): Tool =>
  defineTool({
    name: 'tie_group',
    slash: 'tie_group',
    title: 'Tie a group to a chat platform',
    summary: 'Has a user group of Slack or a role of Discord say who is of a group that rules ask for approvals',
    examples: ['tie the group finance to @finance'],
    phrases: ['tie the group {group} to {platform_group}', 'the group {group} is {platform_group} there'],
    ...POWER,
    version: 1,
    input: Input,
    target: ({ group, platform, platform_group }) => `${group}: ${platform_group} of ${platformName(platform)}`,
    complete: completePlatformGroup(find),
    uncompleted: noPlatformGroup(find),
    async preview(input, ctx) {
      const why = (await whyNot(input, ctx)) ?? (await whyUnknown(find, input));
      if (why) return { changes: ['Nothing: it is refused'], reversible: 'Nothing changes', blocked: { why } };
      return {
        changes: await changesOf(input, ctx.db, ctx.projectId),
        reversible: 'Can be undone by untying the group; what was decided meanwhile stands',
      };
    },
    async blocked(input, ctx) {
      const why = await whyNot(input, ctx);
      return why ? { why } : undefined;
    },
    async undo({ input }, { db, projectId }) {
      const now = (await readGroups(db, projectId)).find(({ key }) => key === input.group);
      if (!now?.tie || !isSame(now.tie, input)) return { ok: false, why: 'The group is not tied to that any more.' };
      return { ok: true, tool: 'untie_group', input: { group: input.group } };
    },
    async execute(input, ctx) {
      const { tx, projectId } = ctx;
      const { group, platform, workspace, group_id: remoteId, platform_group: name } = input;
      await lockMembers(tx, projectId);
      const why = await whyNot(input, { db: tx, projectId });
      if (why) return refuse('group_refused', why);
      await tx.insert(groups).values({ projectId, key: group, name: group }).onConflictDoNothing();
      await tx.delete(groupTies).where(and(eq(groupTies.projectId, projectId), eq(groupTies.groupKey, group)));
      await tx.insert(groupTies).values({ projectId, groupKey: group, platform, workspace, remoteId, name });
      await recordGroup(ctx, { group, change: 'tied', platform, workspace, remoteId });
      return ok({ summary: `${platformName(platform)} says who is of ${group}: ${name}`, data: { group } });
    },
  });

const untied = (group: string, tie: GroupTie | null | undefined): string | undefined =>
  tie ? undefined : `The group ${group} is tied to nothing.`;

/** Goes by the list of our own again. */
export const untieGroup = defineTool({
  name: 'untie_group',
  slash: 'untie_group',
  title: 'Untie a group from a chat platform',
  summary: 'Has the list of people here say who is of a group again, and no platform',
  examples: ['untie the group finance'],
  phrases: ['untie the group {group}'],
  ...POWER,
  version: 1,
  input: z.strictObject({ group: groupField() }),
  target: ({ group }) => `group ${group}`,
  async preview({ group }, { db, projectId }) {
    const now = (await readGroups(db, projectId)).find(({ key }) => key === group);
    const why = untied(group, now?.tie);
    if (why || !now?.tie) return { changes: ['Nothing: it is refused'], reversible: 'Nothing changes', blocked: { why: why ?? '' } };
    const { name, platform } = now.tie;
    return {
      changes: [
        `${platformName(platform)} is not asked any more who is of ${group}; votes given by what it said of ${name} count no longer`,
        'Who was put into the group here is of it again',
      ],
      reversible: 'Can be undone by tying it again',
    };
  },
  async blocked({ group }, { db, projectId }) {
    const why = untied(group, (await readGroups(db, projectId)).find(({ key }) => key === group)?.tie);
    return why ? { why } : undefined;
  },
  async execute({ group }, ctx) {
    const { tx, projectId } = ctx;
    await lockMembers(tx, projectId);
    const tie = (await readGroups(tx, projectId)).find(({ key }) => key === group)?.tie;
    if (!tie) return refuse('group_refused', untied(group, tie) ?? '');
    await tx.delete(groupTies).where(eq(groupTies.id, tie.id));
    await recordGroup(ctx, { group, change: 'untied', platform: tie.platform, workspace: tie.workspace, remoteId: tie.remoteId });
    return ok({ summary: `The people who were put into ${group} here are of it again`, data: { group } });
  },
});
