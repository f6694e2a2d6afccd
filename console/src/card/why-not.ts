const WHY: Record<string, string> = {
  self_approval: 'You asked for this or edited it, so somebody else has to approve it.',
  not_an_approver: 'You are not among those who may approve this.',
  only_a_suggestion: 'Only a suggestion: take it over to propose it in your own name, or dismiss it.',
  not_allowed: 'Your role does not allow that. Ask an admin of this project.',
  already_decided: 'This has been decided already.',
  already_voted: 'You have approved this; it waits for somebody else.',
  stale_revision: 'It was edited. Look at the new revision and decide on that.',
  digest_mismatch: 'What you see is not what is proposed now. Look at the card again.',
  killed: 'Wilco is killed: nothing can be decided until the owner lifts it.',
  paused: 'Wilco is paused.',
  blocked: 'It cannot be carried out as things stand; the card says why.',
  drifted: 'It no longer stands as it was shown.',
  wrong_state: 'That is not possible as it stands now.',
};

/** Why the viewer may not decide, as a sentence; a code without one still says something true. */
export const whyNot = (code: string | null): string =>
  code === null ? 'You cannot decide this now.' : (WHY[code] ?? 'You cannot decide this now.');
