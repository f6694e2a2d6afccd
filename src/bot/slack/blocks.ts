import type { types } from '@slack/bolt';
import type { Card } from '../../dispatch/card.ts';
import { joinWords } from '../arrange.ts';
import type { View } from '../surface.ts';
import { type Button, buttonBlocks, buttonsOf } from './buttons.ts';
import { callBlocks } from './call-blocks.ts';
import { bodyOf, headOf, outlineOf, sections, small } from './card-body.ts';
import { plain } from './text.ts';

export type Block = types.KnownBlock;

/** What one message, and one view (a modal, the home page), may hold. The characters are ours: Slack refuses somewhere above. */
export const MESSAGE = { blocks: 50, characters: 12_000 } as const;
export const VIEW = { blocks: 100, characters: 150_000 } as const;
export type Room = typeof MESSAGE | typeof VIEW;

const charactersOf = (blocks: readonly Block[]): number => JSON.stringify(blocks).length;

export const fitsIn = (blocks: readonly Block[], room: Room): boolean =>
  blocks.length <= room.blocks && charactersOf(blocks) <= room.characters;

/** Approving, and what stands in its place where a card cannot be shown whole. */
const TOO_LONG = 'This is too long to be shown whole here.';

/** A card without what does not fit: nothing on it can be approved, for nobody would have seen what. */
const shortened = (card: Card, at: { room: Room; messageId: string | null }): Block[] => {
  const { room, messageId } = at;
  const buttons = buttonsOf(card, messageId).filter(({ pressed }) => pressed.verb !== 'approve' && pressed.verb !== 'bulk');
  const open: Button[] =
    room === MESSAGE && card.proposal && !buttons.some(({ pressed }) => pressed.verb === 'open')
      ? [
          {
            label: 'Open in full',
            tone: 'primary',
            pressed: { verb: 'open', proposalId: card.proposal.id, revision: card.proposal.revision },
          },
        ]
      : [];
  const where = room === MESSAGE && card.proposal ? 'Open it in full.' : 'Open it in the web room.';
  const blocks = [...headOf(card), ...sections(`${TOO_LONG} ${where}`), ...buttonBlocks([...open, ...buttons])];
  const withMore = [...blocks.slice(0, -1), ...outlineOf(card), ...blocks.slice(-1)];
  return fitsIn(withMore, room) ? withMore : blocks;
};

/** A card as blocks. What the room for it cannot hold whole can be opened, and not approved; nothing is ever cut. */
export const cardBlocks = (card: Card, at: { room: Room; messageId: string | null; first?: number }): Block[] => {
  const around = (body: Block[]): Block[] => [...headOf(card), ...body, ...buttonBlocks(buttonsOf(card, at.messageId), at.first)];
  const whole = around(bodyOf(card));
  if (fitsIn(whole, at.room)) return whole;
  const tight = card.table && card.table.rows.length > 0 ? around(bodyOf(card, true)) : whole;
  return fitsIn(tight, at.room) ? tight : shortened(card, at);
};

/** A text that stands by itself; undefined when no message can hold it. */
export const textBlocks = (text: string): Block[] => sections(text);

const WILCO = 'Wilco';

export type Message = { text: string; blocks: Block[] };

/** What a notification shows: never more than a line, and the message itself holds everything. */
const preview = (text: string): string => plain(text.length > 150 ? `${text.slice(0, 149)}…` : text).text;

/** One message: who speaks when it is not Wilco itself, the words, the card. */
export const messageOf = (view: View): Message => {
  const { author, text, card, failed, messageId } = joinWords(view);
  const said: Block[] = [
    ...callBlocks(view.calls ?? []),
    ...(author === WILCO ? [] : small(author)),
    ...(text === null ? [] : textBlocks(text)),
    ...(failed === null
      ? []
      : buttonBlocks([{ label: 'Retry', tone: 'plain', pressed: { verb: 'retry_message', messageId: failed } }], 100)),
  ];
  const shown = card ? cardBlocks(card, { room: MESSAGE, messageId }) : [];
  const blocks = [...said, ...shown];
  const first = preview(card?.title ?? text ?? author);
  if (fitsIn(blocks, MESSAGE)) return { text: first, blocks };
  const long = `${TOO_LONG} Read it in the web room.`;
  return { text: first, blocks: card ? [...sections(long), ...cardBlocks(card, { room: MESSAGE, messageId })] : sections(long) };
};
