import { record } from '../db/record.ts';
import type { Heart } from './heart.ts';
import { move } from './move.ts';

/**
 * Lets go of what was asked for in a message that is not there any more, where nobody can tell who took it away: no decision of anybody's is
 * put on record. False: it does not wait any more.
 */
export const letGo = (heart: Heart, at: { projectId: string; proposalId: string }): Promise<boolean> =>
  heart.database.transaction(async (tx) => {
    const { projectId, proposalId } = at;
    const moved = await move(
      tx.db,
      { id: proposalId, from: 'proposed', to: 'void' },
      { reason: 'The message that asked for it was deleted.' },
    );
    if (!moved) return false;
    const { threadId } = moved;
    await record(tx.db, { projectId, kind: 'proposal.voided', threadId, proposalId, data: { drift: 'message_deleted' } });
    return true;
  });
