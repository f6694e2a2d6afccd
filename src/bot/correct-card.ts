import type { Routed } from '../agents/router.ts';
import type { Addressed } from '../db/answer.ts';
import type { Said } from '../db/read/history.ts';
import { requesterOf } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { revise } from '../dispatch/revise.ts';
import type { Result } from '../result.ts';

type Calls = (Routed & { kind: 'calls' })['calls'];

/** How people begin when they take back a part of what they said. A person's words alone make it a correction, never a model's. */
const CORRECTS =
  /^\s*(?:@wilco\b[,:]?\s*)?(?:oh,?\s+|oops,?\s+|ah,?\s+)?(?:no|nope|not|actually|sorry|wait|correction|rather|instead|make (?:it|that)|change (?:it|that)|i meant?|i mean)\b/i;
const INSTEAD = /\binstead[.!]?\s*$/i;
/** Whoever asks for one more does not want the first one changed. */
const ONE_MORE = /\b(?:create|add|another|new|also|too|as well|second)\b/i;

export const isCorrection = (text: string): boolean => (CORRECTS.test(text) || INSTEAD.test(text)) && !ONE_MORE.test(text);

/** The card that a correction is about: the newest of that action in the thread, if it still waits and the same person asked for it. */
const cardToCorrect = (message: Addressed, calls: Calls, said: readonly Said[]) => {
  const [call, ...others] = calls;
  if (!call || others.length > 0 || message.actor.personId === null || !isCorrection(message.text)) return undefined;
  const newest = said.findLast(({ proposal }) => proposal?.tool === call.tool)?.proposal;
  const mine = newest?.state === 'proposed' && newest.requester === requesterOf(message.actor);
  return mine ? { ...newest, input: call.input } : undefined;
};

/**
 * Takes a correction for an edit of the card that it corrects, and answers what to say; undefined when it is no correction of a card that
 * can still be edited, and a card of its own is to be made.
 */
export const correctCard = async (
  heart: Heart,
  message: Addressed,
  { calls, said }: { calls: Calls; said: readonly Said[] },
): Promise<string | undefined> => {
  const card = cardToCorrect(message, calls, said);
  if (!card) return undefined;
  const { id: proposalId, revision, input } = card;
  const revised: Result<unknown, { code: string }> = await revise(heart, message.actor, { proposalId, revision, input });
  if (revised.ok) return 'I changed the card above. It shows what was there before.';
  return revised.error.code === 'nothing_changed' ? 'The card above says so already.' : undefined;
};
