import { and, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { Group, GroupTie } from '../db/groups.ts';
import { record } from '../db/record.ts';
import { groupMembers, groups } from '../db/tables/people.ts';
import { decidersNow, lockOut } from './lock-out.ts';
import { platformName } from './platform-groups.ts';
import { policyNow } from './policy-change.ts';
import type { ToolContext } from './tool.ts';

type Place = { projectId: string; group: string };

/** Why the groups may not become these: the policy would leave nobody who could change it back. */
export const groupsLockOut = async (
  db: Db,
  projectId: string,
  change: (groups: readonly Group[]) => Group[],
): Promise<string | undefined> => {
  const now = await policyNow(db, projectId);
  const deciders = await decidersNow(db, projectId);
  if (!now || lockOut(now.document, deciders)) return undefined;
  return lockOut(now.document, { ...deciders, groups: change(deciders.groups) });
};

/** Why nobody is put into it or taken out of it here. */
export const tiedWords = (group: string, { platform, name }: GroupTie): string =>
  `${platformName(platform)} says who is of ${group}: change ${name} there, or write /untie_group ${group}.`;

export const putInGroup = async (db: Db, { projectId, group }: Place, personId: string): Promise<void> => {
  await db.insert(groups).values({ projectId, key: group, name: group }).onConflictDoNothing();
  await db.insert(groupMembers).values({ projectId, groupKey: group, personId }).onConflictDoNothing();
};

export const takeOutOfGroup = async (db: Db, { projectId, group }: Place, personId: string): Promise<boolean> => {
  const mine = and(eq(groupMembers.projectId, projectId), eq(groupMembers.groupKey, group), eq(groupMembers.personId, personId));
  const gone = await db.delete(groupMembers).where(mine).returning({ id: groupMembers.personId });
  return gone.length > 0;
};

export const recordGroup = (ctx: ToolContext, data: Record<string, unknown>): Promise<void> => {
  const { tx, projectId, proposalId, threadId, requesterId } = ctx;
  return record(tx, { projectId, kind: 'group.changed', proposalId, threadId, personId: requesterId, data });
};
