import { parseRecurrence } from '../schedule/recurrence.ts';
import type { Grantable } from './fields.ts';

/** Words that name an action, and the action. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/\b(?:e-?mails?|mails?|e-?mailing|mailing)\b/i, 'send_email'],
  [/\b(?:documents?|docs?|notes?|reports?)\b/i, 'edit_doc'],
  [/\b(?:posts?|messages?|announces?|announcements?|channels?)\b/i, 'send_message'],
  [/\b(?:reminds?|reminders?)\b/i, 'remind'],
  [/\bfiles?\b/i, 'file_write'],
  [/\b(?:quotes?|offers?)\b/i, 'draft_quote'],
  [/\b(?:call scripts?|calls? (?:the|a|every|each))\b/i, 'draft_call_script'],
  [/\b(?:contracts?|agreements?)\b/i, 'draft_contract_change'],
  [/\b(?:apis?|webhooks?|http requests?)\b/i, 'api_call'],
];
/** Harmless, and enough to bring anything to a person. */
const ALWAYS = 'create_task';

/** The actions that the words name, and what it may look up. Nothing that nobody named. */
export const grantsIn = (words: string, { find, reads }: Grantable): string[] => {
  const named = NAMED.filter(([shape]) => shape.test(words)).map(([, name]) => name);
  const there = [ALWAYS, ...named].filter((name) => {
    const tool = find(name);
    return tool && !tool.internal && !tool.changesPower;
  });
  return [...new Set([...there, ...reads])].sort();
};

const CONNECTORS = new Set(
  'and or but every each when whenever if as for to in into on onto from at with by of about that which who so then while until after before daily hourly weekly'.split(
    ' ',
  ),
);
const ARTICLES = new Set(['a', 'an', 'the', 'our', 'my', 'their', 'all', 'any', 'new', 'its']);

/** "watches" → "watcher", "replies" → "replier", "writes" → "writer". */
const doerOf = (verb: string): string => {
  const stem = verb
    .replace(/ies$/, 'y')
    .replace(/(ch|sh|ss|x|z)es$/, '$1')
    .replace(/([^s])s$/, '$1');
  if (stem.endsWith('e')) return `${stem}r`;
  return /[^aeiou]y$/.test(stem) ? `${stem.slice(0, -1)}ier` : `${stem}er`;
};

const LONGEST_NAME = 40;

/** What somebody who does this could be called: "watches failed payments every hour …" is a failed payments watcher. */
export const nameIn = (words: string): string => {
  const [verb = '', ...rest] = words.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'-]*|[,.;:]/gu) ?? [];
  const end = rest.findIndex((word) => CONNECTORS.has(word) || /^[,.;:]$/.test(word));
  const object = (end < 0 ? rest : rest.slice(0, end)).filter((word) => !ARTICLES.has(word)).slice(0, 3);
  const name = [...object, /^[a-z]{3,}s$/.test(verb) ? doerOf(verb) : verb].join(' ').trim().slice(0, LONGEST_NAME).trim();
  return name === '' ? 'Agent' : name.charAt(0).toUpperCase() + name.slice(1);
};

/** A key out of a name: small letters, digits and hyphens. */
export const keyIn = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '') || 'agent';

const LONGEST_SUMMARY = 200;

/** One line of what it is for: the words, begun with a capital letter. */
export const summaryIn = (words: string): string => {
  const plain = words.replace(/\s+/g, ' ').trim();
  const short = [...plain].length > LONGEST_SUMMARY ? `${[...plain].slice(0, LONGEST_SUMMARY - 1).join('')}…` : plain;
  return short.charAt(0).toUpperCase() + short.slice(1);
};

const BEGINS = /\b(?:every|each|hourly|daily|weekly|monthly)\b/gi;
/** No time takes more words than this. */
const LONGEST_TIME = 8;
const MOST_BEGINNINGS = 5;

/** How often it is to look, where the words say so: "every hour". The longest reading of the first that can be read. */
export const recurrenceIn = (words: string, now: Date): string | undefined => {
  for (const { index } of [...words.slice(0, 2000).matchAll(BEGINS)].slice(0, MOST_BEGINNINGS)) {
    const rest = words.slice(index).split(/\s+/).slice(0, LONGEST_TIME);
    for (let length = rest.length; length > 0; length--) {
      const said = rest
        .slice(0, length)
        .join(' ')
        .replace(/[,.;:]+$/, '');
      if (parseRecurrence(said, { now, timeZone: 'UTC' }).ok) return said;
    }
  }
  return undefined;
};
