import { desc, eq } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { PolicyDocument } from '../policy-document.ts';
import { policies } from '../tables/control.ts';
import { people } from '../tables/people.ts';
import { proposals } from '../tables/proposals.ts';

/** One version of a project's policy. `by`: who asked for it; null: it shipped, or was set on the command line. */
export type PolicyVersion = { version: number; document: PolicyDocument; at: Date; by: string | null; proposalId: string | null };

/** The newest versions of a policy, the one in force first. */
export const policyVersions = async (db: Db, projectId: string, limit: number): Promise<PolicyVersion[]> => {
  const rows = await db
    .select({ policy: policies, by: people.name, proposedByName: proposals.proposedByName })
    .from(policies)
    .leftJoin(proposals, eq(proposals.id, policies.proposalId))
    .leftJoin(people, eq(people.id, proposals.proposedBy))
    .where(eq(policies.projectId, projectId))
    .orderBy(desc(policies.version))
    .limit(limit);
  return rows.map(({ policy, by, proposedByName }) => ({
    version: policy.version,
    document: PolicyDocument.parse(policy.document),
    at: policy.createdAt,
    by: by ?? proposedByName,
    proposalId: policy.proposalId,
  }));
};
