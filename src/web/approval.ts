import { roleAtLeast } from '../db/states.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { proposalCard } from '../dispatch/proposal-card.ts';
import { readStanding, refusalFor, type Standing } from '../dispatch/standing.ts';
import type { Tool } from '../tools/tool.ts';
import type { Approval } from './schemas.ts';

type You = Approval['you'];

/** Why the caller may not approve it now: the state first, then who they are. */
const whyNot = (standing: Standing, actor: Actor): string | null => {
  if (standing.proposal.state !== 'proposed') return 'already_decided';
  if (standing.switch.killed) return 'killed';
  return refusalFor(standing, actor.personId, actor.role) ?? (standing.revision.preview.blocked ? 'blocked' : null);
};

const youOf = (standing: Standing, tool: Tool | undefined, actor: Actor): You => {
  const { proposal } = standing;
  const why = whyNot(standing, actor);
  const here = actor.personId !== null && !standing.switch.killed;
  const mayPropose = tool !== undefined && roleAtLeast(actor.role, tool.proposerRole ?? 'operator');
  return {
    mayApprove: why === null,
    mayEdit: here && mayPropose && proposal.state === 'proposed',
    mayWithdraw: here && proposal.proposedBy === actor.personId && (proposal.state === 'proposed' || proposal.state === 'approved'),
    why,
  };
};

/** While it waits, until now; afterwards, until it was decided. */
const ageOf = ({ proposal, ageSeconds }: Standing): number => {
  if (proposal.state === 'proposed') return Math.max(0, ageSeconds);
  return Math.max(0, ((proposal.decidedAt ?? proposal.updatedAt).getTime() - proposal.proposedAt.getTime()) / 1000);
};

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** A proposal as the API shows it to this caller. `full`: with the card that holds every argument whole. */
export const approvalOf = (standing: Standing, heart: Heart, to: { actor: Actor; full: boolean }): Approval => {
  const { proposal, revision, voterNames } = standing;
  const tool = heart.tools.get(proposal.tool);
  return {
    id: proposal.id,
    threadId: proposal.threadId,
    revision: proposal.revision,
    digest: revision.digest,
    actionType: proposal.tool,
    params: JSON.parse(revision.inputText) as Record<string, unknown>, // the canonical text of a tool's input, which is an object
    riskLevel: revision.risk,
    requiresApproval: revision.decider !== 'autopilot',
    status: proposal.state,
    proposedBy: proposal.proposedByName,
    proposedAt: proposal.proposedAt.toISOString(),
    approvedBy: voterNames,
    approvedAt: proposal.state === 'rejected' ? null : iso(proposal.decidedAt),
    executedAt: iso(proposal.executedAt),
    executionResult: proposal.result,
    ageSeconds: ageOf(standing),
    card: proposalCard(standing, tool),
    ...(to.full ? { fullCard: proposalCard(standing, tool, true) } : {}),
    you: youOf(standing, tool, to.actor),
  };
};

/** One proposal of the caller's project as it stands now, in full. */
export const readApproval = async (heart: Heart, actor: Actor, proposalId: string): Promise<Approval | undefined> => {
  const standing = await readStanding(heart.database.db, actor.projectId, proposalId);
  return standing && approvalOf(standing, heart, { actor, full: true });
};
