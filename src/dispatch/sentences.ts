import type { ProposalState } from '../db/states.ts';

/** Everything that proposing and deciding may answer instead of what was asked. `detail` is for what only this case knows. */
export type HeartErrorCode =
  | 'proposal_missing'
  | 'already_decided'
  | 'already_voted'
  | 'stale_revision'
  | 'digest_mismatch'
  | 'not_an_approver'
  | 'group_unknown'
  | 'self_approval'
  | 'only_a_suggestion'
  | 'no_suggestion'
  | 'not_allowed'
  | 'killed'
  | 'drifted'
  | 'blocked'
  | 'tool_unknown'
  | 'invalid_input'
  | 'secret_literal'
  | 'refused_by_policy'
  | 'already_proposed'
  | 'nothing_changed'
  | 'wrong_state'
  | 'worker_alive'
  | 'reason_missing'
  | 'cannot_undo'
  | 'already_undone'
  | 'target_changed'
  | 'offer_missing'
  | 'offer_taken';

export type HeartError = {
  code: HeartErrorCode;
  message: string;
  state?: ProposalState;
  fields?: { name: string; message: string }[];
};

const SAY: Record<HeartErrorCode, string> = {
  proposal_missing: 'That proposal does not exist here. It may belong to another project.',
  already_decided: 'Somebody decided this before you. The card shows how.',
  already_voted: 'You have approved this already; it waits for somebody else.',
  stale_revision: 'It was edited after you saw it. Look at the new revision and decide on that.',
  digest_mismatch: 'What you were shown is not what is proposed now. Look at the card again and decide on that.',
  not_an_approver: 'You are not among those who may approve this.',
  group_unknown:
    'Who is of the group that has to approve this could not be asked where it is kept, so nothing was decided. Try again in a moment; where it stays so, decide in that chat itself, or have an admin look at Settings → Connections.',
  self_approval: 'You asked for this or edited it, so somebody else has to approve it.',
  only_a_suggestion: 'This is only a suggestion, so nobody can approve it. Take it over to propose it in your own name, or dismiss it.',
  no_suggestion: 'Only what an agent suggests can be taken over. Decide on this card instead.',
  not_allowed: 'Your role does not allow that. Ask an admin of this project.',
  killed: 'Wilco is killed: nothing can be proposed, decided or started until the owner uses /unkill.',
  drifted: 'It no longer stands as it was shown, so it is void. A new card took its place.',
  blocked: 'It cannot be carried out as things stand. The card says why, and what to do about it.',
  tool_unknown: 'There is no such action here. /help lists what there is.',
  invalid_input: 'Something in the arguments is not right.',
  secret_literal: 'That looks like a secret. Do not put keys or passwords into a message: they would be stored and shown on a card.',
  refused_by_policy: 'The policy of this project refuses that.',
  already_proposed: 'Exactly this is waiting for a decision already.',
  nothing_changed: 'Nothing was changed, so the card stays as it is.',
  wrong_state: 'That is not possible in the state that it is in now.',
  worker_alive: 'A worker is still on it. Wait until it is done or has been stopped, then try again.',
  reason_missing: 'Say why, so that whoever asked can do better.',
  cannot_undo: 'That cannot be undone: this action knows no way back.',
  already_undone: 'It has been undone already.',
  target_changed: 'What it would take back has changed since, so it is void. Look at how it stands now, and ask for what you want.',
  offer_missing: 'There is no such list for you here. Write /approve-safe for one of your own.',
  offer_taken: 'That list was used already. Write /approve-safe for a new one.',
};

/** The sentence for a code; what is particular to the case follows it. */
export const heartError = (code: HeartErrorCode, more: Partial<Omit<HeartError, 'code'>> = {}): HeartError => ({
  code,
  message: SAY[code],
  ...more,
});

export const HEART_ERROR_CODES = Object.keys(SAY);
