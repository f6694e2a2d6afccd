import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { DecisionRow } from '../db/read/decisions.ts';
import { people } from '../db/tables/people.ts';
import { revisions } from '../db/tables/proposals.ts';
import type { Tool } from '../tools/tool.ts';
import type { Card } from './card.ts';
import { proposalCard } from './proposal-card.ts';
import { readStanding } from './standing.ts';

/**
 * The card as it asked for this decision: made from the stored revision, in full and with nothing to press. What it says of the action itself
 * (its title, the labels of its arguments) is as the action describes itself today.
 */
export const decisionCard = async (db: Db, row: DecisionRow, tool: Tool | undefined): Promise<Card> => {
  const { proposalId, revision: number, projectId } = row;
  const now = await readStanding(db, projectId, proposalId);
  const before = sql<
    string | null
  >`(select b.input_text from ${revisions} b where b.proposal_id = ${proposalId} and b.revision = ${number - 1})`;
  const [stored] = await db
    .select({ revision: revisions, editorName: people.name, beforeText: before })
    .from(revisions)
    .leftJoin(people, eq(people.id, revisions.editedBy))
    .where(and(eq(revisions.proposalId, proposalId), eq(revisions.revision, number)));
  if (!now || !stored) throw new Error(`decision ${row.id} has no revision`);
  const asked = { state: 'proposed', revision: number, attempt: 0, reason: null, result: null, replacedBy: null, decidedBy: null } as const;
  const requesters = [now.proposal.proposedBy, stored.revision.editedBy].filter((one) => one !== null);
  const voters = row.votes.filter(({ digest }) => digest === row.revisionDigest);
  const card = proposalCard(
    {
      ...now,
      ...stored,
      proposal: { ...now.proposal, ...asked },
      switch: { paused: false, killed: false, epoch: 0 },
      agentStopped: false,
      // Who was of the group then is not on record; that there were enough of them says nothing more on the card.
      groupPeople: Array.from({ length: stored.revision.approvalsNeeded }, () => ''),
      // Whoever approved what they had asked for could do so in solo mode alone, where the rule does not allow it.
      solo: !stored.revision.selfApproval && voters.some(({ personId }) => requesters.includes(personId)),
      requesters,
      voters: [],
      voterNames: [],
      deciderName: null,
      undo: null,
      decisionId: null,
    },
    tool,
    true,
  );
  const { proposal: _, ...shown } = card;
  return { ...shown, actions: [], status: { label: 'As it was shown', tone: 'neutral' } };
};
