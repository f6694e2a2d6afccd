import { eq, sql } from 'drizzle-orm';
import { record } from '../db/record.ts';
import { type Blocked, proposals, revisions } from '../db/tables/proposals.ts';
import type { Tool } from '../tools/tool.ts';
import { agentAt } from './actor.ts';
import { composeRevision, jsonOf, type NewRevision, parseInput } from './compose.ts';
import type { Heart } from './heart.ts';
import { lockProposal, readStanding, type Standing } from './standing.ts';

const sameReason = (a: Blocked | undefined, b: Blocked | undefined): boolean => a?.why === b?.why && a?.say === b?.say;

/** The same action as it would be shown now; undefined where that is no longer possible. */
const composeAgain = async (heart: Heart, standing: Standing, tool: Tool): Promise<NewRevision | undefined> => {
  const { proposal, revision, policy } = standing;
  const parsed = parseInput(tool, jsonOf(revision.inputText));
  if (!parsed.ok || parsed.value.text !== revision.inputText) return undefined;
  const { projectId, requester } = proposal;
  // Whoever edited stays on the card, and among those who asked.
  const { tools } = heart;
  const wanted = { tool, tools, parsed: parsed.value, policy, projectId, requester, agent: agentAt(proposal), editedBy: revision.editedBy };
  const made = await composeRevision(heart.database.db, { ...wanted, revision: proposal.revision + 1, toPeople: true });
  return made.ok ? made.value : undefined;
};

/** Puts it in the place of the revision that it was made of, if that still stands. */
const putInPlace = (heart: Heart, was: Standing, made: NewRevision): Promise<boolean> =>
  heart.database.transaction(async (tx) => {
    const { id, projectId, threadId } = was.proposal;
    const locked = await lockProposal(tx, projectId, id);
    const now = locked ? await readStanding(tx.db, projectId, id) : undefined;
    const stands =
      now?.proposal.state === 'proposed' &&
      now.proposal.revision === was.proposal.revision &&
      now.policy.version === was.policy.version &&
      !now.switch.killed;
    if (!stands) return false;
    const { revision, digest } = made;
    await tx.db.insert(revisions).values({ ...made, proposalId: id });
    await tx.db.update(proposals).set({ revision, updatedAt: new Date() }).where(eq(proposals.id, id));
    await record(tx.db, { projectId, kind: 'proposal.revised', threadId, proposalId: id, data: { revision, digest, via: 'looked again' } });
    return true;
  });

/**
 * Looks again at what keeps a card from being approved. When that is gone, or is something else now, the card gets a revision that says so:
 * its arguments are the same, its digest is new, and nothing is approved by it. Answers `free` when it was blocked and no longer is.
 */
export const lookAgain = async (heart: Heart, projectId: string, proposalId: string): Promise<'free' | 'blocked' | 'same'> => {
  const standing = await readStanding(heart.database.db, projectId, proposalId);
  const tool = standing && heart.tools.get(standing.proposal.tool);
  if (!tool || standing.proposal.state !== 'proposed' || standing.switch.killed) return 'same';
  const made = await composeAgain(heart, standing, tool);
  if (!made || sameReason(made.preview.blocked, standing.revision.preview.blocked)) return 'same';
  if (!(await putInPlace(heart, standing, made))) return 'same';
  return made.preview.blocked ? 'blocked' : 'free';
};

const AT_ONCE = 100;

/** Looks again at the cards that are blocked. Where there are more than can be looked at at once, each has its turn by chance. */
export const lookAgainAtAll = async (heart: Heart): Promise<void> => {
  const blocked = await heart.database.db
    .select({ id: proposals.id, projectId: proposals.projectId })
    .from(proposals)
    .innerJoin(revisions, sql`${revisions.proposalId} = ${proposals.id} and ${revisions.revision} = ${proposals.revision}`)
    .where(sql`${proposals.state} = 'proposed' and ${revisions.preview} ? 'blocked'`)
    .orderBy(sql`random()`)
    .limit(AT_ONCE);
  for (const { id, projectId } of blocked) await lookAgain(heart, projectId, id);
};
