import { eq } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { proposals, revisions } from '../db/tables/proposals.ts';
import { within } from '../within.ts';
import { agentAt } from './actor.ts';
import { composeRevision, type Drift, jsonOf, parseInput } from './compose.ts';
import { contentRefusal } from './content/content.ts';
import { hashOf } from './digest.ts';
import type { Heart } from './heart.ts';
import { move } from './move.ts';
import { partsOf } from './parts.ts';
import { showCard } from './propose.ts';
import type { Standing } from './standing.ts';

const SAY: Record<Drift, string> = {
  tool_gone: 'The action it would have used is no longer there.',
  tool_changed: 'The action it would have used has changed since.',
  input_changed: 'Its arguments no longer read as they did when they were shown.',
  policy_changed: 'The policy that it was shown under has changed since.',
  digest_changed: 'What is stored is no longer what was shown.',
  content_refused: 'A content rule of the policy refuses it now.',
  target_changed: 'What it would have taken back has changed since.',
  rule_lapsed: 'The signed rule does not let its agent act by itself any more, so people decide.',
};

/** No longer than this may a preview take here: it is made under locks that a kill waits for. */
const PREVIEW_MS = 2000;

/** A fresh card with the same wish under what is in force now, or null where the wish no longer makes sense. */
const successor = async (heart: Heart, tx: Tx, standing: Standing): Promise<string | null> => {
  const { proposal, revision, policy } = standing;
  const tool = heart.tools.get(proposal.tool);
  if (!tool) return null;
  const parsed = parseInput(tool, jsonOf(revision.inputText));
  if (!parsed.ok) return null;
  const { projectId, threadId, requester } = proposal;
  const { editedBy } = revision;
  // A first revision names one editor. Where several had a hand in it, the others could approve what they wrote.
  if (standing.requesters.some((id) => id !== proposal.proposedBy && id !== editedBy)) return null;
  const wanted = { tool, tools: heart.tools, parsed: parsed.value, policy, projectId, requester, agent: agentAt(proposal), editedBy };
  // Nothing that drifted acts by itself in its new form: people look at it.
  const composed = composeRevision(tx.db, { ...wanted, revision: 1, toPeople: true });
  const made = await within(PREVIEW_MS, composed);
  if (!made?.ok) return null;
  const [fresh] = await tx.db
    .insert(proposals)
    .values({
      projectId,
      threadId,
      tool: proposal.tool,
      proposedBy: proposal.proposedBy,
      requester,
      proposedByName: proposal.proposedByName,
      inputHash: hashOf(parsed.value.input),
      undoes: proposal.undoes,
      taskId: proposal.taskId,
      // The run of an agent waits for this one now.
      agentKey: proposal.agentKey,
      agentDomain: proposal.agentDomain,
      agentAutonomy: proposal.agentAutonomy,
      agentHeartbeat: proposal.agentHeartbeat,
      agentRunId: proposal.agentRunId,
      confidence: proposal.confidence,
      reasoning: proposal.reasoning,
    })
    .onConflictDoNothing()
    .returning({ id: proposals.id });
  if (!fresh) return null;
  await tx.db.insert(revisions).values({ ...made.value, proposalId: fresh.id });
  const { agentKey, agentRunId: runId } = proposal;
  const agent = agentKey === null ? null : { key: agentKey, name: proposal.proposedByName, runId };
  await showCard(tx, { threadId, projectId, proposalId: fresh.id, agent, tool: proposal.tool, target: made.value.target });
  await record(tx.db, {
    projectId,
    kind: 'proposal.proposed',
    threadId,
    proposalId: fresh.id,
    personId: proposal.proposedBy,
    data: { tool: proposal.tool, replaces: proposal.id, digest: made.value.digest },
  });
  return fresh.id;
};

/** Which content rule it is, where it is one; what was approved may have been fine then. */
const reasonFor = (heart: Heart, { proposal, revision, policy }: Standing, drift: Drift): string => {
  const tool = heart.tools.get(proposal.tool);
  const parsed = tool?.input.safeParse(jsonOf(revision.inputText));
  const parts = tool && parsed?.success && partsOf({ tool, input: parsed.data }, heart.tools);
  const why = drift === 'content_refused' && parts ? contentRefusal(policy.document, parts) : undefined;
  return why ? `The policy of this project refuses it now: ${why}.` : SAY[drift];
};

/** Voids a proposal that drifted and puts a new one in its place, which waits for its own decision. */
export const voidDrifted = async (heart: Heart, tx: Tx, case_: { standing: Standing; drift: Drift }): Promise<void> => {
  const { standing, drift } = case_;
  const { id, projectId, threadId } = standing.proposal;
  // First void, then reissue: the index that keeps one card per wish sees only cards that wait.
  const voided = await move(tx.db, { id, to: 'void' }, { reason: reasonFor(heart, standing, drift) });
  if (!voided) return;
  // An undo of what has changed since would undo the change, too: nothing takes its place.
  const replacedBy = drift === 'target_changed' ? null : await successor(heart, tx, standing);
  if (replacedBy) await tx.db.update(proposals).set({ replacedBy }).where(eq(proposals.id, id));
  await record(tx.db, { projectId, kind: 'proposal.voided', threadId, proposalId: id, data: { drift, replacedBy } });
};
