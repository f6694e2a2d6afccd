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
  let size = 0;
  const add = (piece: string, more: number): void => {
    if (size + more > limit && part !== '') {
      parts.push(part);
      part = '';
      size = 0;
    }
    part += piece;
    size += more;
  };
  for (const line of text.split(/(?<=\n)/)) {
    const whole = escapeText(line).length;
    if (whole <= limit) add(line, whole);
    else for (const char of line) add(char, escapeText(char).length);
  }
  return part === '' ? parts : [...parts, part];
};

const MENTION = /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g;
const CHANNEL = /<#[A-Z0-9]+\|([^>]*)>/g;
const GROUP = /<!(?:subteam\^[A-Z0-9]+\|)?@?([^>|]*)(?:\|[^>]*)?>/g;
const LINK = /<((?:https?|mailto|tel):[^>|]*)(?:\|([^>]*))?>/g;

/** Whether these words, as Slack sends them, call for this user. */
export const mentions = (text: string, userId: string): boolean => [...text.matchAll(MENTION)].some(([, id]) => id === userId);

/** Whether words begin by calling for somebody. */
export const callsFirst = (text: string): boolean => /^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>/.test(text);

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
