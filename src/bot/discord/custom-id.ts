import type { CardAction } from '../../dispatch/card.ts';
import type { Pressed } from '../surface.ts';

/** The longest that Discord takes. */
const LONGEST = 100;

const VERBS = ['approve', 'reject', 'edit', 'withdraw', 'retry', 'settle', 'undo', 'take_over', 'open'] as const;
const ON_PROPOSAL = new RegExp(`^(${VERBS.join('|')}):([0-9a-f-]{36}):(\\d{1,6})$`);
const MESSAGE_VERBS = ['fill', 'retry_message', 'dismiss', 'promote'] as const;
const ON_MESSAGE = new RegExp(`^(${MESSAGE_VERBS.join('|')}):([0-9a-f-]{36})$`);
const WITH_TEXT = /^(say|bulk):([\s\S]{1,95})$/;

export type CardOf = { proposal?: { id: string; revision: number } | undefined; messageId: string | null };

/** What a button carries: a verb with an id and a revision, or a short line. Undefined: it cannot be a button here. */
export const customId = (action: CardAction, { proposal, messageId }: CardOf): string | undefined => {
  const id = ((): string | undefined => {
    switch (action.verb) {
      case 'say':
        return `say:${action.text}`;
      case 'bulk':
        return `bulk:${action.offer}`;
      case 'fill':
      case 'dismiss':
      case 'promote':
        return messageId ? `${action.verb}:${messageId}` : undefined;
      default: {
        const of = action.of ?? proposal;
        return of && `${action.verb}:${of.id}:${of.revision}`;
      }
    }
  })();
  return id !== undefined && id.length <= LONGEST ? id : undefined;
};

export const retryMessageId = (messageId: string): string => `retry_message:${messageId}`;

/** What was pressed; undefined for what `customId` did not write. */
export const readCustomId = (id: string): Pressed | undefined => {
  const [, verb, proposalId, revision] = ON_PROPOSAL.exec(id) ?? [];
  const known = VERBS.find((one) => one === verb);
  if (known && proposalId) return { verb: known, proposalId, revision: Number(revision) };
  const [, act, messageId] = ON_MESSAGE.exec(id) ?? [];
  const onMessage = MESSAGE_VERBS.find((one) => one === act);
  if (onMessage && messageId) return { verb: onMessage, messageId };
  const [, kind, text] = WITH_TEXT.exec(id) ?? [];
  if (!text) return undefined;
  return kind === 'say' ? { verb: 'say', text } : { verb: 'bulk', offer: text };
};

/** The verbs whose answer is a form: Discord opens one only as the very first response. */
export const opensForm = ({ verb }: Pressed): boolean => verb === 'reject' || verb === 'edit' || verb === 'settle' || verb === 'fill';
