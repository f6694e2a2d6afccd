import { digestOnShow, digestShownTo, keepShown } from '../db/deliveries.ts';
import { isUuid } from '../db/read/place.ts';
import type { Actor } from '../dispatch/actor.ts';
import { retry, withdraw } from '../dispatch/after.ts';
import type { Card } from '../dispatch/card.ts';
import { type Decided, decide } from '../dispatch/decide.ts';
import type { Heart } from '../dispatch/heart.ts';
import { proposalCard } from '../dispatch/proposal-card.ts';
import { type HeartError, heartError } from '../dispatch/sentences.ts';
import { readStanding, type Standing } from '../dispatch/standing.ts';
import { takeOver } from '../dispatch/take-over.ts';
import { undo } from '../dispatch/undo.ts';
import { visible } from '../dispatch/visible.ts';
import type { Result } from '../result.ts';
import { editForm, rejectForm, settleForm } from './forms.ts';
import type { EventDeps } from './on-event.ts';
import { say } from './say.ts';
import type { Answer, ChatEvent, Pressed } from './surface.ts';

export type Press = ChatEvent & { kind: 'press' };
export type OnProposal = Extract<Pressed, { proposalId: string }>;

/** What a command came to, for the eyes of whoever ran it. */
export const answerOf = ({ card, text }: { card?: Card; text?: string }): Answer =>
  card ? { kind: 'private', text: null, card } : say(text ?? '');

/** A press that did something shows in the card, which changes in place; one that did not gets a sentence for its eyes alone. */
const answerTo = (done: Result<Decided, HeartError>): Answer => (done.ok ? { kind: 'nothing' } : say(done.error.message));

/** The card with every argument whole, for one person alone; what they press on it is held against what it showed. */
const openInFull = async ({ heart }: EventDeps, personId: string, standing: Standing): Promise<Answer> => {
  const { proposal, revision } = standing;
  await keepShown(heart.database.db, { personId, proposalId: proposal.id, revision: proposal.revision, digest: revision.digest });
  return { kind: 'private', text: null, card: proposalCard(standing, heart.tools.get(proposal.tool), true) };
};

const digestOf = async ({ heart }: EventDeps, press: Press, at: { pressed: OnProposal; personId: string }): Promise<string | undefined> => {
  const { db } = heart.database;
  const { proposalId, revision } = at.pressed;
  const { surface, channel } = press.place;
  const stood = press.remoteId ? await digestOnShow(db, { surface, channel, remoteId: press.remoteId, proposalId, revision }) : undefined;
  return stood ?? digestShownTo(db, { personId: at.personId, proposalId, revision });
};

const approve = async (deps: EventDeps, press: Press, at: { pressed: OnProposal; actor: Actor; personId: string; standing: Standing }) => {
  const { pressed, actor, personId, standing } = at;
  const digest = await digestOf(deps, press, { pressed, personId });
  // Nobody can tell what this person was looking at, so they look at it now.
  if (digest === undefined) return openInFull(deps, personId, standing);
  const { proposalId, revision } = pressed;
  return answerTo(await decide(deps.heart, actor, { verb: 'approve', proposalId, revision, digest }));
};

/** The verbs that ask for something first. */
const formFor = (verb: 'reject' | 'edit' | 'settle', standing: Standing, at: { heart: Heart; revision: number }): Answer => {
  const { proposal } = standing;
  const tool = at.heart.tools.get(proposal.tool);
  const title = visible(tool?.title ?? proposal.tool);
  if (verb === 'settle') return { kind: 'form', form: settleForm(proposal.id, at.revision, title) };
  if (proposal.state !== 'proposed') return say(heartError('already_decided').message);
  if (at.revision !== proposal.revision) return say(heartError('stale_revision').message);
  if (verb === 'reject') return { kind: 'form', form: rejectForm(proposal.id, at.revision, title) };
  return tool ? { kind: 'form', form: editForm(standing, tool) } : say(heartError('tool_unknown').message);
};

const waiting = (why: HeartError | null): string => `It waits for somebody who may approve it, on a card of its own. ${why?.message ?? ''}`;

/**
 * What one press on a card's button does. Everything but the id and the revision comes from the database; the heart decides, with the
 * person's own identity, exactly as for any other door.
 */
export const onPress = async (
  deps: EventDeps,
  press: Press,
  who: { pressed: OnProposal; actor: Actor; personId: string },
): Promise<Answer> => {
  const { heart } = deps;
  const { pressed, actor, personId } = who;
  const { verb, proposalId, revision } = pressed;
  const standing = isUuid(proposalId) ? await readStanding(heart.database.db, actor.projectId, proposalId) : undefined;
  if (!standing) return say(heartError('proposal_missing').message);
  switch (verb) {
    case 'approve':
      return approve(deps, press, { pressed, actor, personId, standing });
    case 'open':
      return openInFull(deps, personId, standing);
    case 'reject':
    case 'edit':
    case 'settle':
      return formFor(verb, standing, { heart, revision });
    case 'withdraw':
      return answerTo(await withdraw(heart, actor, proposalId));
    case 'retry':
      return answerTo(await retry(heart, actor, proposalId));
    case 'take_over': {
      const made = await takeOver(heart, actor, { proposalId, revision });
      return made.ok ? { kind: 'nothing' } : say(made.error.message);
    }
    case 'undo': {
      const made = await undo(heart, actor, proposalId);
      return made.ok && made.value.waits === null ? { kind: 'nothing' } : say(made.ok ? waiting(made.value.waits) : made.error.message);
    }
    default:
      return verb satisfies never;
  }
};
