import { and, eq } from 'drizzle-orm';
import { record } from '../db/record.ts';
import { roleAtLeast } from '../db/states.ts';
import { proposals, revisions } from '../db/tables/proposals.ts';
import { err, ok, type Result } from '../result.ts';
import type { Tool } from '../tools/tool.ts';
import { type Actor, agentAt } from './actor.ts';
import { composeRevision, type NewRevision, parseInput } from './compose.ts';
import { type Decided, onTheBench } from './decide.ts';
import { hashOf } from './digest.ts';
import { endContradicted } from './earned-end.ts';
import type { Heart } from './heart.ts';
import { mayPropose, partsOf } from './parts.ts';
import { type HeartError, heartError } from './sentences.ts';
import { readStanding, roleNow } from './standing.ts';

export type Edit = { proposalId: string; revision: number; input: unknown };

type Editing = Parameters<Parameters<typeof onTheBench>[2]>[0];

/** Why this person may not edit this revision now, or the tool to edit with. */
const editable = ({ heart, standing, role }: Pick<Editing, 'heart' | 'standing' | 'role'>, edit: Edit): Result<Tool, HeartError> => {
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

type Draft = { made: NewRevision; inputHash: string; policyVersion: number };

/** The revision that the edit would make of what stands now. Made before any lock: a preview may take its time, and no kill waits for it. */
const draftOf = async (heart: Heart, actor: Actor, edit: Edit): Promise<Result<Draft, HeartError>> => {
  const { db } = heart.database;
  const { projectId, personId } = actor;
  const [standing, role] = await Promise.all([readStanding(db, projectId, edit.proposalId), roleNow(db, actor)]);
  if (!standing) return err(heartError('proposal_missing'));
  const tool = editable({ heart, standing, role }, edit);
  if (!tool.ok) return tool;
  const parsed = parseInput(tool.value, edit.input);
  if (!parsed.ok) return parsed;
  if (parsed.value.text === standing.revision.inputText) return err(heartError('nothing_changed', { state: 'proposed' }));
  const { policy, proposal } = standing;
  const { tools } = heart;
  const parts = partsOf({ tool: tool.value, input: parsed.value.input }, tools);
  if (!role || !parts || !mayPropose(role, parts)) return err(heartError('not_allowed'));
  const wanted = { tool: tool.value, tools, parsed: parsed.value, policy, projectId, requester: proposal.requester };
  const made = await composeRevision(db, { ...wanted, agent: agentAt(proposal), editedBy: personId, revision: proposal.revision + 1 });
  return made.ok ? ok({ made: made.value, inputHash: hashOf(parsed.value.input), policyVersion: policy.version }) : made;
};

/** Of two cards that are edited into the same wish at once, the index lets one be it. */
const isPendingTwice = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && 'constraint' in error.cause && error.cause.constraint === 'proposals_pending';

/**
 * Makes a new revision with other arguments. Policy, risk and preview are computed anew, earlier votes stay with the revision that they were
 * for, and whoever edited counts as a requester from now on.
 */
export const revise = async (heart: Heart, actor: Actor, edit: Edit): Promise<Result<Decided, HeartError>> => {
  for (;;) {
    const draft = await draftOf(heart, actor, edit);
    if (!draft.ok) return draft;
    const { made, inputHash, policyVersion } = draft.value;
    let again = false;
    const write = async (bench: Editing): Promise<Result<Decided, HeartError>> => {
      const tool = editable(bench, edit);
      if (!tool.ok) return tool;
      again = bench.standing.policy.version !== policyVersion;
      if (again || (await alreadyWaits(bench, inputHash))) return err(heartError('already_proposed', { state: 'proposed' }));
      await writeRevision(bench, made, inputHash);
      await endContradicted(bench, 'edited');
      return ok({ proposalId: edit.proposalId, state: 'proposed' });
    };
    const revised = await onTheBench(heart, { actor, proposalId: edit.proposalId }, write).catch((error: unknown) => {
      if (isPendingTwice(error)) return err(heartError('already_proposed', { state: 'proposed' }));
      throw error;
    });
    if (!again) return revised;
  }
};
