import { type Amendable, amendQueued, askAnew, endAnswer, isInRun, messageOfEvent } from '../db/amend.ts';
import { proposalsFrom } from '../db/read/proposals.ts';
import type { Actor } from '../dispatch/actor.ts';
import { withdraw } from '../dispatch/after.ts';
import { letGo } from '../dispatch/asked-gone.ts';
import type { EventDeps } from './on-event.ts';
import { say } from './say.ts';
import { tellStopped } from './stop.ts';
import type { Answer, ChatEvent } from './surface.ts';

const TOO_LATE = 'What you wrote has been acted on already, so changing it changes nothing. Use the card, or write again.';
const AT_WORK = 'An agent is at work on what you wrote first. Write what should be different, or `stop`.';

/** Nobody waits for an answer to the first words any more; whoever is making one hears so, and it comes to nothing. */
const endFirst = async ({ database, heart }: EventDeps, { id, threadId }: Amendable, { projectId }: Actor): Promise<void> => {
  const ended = await database.transaction(({ db }) => endAnswer(db, id));
  if (ended) tellStopped(heart.signals, { projectId, threadId, messageId: id });
};

/**
 * Honours that a person edited what they wrote, or took it back (`text` null), as long as nothing has come of it: a message that waits is
 * changed; an answer that is being made is ended; cards that still wait are withdrawn, and an edited message is answered anew. What was
 * decided stands. Undefined: Wilco does not have this message.
 */
export const amend = async (
  deps: EventDeps,
  change: { event: ChatEvent; text: string | null },
  actor: Actor,
): Promise<Answer | undefined> => {
  const { database, heart } = deps;
  const { text, event } = change;
  const { surface } = event.place;
  const message = await messageOfEvent(database.db, { surface, eventId: event.eventId, personId: actor.personId });
  if (!message) return undefined;
  if (message.text === text || (await amendQueued(database.db, { messageId: message.id, text }))) return { kind: 'nothing' };
  await endFirst(deps, message, actor);
  if (await isInRun(database.db, message.id)) return say(AT_WORK);
  // Whoever made the answer has ended or made its cards by now: after the answer was ended none is made.
  const made = await proposalsFrom(database.db, { projectId: actor.projectId, messageId: message.id });
  if (made.some(({ state }) => state !== 'proposed')) return say(TOO_LATE);
  const isUnsigned = event.kind === 'deleted' && event.unsigned === true;
  const end = async (id: string): Promise<boolean> =>
    isUnsigned ? letGo(heart, { projectId: actor.projectId, proposalId: id }) : (await withdraw(heart, actor, id)).ok;
  for (const { id } of made) if (!(await end(id))) return say(TOO_LATE);
  if (text === null) return { kind: 'nothing' };
  await database.transaction(async (tx) => {
    if (await askAnew(tx, { messageId: message.id, text })) await deps.receive.enqueueRoute(tx, message.id);
  });
  return { kind: 'nothing' };
};
