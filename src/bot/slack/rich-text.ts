import type { types } from '@slack/bolt';
import { split } from './text.ts';

type Text = types.RichTextText;
type Element = types.RichTextBlockElement;

/** So much in one piece; Slack names no limit for it, so this is the one that it has for texts of other kinds. */
const PIECE = 3000;

/**
 * A run of words. Slack reads nothing in it: no mention, link, emoji or mark-up, and no escapes either, so it goes as it is. A link, a mention
 * or an emoji would be an element of another kind, and none is ever made here. An empty one is refused.
 */
const run = (text: string, style?: Text['style']): Text[] =>
  split(text, PIECE).map((part) => ({ type: 'text', text: part, ...(style ? { style } : {}) }));

export const words = (text: string): Text[] => run(text);
export const bold = (text: string): Text[] => run(text, { bold: true });
export const italic = (text: string): Text[] => run(text, { italic: true });
export const struck = (text: string): Text[] => run(text, { strike: true });

/** Lines of our own, one under another. */
export const lines = (all: readonly Text[][]): Element[] => {
  const elements = all.flatMap((line, at) => (at === 0 ? line : [...words('\n'), ...line]));
  return elements.length === 0 ? [] : [{ type: 'rich_text_section', elements }];
};

/** What has lines of its own stands in a box or behind a bar: whatever they say, they cannot pass for lines of ours. */
export const boxed = (text: string): Element[] => (text === '' ? [] : [{ type: 'rich_text_preformatted', elements: words(text) }]);
export const quoted = (text: string): Element[] => (text === '' ? [] : [{ type: 'rich_text_quote', elements: words(text) }]);

export const bullets = (all: readonly Text[][]): Element[] =>
  all.length === 0
    ? []
    : [{ type: 'rich_text_list', style: 'bullet', elements: all.map((elements) => ({ type: 'rich_text_section', elements })) }];

export const rich = (elements: Element[]): types.RichTextBlock[] => (elements.length === 0 ? [] : [{ type: 'rich_text', elements }]);
