import type { Db } from '../db/client.ts';
import { err, ok, type Result } from '../result.ts';
import { type Checked, driftOf, jsonOf, parseInput } from './compose.ts';
import type { Heart } from './heart.ts';
import { type HeartError, heartError } from './sentences.ts';
import { readStanding, type Standing } from './standing.ts';

/** The action that would take an executed one back, as its tool says it now, or why nothing can. */
export const inverseOf = async (
  heart: Heart,
  db: Db,
  { proposal, revision }: Standing,
): Promise<Result<{ tool: string; input: Record<string, unknown> }, HeartError>> => {
  const tool = heart.tools.get(proposal.tool);
  const input = tool?.input.safeParse(jsonOf(revision.inputText));
  if (!tool?.undo || !input?.success) return err(heartError('cannot_undo', { state: proposal.state }));
  const data = proposal.result?.ok ? (proposal.result.data ?? {}) : {};
  const undo = await tool.undo({ input: input.data, data }, { db, projectId: proposal.projectId });
  return undo.ok
    ? ok({ tool: undo.tool, input: undo.input })
    : err(heartError('cannot_undo', { state: proposal.state, message: undo.why }));
};

/** Whether what an undo was made to take back is still as it was then. Who edited an undo wrote it anew, so only the rest is compared. */
const undoStands = async (heart: Heart, db: Db, { proposal, revision }: Standing): Promise<boolean> => {
  const original = await readStanding(db, proposal.projectId, proposal.undoes ?? '');
  if (original?.proposal.state !== 'executed') return false;
  const inverse = await inverseOf(heart, db, original);
  const tool = heart.tools.get(proposal.tool);
  if (!inverse.ok || !tool || inverse.value.tool !== tool.name) return false;
  const parsed = parseInput(tool, inverse.value.input);
  return proposal.revision > 1 || (parsed.ok && parsed.value.text === revision.inputText);
};

/**
 * What has drifted since the card was made: the action itself, as `driftOf` says, and for an undo what it takes back. To be asked under the
 * proposal's lock, before each decision and each start.
 */
export const driftNow = async (heart: Heart, db: Db, standing: Standing): Promise<Checked> => {
  const { proposal, revision, policy } = standing;
  const checked = driftOf({ ...proposal, revision }, heart.tools, policy);
  if (checked.drift || proposal.undoes === null || (await undoStands(heart, db, standing))) return checked;
  return { drift: 'target_changed' };
};
