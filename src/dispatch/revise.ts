import { and, eq } from 'drizzle-orm';
import { record } from '../db/record.ts';
import { roleAtLeast } from '../db/states.ts';
import { proposals, revisions } from '../db/tables/proposals.ts';
import { err, ok, type Result } from '../result.ts';
import type { Tool } from '../tools/tool.ts';
import type { Actor } from './actor.ts';
import { composeRevision, type NewRevision, parseInput } from './compose.ts';
import { type Decided, onTheBench } from './decide.ts';
import { hashOf } from './digest.ts';
import type { Heart } from './heart.ts';
import { type HeartError, heartError } from './sentences.ts';

export type Edit = { proposalId: string; revision: number; input: unknown };

type Editing = Parameters<Parameters<typeof onTheBench>[2]>[0];

/** Why this person may not edit this revision now, or the tool to edit with. */
const editable = ({ heart, standing, role }: Editing, edit: Edit): Result<Tool, HeartError> => {
  const { proposal } = standing;
  if (!role || !roleAtLeast(role, 'operator')) return err(heartError('not_allowed'));
  if (proposal.state !== 'proposed') return err(heartError('already_decided', { state: proposal.state }));
  if (edit.revision !== proposal.revision) return err(heartError('stale_revision', { state: 'proposed' }));
  const tool = heart.tools.get(proposal.tool);
  if (!tool) return err(heartError('tool_unknown'));
  return roleAtLeast(role, tool.proposerRole ?? 'operator') ? ok(tool) : err(heartError('not_allowed'));
};

const alreadyWaits = async ({ tx, standing }: Editing, inputHash: string): Promise<boolean> => {
  const { projectId, requester, tool } = standing.proposal;
  const same = and(
    eq(proposals.projectId, projectId),
    eq(proposals.requester, requester),
    eq(proposals.tool, tool),
    eq(proposals.inputHash, inputHash),
  );
  const [waiting] = await tx.db
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(same, eq(proposals.state, 'proposed')));
  return waiting !== undefined;
};

const writeRevision = async ({ tx, standing, personId, actor }: Editing, made: NewRevision, inputHash: string): Promise<void> => {
  const { id, projectId, threadId } = standing.proposal;
  const { revision, digest } = made;
  await tx.db.insert(revisions).values({ ...made, proposalId: id });
  await tx.db.update(proposals).set({ revision, inputHash, updatedAt: new Date() }).where(eq(proposals.id, id));
  await record(tx.db, {
    projectId,
    kind: 'proposal.revised',
    threadId,
    proposalId: id,
    personId,
    data: { revision, digest, via: actor.via },
  });
};

/**
 * Makes a new revision with other arguments. Policy, risk and preview are computed anew, earlier votes stay with the revision that they were
 * for, and whoever edited counts as a requester from now on.
 */
export const revise = (heart: Heart, actor: Actor, edit: Edit): Promise<Result<Decided, HeartError>> =>
  onTheBench(heart, { actor, proposalId: edit.proposalId }, async (bench) => {
    const { tx, standing, personId } = bench;
    const { id, projectId, requester, revision } = standing.proposal;
    const tool = editable(bench, edit);
    if (!tool.ok) return tool;
    const parsed = parseInput(tool.value, edit.input);
    if (!parsed.ok) return parsed;
    if (parsed.value.text === standing.revision.inputText) return err(heartError('nothing_changed', { state: 'proposed' }));
    const wanted = {
      tool: tool.value,
      parsed: parsed.value,
      policy: standing.policy,
      projectId,
      requester,
      editedBy: personId,
      revision: revision + 1,
    };
    const made = await composeRevision(tx.db, wanted);
    if (!made.ok) return made;
    const inputHash = hashOf(parsed.value.input);
    if (await alreadyWaits(bench, inputHash)) return err(heartError('already_proposed', { state: 'proposed' }));
    await writeRevision(bench, made.value, inputHash);
    return ok({ proposalId: id, state: 'proposed' });
  });
