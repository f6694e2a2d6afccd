/** Slack reads `&`, `<` and `>` as the marks of links and mentions. Written like this they are only what they look like. */
export const escapeText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const unescapeText = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

export type PlainText = { type: 'plain_text'; text: string; emoji: false };

/** The only kind of text that this surface sends: no mention, no link, no mark-up, no emoji names. */
export const plain = (text: string): PlainText => ({ type: 'plain_text', text: escapeText(text), emoji: false });

/** Parts that each fit into so many characters as they are sent, broken between lines where that is possible. */
export const split = (text: string, limit: number): string[] => {
  const parts: string[] = [];
  let part = '';
  const close = () => {
    if (part !== '') parts.push(part);
    part = '';
  };
  for (const line of text.split(/(?<=\n)/)) {
    if (escapeText(part + line).length > limit) close();
    for (const char of line) {
      if (part.length * 5 >= limit && escapeText(part + char).length > limit) close();
      part += char;
    }
  }
  close();
  return parts;
};

const MENTION = /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g;
const CHANNEL = /<#[A-Z0-9]+\|([^>]*)>/g;
const GROUP = /<!(?:subteam\^[A-Z0-9]+\|)?@?([^>|]*)(?:\|[^>]*)?>/g;
const LINK = /<((?:https?|mailto|tel):[^>|]*)(?:\|([^>]*))?>/g;

/** Whether these words, as Slack sends them, call for this user. */
export const mentions = (text: string, userId: string): boolean => [...text.matchAll(MENTION)].some(([, id]) => id === userId);

/** What somebody wrote, as they wrote it: Slack's marks undone, and the bot's own name at the beginning left out. */
export const readText = (text: string, botUserId: string): string => {
  const own = new RegExp(`^\\s*<@${botUserId}(?:\\|[^>]*)?>[\\s,:]*`);
  const words = text
    .replace(own, '')
    .replace(MENTION, '@$1')
    .replace(CHANNEL, '#$1')
    .replace(GROUP, '@$1')
    .replace(LINK, (_whole, address: string, label?: string) => {
      const bare = address.replace(/^(mailto|tel):/, '');
      return label === undefined || label === bare || address.endsWith(`//${label}`) ? (label ?? bare) : `${label} (${bare})`;
    });
  return unescapeText(words);
};
