import type { ContentRules, PolicyDocument } from '../../db/policy-document.ts';
import { hasWord } from '../../tools/condition.ts';
import type { Part } from '../parts.ts';
import { folded, readings } from './fold.ts';
import { hostOf, linksIn } from './links.ts';
import { blockedIn, isRecipients, notAllowedIn } from './recipients.ts';
import { type Said, textsOf } from './texts.ts';

type Check = (rules: ContentRules, said: Said) => string | undefined;

const blockedWord: Check = ({ words }, { text }) => {
  const read = words.length > 0 ? readings(text).map(folded) : [];
  const word = words.find((one) => read.some((reading) => hasWord(reading, [folded(one).trim()])));
  return word && `its content rules block the word “${word}”`;
};

/** Names of files and documents look like hosts and lead nowhere. */
const NO_LINKS = new Set(['path', 'document', 'channel', 'email', 'date', 'moment', 'recurrence']);

const foreignLink: Check = ({ linkHosts }, { text, slot }) => {
  if (linkHosts === null || NO_LINKS.has(slot ?? '')) return undefined;
  const allowed = linkHosts.map(hostOf);
  const lead = linksIn(text).find((one) => !('host' in one) || !allowed.includes(one.host));
  if (!lead) return undefined;
  return 'host' in lead
    ? `its content rules allow no link to ${lead.host}`
    : `its content rules allow no link whose host cannot be told for sure (${lead.odd.slice(0, 80)})`;
};

const wrongRecipient: Check = ({ blockedRecipients, allowedRecipients }, { text, slot }) => {
  const blocked = blockedIn(text, blockedRecipients);
  if (blocked) return `its content rules block the recipient ${blocked}`;
  if (allowedRecipients === null || !(slot === 'email' || isRecipients(text))) return undefined;
  const other = notAllowedIn(text, allowedRecipients);
  return other && `its content rules do not allow the recipient ${other}`;
};

const CHECKS = [blockedWord, foreignLink, wrongRecipient];

const HASHTAG = /(?<![\p{L}\p{N}_&])[#＃][\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*/gu;

/** What one platform does not take. What it allows in a day is counted when it starts. */
const platformRefusal = (document: PolicyDocument, { tool, input }: Part, said: readonly Said[]): string | undefined => {
  const platform = tool.platform?.(input);
  const rule = platform === undefined ? undefined : document.platforms[platform];
  if (!rule) return undefined;
  const prose = said.filter((one) => one.prose);
  const told = prose.length > 0 ? prose : said;
  const longest = Math.max(0, ...told.map(({ text }) => [...text].length));
  if (rule.longest !== undefined && longest > rule.longest)
    return `on ${platform} a text has at most ${rule.longest} characters, and this one has ${longest}`;
  const hashtags = told.reduce((count, { text }) => count + [...text.matchAll(HASHTAG)].length, 0);
  return rule.hashtags !== undefined && hashtags > rule.hashtags
    ? `on ${platform} there are at most ${rule.hashtags} hashtags, and this has ${hashtags}`
    : undefined;
};

const refusalOfPart = (document: PolicyDocument, part: Part): string | undefined => {
  // A change of the rules has to be able to name what they block.
  if (part.tool.changesPower) return undefined;
  const said = textsOf(part.tool, part.input);
  const { content } = document;
  for (const one of content ? said : [])
    for (const check of CHECKS) {
      const why = content && check(content, one);
      if (why) return `${why} (in ${one.field})`;
    }
  return platformRefusal(document, part, said);
};

/** Which content or platform rule of the policy an action breaks, in words; undefined: none. Of everything that it will bring about, too. Pure. */
export const contentRefusal = (document: PolicyDocument, parts: readonly Part[]): string | undefined => {
  if (!document.content && Object.keys(document.platforms).length === 0) return undefined;
  for (const part of parts) {
    const why = refusalOfPart(document, part);
    if (why) return why;
  }
  return undefined;
};
