import { escapeText, readText } from './text.ts';

/** What somebody is called; undefined: nobody can say. */
export type NameOf = (userId: string) => Promise<string | undefined>;

const MOST_NAMES = 10;
const LONGEST = 80;
const MENTION = /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g;
const GREETING = '(?:(?:hey|hi|hello|hallo|ok|okay|yo|dear|good (?:morning|afternoon|evening))\\b[\\s,!.]*)?';

/** Calling for the bot is no part of what is asked: at the beginning, after a greeting, or at the end, with a please. */
const withoutCall = (text: string, botUserId: string): string => {
  if (botUserId === '') return text;
  const own = `<@${botUserId}(?:\\|[^>]*)?>`;
  const words = text
    .replace(new RegExp(`^\\s*${GREETING}(?:${own}[\\s,:!]*)+`, 'i'), '')
    .replace(new RegExp(`(?:[\\s,]+(?:please|pls))?[\\s,]*(?:${own}\\s*)+(\\?*)[?!.\\s]*$`, 'i'), '$1');
  return words.replace(new RegExp(own, 'g'), 'Wilco');
};

/** A name is a name: whatever somebody calls themselves, it quotes nothing, and begins no command and no call for an agent. */
const asName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{M}\p{N}\s.'’_-]/gu, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST);

/** What somebody wrote, as they meant it: without the call for the bot, and people by their names. */
export const readWords = async (text: string, at: { botUserId: string; nameOf: NameOf }): Promise<string> => {
  const called = withoutCall(text, at.botUserId);
  const ids = [...new Set([...called.matchAll(MENTION)].map(([, id = '']) => id))].slice(0, MOST_NAMES);
  const names = await Promise.all(ids.map(async (id) => [id, asName((await at.nameOf(id)) ?? '')] as const));
  const named = new Map(names);
  return readText(
    called.replace(MENTION, (whole, id: string) => escapeText(named.get(id) ?? '') || whole),
    at.botUserId,
  );
};
