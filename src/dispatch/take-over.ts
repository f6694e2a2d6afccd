import { eq } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { proposals } from '../db/tables/proposals.ts';
import { err, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import { jsonOf } from './compose.ts';
import type { Heart } from './heart.ts';
import { move } from './move.ts';
import { type Proposed, proposeWith } from './propose.ts';
import { type HeartError, heartError } from './sentences.ts';
import { lockProposal, readStanding, roleNow, type Standing } from './standing.ts';

export type TakingOver = { proposalId: string; revision: number };

/** Why this is no suggestion that can be taken over as it was seen; undefined: it is one. */
const obstacle = (standing: Standing | undefined, revision: number): HeartError | undefined => {
  if (!standing) return heartError('proposal_missing');
  const { state } = standing.proposal;
  if (state !== 'proposed') return heartError('already_decided', { state });
  if (standing.proposal.revision !== revision) return heartError('stale_revision', { state });
  return standing.revision.decider === 'nobody' ? undefined : heartError('no_suggestion', { state });
};

/** The suggestion gives way to what somebody proposes themselves; the run of its agent hears of it by that. */
const giveWay = async (tx: Tx, { proposal }: Standing, by: { actor: Actor; replacedBy: string }): Promise<void> => {
  const { id, projectId, threadId } = proposal;
  const { actor, replacedBy } = by;
  const reason = `${actor.name} took it over and proposes it in their own name.`;
  const moved = await move(tx.db, { id, from: 'proposed', to: 'void' }, { reason });
  if (!moved) throw new Error(`proposal ${id} left 'proposed' under lock`);
  await tx.db.update(proposals).set({ replacedBy }).where(eq(proposals.id, id));
  const data = { drift: 'taken_over', replacedBy };
  await record(tx.db, { projectId, kind: 'proposal.voided', threadId, proposalId: id, personId: actor.personId, data });
};

/**
 * Makes an agent's suggestion a person's own: exactly the same action, proposed in their name under the usual rules, with a card and approvals
 * of its own. The suggestion is void with that, in one transaction.
 */
export const takeOver = async (
  heart: Heart,
  caller: Actor,
  { proposalId, revision }: TakingOver,
): Promise<Result<Proposed, HeartError>> => {
  const { db } = heart.database;
  const { projectId, personId, name, via } = caller;
  const [standing, role] = await Promise.all([readStanding(db, projectId, proposalId), roleNow(db, caller)]);
  if (personId === null || !role) return err(heartError('not_allowed'));
  const refused = obstacle(standing, revision);
  if (refused || !standing) return err(refused ?? heartError('proposal_missing'));
  // In nobody's name but their own, whoever the suggestion was made for.
  const actor: Actor = { projectId, personId, name, role, via };
  const { threadId, tool } = standing.proposal;
  const wish = { threadId, tool, input: jsonOf(standing.revision.inputText) };
  return proposeWith(heart, {
    actor,
    wish,
    alongside: {
      async check(tx) {
        const locked = await lockProposal(tx, projectId, proposalId);
        return obstacle(locked ? await readStanding(tx.db, projectId, proposalId) : undefined, revision);
      },
      done: (tx, made) => giveWay(tx, standing, { actor, replacedBy: made.proposalId }),
    },
  });
};
