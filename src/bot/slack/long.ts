import { type ThreadAddress, threadId } from '../../db/thread-id.ts';
import { visible, visibleBlock } from '../../dispatch/visible.ts';
import type { View } from '../surface.ts';
import { type Block, MESSAGE, type Message, messageOf } from './blocks.ts';
import { plain, split } from './text.ts';

/** What `messageOf` says in the place of what it has no room for. */
const ELSEWHERE = /\b(?:Read|Open) it in the web room\./;
/** From the room that there is down to where even marks that take twice their room fit. */
const SIZES = [10_000, 5000, 2500];
/** Of more than these nobody reads the last one in a chat. */
const MOST_PARTS = 20;
const URL_LONGEST = 3000;

export const isCut = ({ blocks }: Message): boolean => ELSEWHERE.test(JSON.stringify(blocks));

/** Where it stands whole, for whoever is signed in there. */
const linkBlocks = (publicUrl: string | null, place: ThreadAddress, { card }: View): Block[] => {
  const path = card?.proposal ? `/approvals/${card.proposal.id}` : `/t/${encodeURIComponent(threadId(place))}`;
  const url = `${publicUrl}${path}`;
  if (publicUrl === null || url.length > URL_LONGEST) return [];
  return [{ type: 'actions', elements: [{ type: 'button', action_id: 'wilco.link', text: plain('Open the web room'), url }] }];
};

const withLink = (message: Message, link: Block[]): Message =>
  isCut(message) && message.blocks.length + link.length <= MESSAGE.blocks ? { ...message, blocks: [...message.blocks, ...link] } : message;

const alone = (text: string): View => ({ messageId: '', author: visible('Wilco'), text: visibleBlock(text), card: null, failed: null });

/** A text in parts that each fit into a message, broken between lines where that is possible. */
const partsOf = (text: string): string[] => {
  const tries = SIZES.map((size) => split(text, size));
  return tries.find((parts) => !parts.some((part) => isCut(messageOf(alone(part))))) ?? tries.at(-1) ?? [];
};

/**
 * A view as the messages that it takes: one, and where its text is too long for that the parts of the text that follow. A card is in the first of
 * them, whole or to be opened: what is pressed is pressed there.
 */
export const messagesOf = (view: View, at: { place: ThreadAddress; publicUrl: string | null }): [Message, ...Message[]] => {
  const { text, card } = view;
  const link = linkBlocks(at.publicUrl, at.place, view);
  const whole = messageOf(view);
  if (text === null || !isCut(whole)) return [withLink(whole, link)];
  const [first = '', ...more] = partsOf(text);
  const rest = card ? [first, ...more] : more;
  const shown = rest.slice(0, MOST_PARTS).map((part) => messageOf(alone(part)));
  const said =
    rest.length > MOST_PARTS ? [withLink(messageOf(alone('The rest is too long for a chat. Read it in the web room.')), link)] : [];
  return [withLink(messageOf({ ...view, text: card ? null : visibleBlock(first) }), link), ...shown, ...said];
};
