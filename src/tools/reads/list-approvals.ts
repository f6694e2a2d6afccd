import { and, asc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { proposals, revisions } from '../../db/tables/proposals.ts';
import { ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { listed } from './answer.ts';
import { offset, ROWS } from './fields.ts';

export const listApprovals = defineRead({
  name: 'list_approvals',
  summary: 'Lists what waits for a decision of people, whatever has waited longest first',
  input: z.strictObject({ mine: z.boolean().default(false).describe('Only what this agent proposed.'), offset }),
  async run({ mine, offset: from }, { db, projectId, agentKey }) {
    const rows = await db
      .select({ proposal: proposals, revision: revisions, total: sql<number>`count(*) over ()::int` })
      .from(proposals)
      .innerJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
      .where(and(eq(proposals.projectId, projectId), eq(proposals.state, 'proposed'), mine ? eq(proposals.agentKey, agentKey) : undefined))
      .orderBy(asc(proposals.proposedAt), asc(proposals.id))
      .offset(from)
      .limit(ROWS);
    const items = rows.map(({ proposal, revision }) => ({
      id: proposal.id,
      tool: proposal.tool,
      on: revision.target,
      risk: revision.risk,
      asked_for_by: proposal.proposedByName,
      since: proposal.proposedAt.toISOString(),
    }));
    return ok(listed(items, { total: rows[0]?.total ?? 0, offset: from, none: 'Nothing waits for a decision.' }));
  },
});
