import { z } from 'zod';
import type { ContentRules, PolicyDocument } from '../db/policy-document.ts';
import { line } from './plain-text.ts';
import { definePolicyTool } from './policy-tool.ts';
import { field } from './tool.ts';

const CHANGES = ['block', 'unblock', 'allow', 'disallow'] as const;
const KINDS = ['word', 'recipient', 'link', 'recipients', 'links'] as const;

const Input = z
  .strictObject({
    change: z
      .enum(CHANGES, `What to do is one of ${CHANGES.join(', ')}.`)
      .meta(field({ title: 'Block, unblock, allow or disallow', control: 'choice', slot: 'choice' })),
    kind: z
      .enum(KINDS, `It is about one of ${KINDS.join(', ')}.`)
      .meta(field({ title: 'A word, a recipient or a link', control: 'choice', slot: 'choice' })),
    entry: line({ max: 320, empty: 'Say which.' }).meta(field({ title: 'Which', control: 'line', slot: 'words' })),
  })
  .refine((input) => whyNot(input) === undefined, {
    error: ({ input }) => whyNot(input as Input) ?? 'That cannot be said.', // zod does not say of which schema the input is
    path: ['entry'],
  });
type Input = { change: (typeof CHANGES)[number]; kind: (typeof KINDS)[number]; entry: string };

const NOTHING: ContentRules = { words: [], linkHosts: null, blockedRecipients: [], allowedRecipients: null };

const put = (list: readonly string[] | null, entry: string): string[] => [...new Set([...(list ?? []), entry])].sort();
const without = (list: readonly string[] | null, entry: string): string[] =>
  (list ?? []).filter((one) => one.toLowerCase() !== entry.toLowerCase());

type Looks = { is: RegExp; or: string };
const WORD: Looks = { is: /\S/, or: 'Say which word.' };
const RECIPIENT: Looks = { is: /^[^\s@]*@[^\s@]+$/, or: 'A recipient is an address, or a domain with an @ in front: @example.com.' };
const LINK: Looks = { is: /^[^\s/@:]+$/, or: 'A link is allowed by its host alone, such as example.com.' };
const ALL: Looks = { is: /^all$/, or: 'Of all together only "all" can be said: allow links all.' };

/** Everything that can be said, by its two words; what is not here means nothing. */
const SAID: Record<string, { looks: Looks; make(rules: ContentRules, entry: string): Partial<ContentRules> }> = {
  'block word': { looks: WORD, make: ({ words }, entry) => ({ words: put(words, entry) }) },
  'unblock word': { looks: WORD, make: ({ words }, entry) => ({ words: without(words, entry) }) },
  'block recipient': { looks: RECIPIENT, make: ({ blockedRecipients: list }, entry) => ({ blockedRecipients: put(list, entry) }) },
  'unblock recipient': { looks: RECIPIENT, make: ({ blockedRecipients: list }, entry) => ({ blockedRecipients: without(list, entry) }) },
  'allow recipient': { looks: RECIPIENT, make: ({ allowedRecipients: list }, entry) => ({ allowedRecipients: put(list, entry) }) },
  'disallow recipient': {
    looks: RECIPIENT,
    make: ({ allowedRecipients: list }, entry) => ({ allowedRecipients: list && without(list, entry) }),
  },
  'allow link': { looks: LINK, make: ({ linkHosts }, entry) => ({ linkHosts: put(linkHosts, entry.toLowerCase()) }) },
  'disallow link': { looks: LINK, make: ({ linkHosts }, entry) => ({ linkHosts: linkHosts && without(linkHosts, entry) }) },
  'allow recipients': { looks: ALL, make: () => ({ allowedRecipients: null }) },
  'allow links': { looks: ALL, make: () => ({ linkHosts: null }) },
};

const whyNot = ({ change, kind, entry }: Input): string | undefined => {
  const said = SAID[`${change} ${kind}`];
  if (!said) return `That cannot be said. There is: ${Object.keys(SAID).join(', ')}.`;
  return said.looks.is.test(entry) ? undefined : said.looks.or;
};

const changed = (rules: ContentRules, { change, kind, entry }: Input): ContentRules => ({
  ...rules,
  ...SAID[`${change} ${kind}`]?.make(rules, kind === 'word' ? entry : entry.toLowerCase()),
});

const apply = (input: Input, document: PolicyDocument): PolicyDocument => ({
  ...document,
  content: changed(document.content ?? NOTHING, input),
});

const DONE = {
  block: 'is blocked now',
  unblock: 'is not blocked any more',
  allow: 'is allowed now',
  disallow: 'is not among those allowed any more',
} as const;

const warningsOf = ({ kind, change }: Input, before: PolicyDocument): string[] => {
  if (kind === 'link' && change === 'allow' && !before.content?.linkHosts) return ['From then on every link to another host is refused'];
  if (kind === 'recipient' && change === 'allow' && !before.content?.allowedRecipients)
    return ['From then on nothing goes to a recipient who is not allowed by name or domain'];
  return change === 'disallow' ? ['An empty list allows none; to allow all again say allow links all, or allow recipients all'] : [];
};

/** Blocks or allows one word, recipient or host in everything that actions say. */
export const setContent = definePolicyTool({
  name: 'set_content',
  slash: 'content',
  title: 'Set a content rule',
  summary: 'Blocks a word or a recipient in everything that actions say, or allows links and recipients only by name',
  examples: ['never write the word guarantee', 'never write to @rival.example'],
  phrases: ['never write the word {entry}', 'never write to {entry}', 'block the word {entry}', 'block the recipient {entry}'],
  input: Input,
  target: ({ kind, entry }) => `content: ${kind} ${entry}`,
  async complete(input) {
    const { entry, change, kind } = input;
    // What is blocked in a few words is a recipient where it reads like one, and a word otherwise.
    if (typeof entry !== 'string' || change !== undefined || kind !== undefined) return input;
    return { ...input, change: 'block', kind: /^\S*@\S+$/.test(entry.trim()) ? 'recipient' : 'word' };
  },
  apply,
  warnings: (input, { before }) => warningsOf(input, before),
  done: ({ change, kind, entry }) =>
    entry === 'all' && change === 'allow' ? `All ${kind} are allowed` : `The ${kind} ${entry} ${DONE[change]}`,
});
