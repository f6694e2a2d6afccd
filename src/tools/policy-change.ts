import { and, asc, desc, eq, gte } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { PolicyDocument } from '../db/policy-document.ts';
import { record } from '../db/record.ts';
import { policies } from '../db/tables/control.ts';
import { ok, type Result } from '../result.ts';
import { decidersNow, lockOut } from './lock-out.ts';
import { refuse } from './refuse.ts';
import type { PreviewContext, ToolContext, ToolError } from './tool.ts';

export type PolicyNow = { version: number; document: PolicyDocument };

/** The policy in force; undefined in a project that was never given one. A document that does not parse is a broken installation: it throws. */
export const policyNow = async (db: Db, projectId: string): Promise<PolicyNow | undefined> => {
  const [row] = await db.select().from(policies).where(eq(policies.projectId, projectId)).orderBy(desc(policies.version)).limit(1);
  return row && { version: row.version, document: PolicyDocument.parse(row.document) };
};

const Done = z.object({ version: z.int().min(2) });

/** The policy right before a change that answered `data`, then the one that it made, then all since; none where `data` names no version. */
export const policyVersionsFrom = async ({ db, projectId }: PreviewContext, data: Record<string, unknown>): Promise<PolicyDocument[]> => {
  const done = Done.safeParse(data);
  if (!done.success) return [];
  const from = done.data.version - 1;
  const rows = await db
    .select()
    .from(policies)
    .where(and(eq(policies.projectId, projectId), gte(policies.version, from)))
    .orderBy(asc(policies.version));
  return rows[0]?.version === from ? rows.map((row) => PolicyDocument.parse(row.document)) : [];
};

export const NO_POLICY = refuse('policy_missing', 'This project has no policy to change. Its installation is not complete.');

/** What a change makes of the document, and what the event says of it. */
export type PolicyChange = {
  kind: 'policy.changed' | 'budget.changed';
  data: Record<string, unknown>;
  apply(document: PolicyDocument): PolicyDocument;
};

/** Who changes it, and by which proposal: a tool as it is run, or, where that only takes away, a person at once. */
export type PolicyChanger = Pick<ToolContext, 'tx' | 'projectId' | 'requesterId'> & { proposalId: string | null; threadId: string | null };

/** Why nobody could change the policy back any more, where somebody could before. */
const newLockOut = async (
  db: Db,
  projectId: string,
  at: { before: PolicyDocument; after: PolicyDocument },
): Promise<string | undefined> => {
  const deciders = await decidersNow(db, projectId);
  return lockOut(at.before, deciders) === undefined ? lockOut(at.after, deciders) : undefined;
};

/**
 * Puts the next version in force. The version is the primary key: of two changes made from the same version at once one is written, and
 * the other is refused rather than written over it.
 */
export const changePolicy = async (
  { tx, projectId, proposalId, threadId, requesterId }: PolicyChanger,
  change: PolicyChange,
): Promise<Result<number, ToolError>> => {
  const now = await policyNow(tx, projectId);
  if (!now) return NO_POLICY;
  const next = PolicyDocument.safeParse(change.apply(now.document));
  if (!next.success) return refuse('policy_full', 'The policy cannot hold this rule: it has as many as it can.');
  const locked = await newLockOut(tx, projectId, { before: now.document, after: next.data });
  if (locked) return refuse('nobody_could_approve', locked);
  const version = now.version + 1;
  const written = await tx
    .insert(policies)
    .values({ projectId, version, document: next.data, proposalId })
    .onConflictDoNothing()
    .returning({ version: policies.version });
  if (written.length === 0)
    return refuse('policy_changed', 'Somebody else changed the policy at this moment. Look at it, then propose this again.');
  await record(tx, { projectId, kind: change.kind, proposalId, threadId, personId: requesterId, data: { version, ...change.data } });
  return ok(version);
};
