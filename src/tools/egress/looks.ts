import { domainToUnicode } from 'node:url';

/** Writing systems whose letters look like those of another. Han and kana are written together as a matter of course. */
const SCRIPTS = {
  Latin: /\p{Script=Latin}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Greek: /\p{Script=Greek}/u,
  Armenian: /\p{Script=Armenian}/u,
  Hebrew: /\p{Script=Hebrew}/u,
  Arabic: /\p{Script=Arabic}/u,
  Cherokee: /\p{Script=Cherokee}/u,
  Georgian: /\p{Script=Georgian}/u,
  Thai: /\p{Script=Thai}/u,
  Devanagari: /\p{Script=Devanagari}/u,
  Hangul: /\p{Script=Hangul}/u,
  'Chinese or Japanese': /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u,
} as const;

const scriptsIn = (label: string): string[] =>
  Object.entries(SCRIPTS)
    .filter(([, letters]) => letters.test(label))
    .map(([name]) => name);

/** How a host looks to people. `mixed`: one label of it mixes writing systems, as names do that imitate another. */
export type Looks = { note: string | undefined; mixed: boolean };

/** What a card says of a host that is not plain Latin letters: how it reads, in which writing, and whether that is a mixture. */
export const looksOf = (host: string): Looks => {
  if (!/(^|\.)xn--/.test(host)) return { note: undefined, mixed: false };
  const read = domainToUnicode(host.replace(/:\d+$/, ''));
  if (read === '') return { note: `${host} is written in a code (xn--) that stands for nothing: take care`, mixed: true };
  const scripts = [...new Set(scriptsIn(read))].filter((name) => name !== 'Latin');
  const mixed = read.split('.').some((label) => scriptsIn(label).length > 1);
  const written = scripts.length > 0 ? `with ${scripts.join(' and ')} letters` : 'with accented letters';
  const warning = mixed ? ', mixing writing systems: it may imitate another name' : '';
  return { note: `${host} reads as ${read}, written ${written}${warning}`, mixed };
};
