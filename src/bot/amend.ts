import { proposalsFrom } from '../db/read/proposals.ts';
import { amendQueued, askAnew, messageOfEvent } from '../db/talk.ts';
import type { Actor } from '../dispatch/actor.ts';
import { withdraw } from '../dispatch/after.ts';
import type { EventDeps } from './on-event.ts';
import { say } from './on-press.ts';
import type { Answer, ChatEvent } from './surface.ts';

const TOO_LATE = 'What you wrote has been acted on already, so changing it changes nothing. Use the card, or write again.';

/**
 * Honours that a person edited what they wrote, or took it back (`text` null), as long as nothing has come of it: a message that waits is
 * changed; cards that still wait are withdrawn, and an edited message is answered anew. What was decided stands. Undefined: Wilco does not
 * have this message.
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
  const made = await proposalsFrom(database.db, { projectId: actor.projectId, messageId: message.id });
  if (made.some(({ state }) => state !== 'proposed')) return say(TOO_LATE);
  for (const { id } of made) if (!(await withdraw(heart, actor, id)).ok) return say(TOO_LATE);
  if (text === null) return { kind: 'nothing' };
  await database.transaction(async (tx) => {
    if (await askAnew(tx.db, { messageId: message.id, text })) await deps.receive.enqueueRoute(tx, message.id);
  });
  return { kind: 'nothing' };
};
