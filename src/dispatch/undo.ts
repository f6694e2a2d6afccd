import { type ProposalState, roleAtLeast } from '../db/states.ts';
import { err, ok, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import { decide } from './decide.ts';
import type { Heart } from './heart.ts';
import { propose } from './propose.ts';
import { type HeartError, heartError } from './sentences.ts';
import { readStanding, roleNow, type Standing } from './standing.ts';
import { inverseOf } from './undo-stands.ts';

/** The proposal that takes another one back. `waits`: why the click alone did not decide it; its card waits for somebody. */
export type Undoing = { proposalId: string; state: ProposalState; joined: boolean; waits: HeartError | null };

/** Why this cannot be taken back by anybody, as it stands. */
const obstacle = ({ proposal, undo }: Standing): HeartError | undefined => {
  if (proposal.state !== 'executed')
    return heartError('wrong_state', { state: proposal.state, message: 'Only what was carried out can be undone.' });
  return undo?.state === 'executed' ? heartError('already_undone', { state: proposal.state }) : undefined;
};

/** The undo that is there already: its own card says what becomes of it, and nobody decides that without having seen it. */
const there = (proposalId: string, state: ProposalState): Undoing => ({ proposalId, state, joined: true, waits: null });

/** The click says yes to its own proposal, through the one door for decisions: where the policy wants somebody else, it waits for them. */
const decideByClick = async (heart: Heart, actor: Actor, proposalId: string): Promise<Result<Undoing, HeartError>> => {
  const made = await readStanding(heart.database.db, actor.projectId, proposalId);
  if (!made) return err(heartError('proposal_missing'));
  const { revision, digest } = made.revision;
  const decided = await decide(heart, actor, { verb: 'approve', proposalId, revision, digest });
  if (decided.ok) return ok({ proposalId, state: decided.value.state, joined: false, waits: null });
  const { error } = decided;
  return error.state === 'void' ? decided : ok({ proposalId, state: error.state ?? 'proposed', joined: false, waits: error });
};

/**
 * Takes back what was carried out: makes the opposite action as a proposal in the same thread, and has the click decide it as far as the
 * policy lets that person. Refused where the tool knows no way back, or where what it did has changed since; that is looked at again when
 * the undo is decided and when it starts.
 */
export const undo = async (heart: Heart, actor: Actor, proposalId: string): Promise<Result<Undoing, HeartError>> => {
  const { db } = heart.database;
  const [standing, role] = await Promise.all([readStanding(db, actor.projectId, proposalId), roleNow(db, actor)]);
  if (!standing) return err(heartError('proposal_missing'));
  if (!role || !roleAtLeast(role, 'operator')) return err(heartError('not_allowed'));
  const refused = obstacle(standing);
  if (refused) return err(refused);
  if (standing.undo) return ok(there(standing.undo.id, standing.undo.state));
  const inverse = await inverseOf(heart, db, standing);
  if (!inverse.ok) return inverse;
  const wish = { ...inverse.value, threadId: standing.proposal.threadId, undoes: proposalId };
  const proposed = await propose(heart, { ...actor, role }, wish);
  if (!proposed.ok) return proposed;
  if (!proposed.value.joined) return decideByClick(heart, actor, proposed.value.proposalId);
  const same = await readStanding(db, actor.projectId, proposed.value.proposalId);
  return ok(there(proposed.value.proposalId, same?.proposal.state ?? 'proposed'));
};
