import type { Form, View } from '../../src/bot/surface.ts';
import type { Card } from '../../src/dispatch/card.ts';
import { visible, visibleBlock } from '../../src/dispatch/visible.ts';

/** What one picture shows: messages of a thread, a card in full, a form, or a page of one's own. */
export type Shot = { name: string; shows: string } & (
  | { kind: 'messages'; views: View[] }
  /** What a command says to whoever gave it. */
  | { kind: 'answer'; card: Card }
  | { kind: 'full'; card: Card }
  | { kind: 'form'; form: Form }
  | { kind: 'home'; cards: Card[] }
);

/** Of one message; its id is not on it. */
const MESSAGE = '00000000-0000-4000-8000-000000000999';

export const viewOf = (parts: { author?: string; text?: string; card?: Card | null }): View => ({
  messageId: MESSAGE,
  author: visible(parts.author ?? 'Wilco'),
  text: parts.text === undefined ? null : visibleBlock(parts.text),
  card: parts.card ?? null,
  failed: null,
});

export const shotOf = (name: string, shows: string, ...parts: Parameters<typeof viewOf>[0][]): Shot => ({
  name,
  shows,
  kind: 'messages',
  views: parts.map(viewOf),
});
