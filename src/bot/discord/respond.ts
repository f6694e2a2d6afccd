import { InteractionResponseType, Routes } from 'discord.js';
import { z } from 'zod';
import { type Shown, visible } from '../../dispatch/visible.ts';
import type { Answer } from '../surface.ts';
import { type Rendered, renderPages, renderView } from './card.ts';
import { apiCode } from './errors.ts';
import { customIds, type Interaction } from './incoming.ts';
import type { Link } from './link.ts';
import { outgoing } from './outgoing.ts';

/** It is too old: whoever pressed was told, and nothing may follow. */
const TOO_OLD = 10_062;
/** It was answered already. */
const ANSWERED = 40_060;

/** Sends the first response. False: it is not ours to answer any more, and what was asked for is not to be done. */
export const respond = async (link: Link, { id, token }: Interaction, response: { type: InteractionResponseType; data?: object }) => {
  const { rest, log } = link;
  const path = Routes.interactionCallback(id, token);
  try {
    // No header of ours: the token in the address is what counts.
    await rest.post(path, { body: response, auth: false });
    return true;
  } catch (error) {
    const code = apiCode(error);
    log.warn({ surface: 'discord', code, err: error instanceof Error ? error.name : 'unknown' }, 'interaction.not_answered');
    // Where only the reply was lost the response may stand, and what was asked for is done: so, too, where Discord failed at the first try and says
    // now that it was answered. Otherwise somebody else did, and does it.
    return code === ANSWERED ? link.shaky.get(path) === true : code !== TOO_OLD;
  }
};

/** Takes it at once; the answer follows. `onCard`: the card changes by itself, and nothing is shown meanwhile. */
export const defer = (link: Link, interaction: Interaction, onCard: boolean): Promise<boolean> =>
  respond(
    link,
    interaction,
    onCard
      ? { type: InteractionResponseType.DeferredMessageUpdate }
      : { type: InteractionResponseType.DeferredChannelMessageWithSource, data: { flags: 64 } },
  );

const original = ({ application_id, token }: Interaction) => Routes.webhookMessage(application_id, token, '@original');
const Original = z.object({ id: z.string() });

/** Takes it at once, for all to see. Answers the message that stands for it; null where nobody knows which that is, and false as `defer` does. */
export const deferOpenly = async (link: Link, interaction: Interaction): Promise<string | null | false> => {
  if (!(await respond(link, interaction, { type: InteractionResponseType.DeferredChannelMessageWithSource }))) return false;
  return link.rest
    .get(original(interaction), { auth: false })
    .then((raw) => Original.parse(raw).id)
    .catch(() => null);
};

/** What all see is what was asked. */
export const settleOpenly = async (link: Link, interaction: Interaction, words: string): Promise<void> => {
  try {
    await link.rest.patch(original(interaction), { ...outgoing(linesOf(words)), auth: false });
  } catch (error) {
    link.log.warn({ surface: link.platform, code: apiCode(error) }, 'answer.not_told');
  }
};

/** Nothing of it is for all to see: what there is to say is said to whoever did it. */
export const settleAlone = async (link: Link, interaction: Interaction, pages: readonly Rendered[]): Promise<void> => {
  await link.rest
    .delete(original(interaction), { auth: false })
    .catch((error: unknown) => link.log.warn({ surface: link.platform, code: apiCode(error) }, 'answer.not_removed'));
  await followUp(link, interaction, pages);
};

const line = (words: Shown): Rendered =>
  renderView({ author: visible('Wilco'), text: words, card: null, failed: null, messageId: '' }, 'alone');

/** What is said where nothing is to be seen at once. */
export const TAKEN = 'Taken. The answer comes here.';

export const linesOf = (words: string): Rendered => line(visible(words));
export const shownLines = line;

/** Answers for the eyes of whoever did it, as the first response: nothing was deferred. */
export const respondAlone = (link: Link, interaction: Interaction, rendered: Rendered): Promise<boolean> =>
  respond(link, interaction, { type: InteractionResponseType.ChannelMessageWithSource, data: outgoing(rendered, { private: true }).body });

/** The same after it was deferred: one message for each page. */
export const followUp = async (link: Link, { application_id, token }: Interaction, pages: readonly Rendered[]): Promise<void> => {
  try {
    for (const page of pages)
      await link.rest.post(Routes.webhook(application_id, token), { ...outgoing(page, { private: true }), auth: false });
  } catch (error) {
    // Its token lives for fifteen minutes. What was decided stands on the card, which is edited in another way.
    link.log.warn({ surface: link.platform, code: apiCode(error) }, 'answer.not_told');
  }
};

/** What stands in the place of "Wilco is thinking …": the first page, and then the others. */
export const settleDeferred = async (link: Link, interaction: Interaction, pages: readonly Rendered[]): Promise<void> => {
  const { application_id, token } = interaction;
  const [top, ...rest] = pages;
  if (!top) return;
  try {
    await link.rest.patch(Routes.webhookMessage(application_id, token, '@original'), { ...outgoing(top), auth: false });
  } catch (error) {
    link.log.warn({ surface: link.platform, code: apiCode(error) }, 'answer.not_told');
    return;
  }
  await followUp(link, interaction, rest);
};

const IS_ALONE = 64;

/** The one proposal that a message for somebody's eyes alone is about; undefined for a list, and for any other message. */
const soleProposal = ({ message }: Interaction): string | undefined => {
  if (((message?.flags ?? 0) & IS_ALONE) === 0) return undefined;
  const about = new Set(customIds(message?.components).flatMap((id) => PROPOSAL.exec(id)?.[1] ?? []));
  return about.size === 1 ? [...about][0] : undefined;
};
const PROPOSAL = /^[a-z_]+:([0-9a-f-]{36}):\d+$/;

/**
 * Says what came of a press or a form where nothing changes by itself: a message for somebody's eyes alone stays as it is. One that is about this
 * alone becomes the sentence, and loses its buttons.
 */
export const tellDone = async (link: Link, interaction: Interaction, words: string): Promise<void> => {
  const { application_id, token, message } = interaction;
  if (((message?.flags ?? 0) & IS_ALONE) === 0) return;
  if (soleProposal(interaction) === undefined) return followUp(link, interaction, [linesOf(words)]);
  try {
    await link.rest.patch(Routes.webhookMessage(application_id, token, '@original'), { ...outgoing(linesOf(words)), auth: false });
  } catch (error) {
    link.log.warn({ surface: link.platform, code: apiCode(error) }, 'answer.not_told');
  }
};

/** What an answer says to whoever is to read it alone. */
export const privately = (answer: Answer): Rendered[] => {
  if (answer.kind !== 'private') return [];
  return [...(answer.text ? [shownLines(answer.text)] : []), ...(answer.card ? renderPages(answer.card) : [])];
};
