import type { types } from '@slack/bolt';
import type { Card, CardAction } from '../../dispatch/card.ts';
import type { Pressed } from '../surface.ts';
import { plain } from './text.ts';

/** What a button carries, and nothing else: a verb with an id and a revision. */
export const writePressed = (pressed: Pressed): string => {
  switch (pressed.verb) {
    case 'say':
      return `say ${pressed.text}`;
    case 'bulk':
      return `bulk ${pressed.offer}`;
    case 'fill':
    case 'retry_message':
    case 'dismiss':
    case 'promote':
      return `${pressed.verb} ${pressed.messageId}`;
    default:
      return `${pressed.verb} ${pressed.proposalId} ${pressed.revision}`;
  }
};

const VERBS = ['approve', 'reject', 'edit', 'withdraw', 'retry', 'settle', 'undo', 'take_over', 'open'] as const;
const ON_MESSAGE = ['fill', 'retry_message', 'dismiss', 'promote'] as const;

/** Undefined for what `writePressed` did not write. */
export const readPressed = (value: string): Pressed | undefined => {
  const at = value.indexOf(' ');
  const name = value.slice(0, at);
  const rest = value.slice(at + 1);
  if (at <= 0 || rest === '') return undefined;
  if (name === 'say') return { verb: name, text: rest };
  if (name === 'bulk') return { verb: name, offer: rest };
  const onMessage = ON_MESSAGE.find((one) => one === name);
  if (onMessage) return { verb: onMessage, messageId: rest };
  const verb = VERBS.find((one) => one === name);
  const [, proposalId, revision] = /^([0-9a-f-]{36}) (\d{1,6})$/.exec(rest) ?? [];
  return verb && proposalId ? { verb, proposalId, revision: Number(revision) } : undefined;
};

/** The longest value that a button may have. */
const LONGEST = 2000;
const PER_BLOCK = 25;

export type Button = { label: string; tone: CardAction['tone']; pressed: Pressed };

const pressedBy = (action: CardAction, card: Card, messageId: string | null): Pressed | undefined => {
  switch (action.verb) {
    case 'say':
      return { verb: 'say', text: action.text };
    case 'bulk':
      return { verb: 'bulk', offer: action.offer };
    case 'fill':
    case 'dismiss':
    case 'promote':
      return messageId === null ? undefined : { verb: action.verb, messageId };
    default: {
      const of = action.of ?? card.proposal;
      return of && { verb: action.verb, proposalId: of.id, revision: of.revision };
    }
  }
};

export const buttonsOf = (card: Card, messageId: string | null): Button[] =>
  card.actions.flatMap((action) => {
    const pressed = pressedBy(action, card, messageId);
    return pressed ? [{ label: action.label, tone: action.tone, pressed }] : [];
  });

const STYLE = { primary: { style: 'primary' }, danger: { style: 'danger' }, plain: {} } as const;

/** A label ends where a button does: what it says in full stands in the card. */
const LABEL = 75;
const labelOf = (label: string): string => (label.length > LABEL ? `${label.slice(0, LABEL - 1)}…` : label);

/** `first`: the number of the first button, so that each id in a message is its own. */
export const buttonBlocks = (buttons: readonly Button[], first = 0): types.ActionsBlock[] => {
  const elements = buttons
    .map(
      ({ label, tone, pressed }, i): types.Button => ({
        type: 'button',
        action_id: `wilco.${pressed.verb}.${first + i}`,
        text: plain(labelOf(label)),
        value: writePressed(pressed),
        ...STYLE[tone],
      }),
    )
    .filter(({ value = '' }) => value.length <= LONGEST);
  const blocks: types.ActionsBlock[] = [];
  for (let i = 0; i < elements.length; i += PER_BLOCK) blocks.push({ type: 'actions', elements: elements.slice(i, i + PER_BLOCK) });
  return blocks;
};
