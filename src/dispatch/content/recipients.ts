import { folded, plainOf, readings } from './fold.ts';
import { hostOf } from './links.ts';

const NOT_IN_DOMAINS = '\\s<>"\'(),;:@\\[\\]\\\\|/?&#=';
const DOMAIN = `[^${NOT_IN_DOMAINS}]{1,253}`;
/** What may stand in front of the @. An address in the middle of another text (`?to=ana@example.com`) begins later than that. */
const WHOLE = new RegExp(`[^\\s<>"(),;:@\\[\\]\\\\]{1,64}@${DOMAIN}`, 'gu');
const WITHIN = new RegExp(`[^${NOT_IN_DOMAINS}]{1,64}@${DOMAIN}`, 'gu');

type Address = { local: string; domain: string };

const split = (written: string): Address => {
  const at = written.lastIndexOf('@');
  return { local: written.slice(0, at).toLowerCase(), domain: hostOf(written.slice(at + 1).replace(/[.!?…*_~]+$/u, '')) };
};

const writtenIn = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([written]) => written);

/** Every address that stands in a text, in whatever form it is written. */
const addressesIn = (text: string): Address[] =>
  readings(text)
    .map(plainOf)
    .flatMap((reading) => [...writtenIn(reading, WHOLE), ...writtenIn(reading, WITHIN)])
    .map(split);

const ONE = new RegExp(`^\\s*(?:[^<>@]*<)?\\s*(?:mailto:)?[^\\s<>@]+@${DOMAIN}\\s*>?\\s*$`, 'iu');

/** Whether a text is nothing but addresses: whom something goes to, and not what is told to them. Pure. */
export const isRecipients = (text: string): boolean => {
  const parts = plainOf(text)
    .split(/[,;\n]/)
    .filter((part) => part.trim() !== '');
  return parts.length > 0 && parts.every((part) => ONE.test(part));
};

/** What is in front of a + is who reads it. */
const reader = (local: string): string => folded(local.replace(/\+.*$/s, ''));

/** Whether a blocked entry means this address: also by a tag behind a +, by letters that look alike, and below a blocked domain. */
const means = (entry: string, { local, domain }: Address): boolean => {
  const blocked = split(entry);
  const [own, theirs] = [folded(domain), folded(blocked.domain)];
  if (blocked.local === '') return own === theirs || own.endsWith(`.${theirs}`);
  return own === theirs && reader(local) === reader(blocked.local);
};

/** The first entry that blocks one of the addresses in a text. */
export const blockedIn = (text: string, entries: readonly string[]): string | undefined => {
  const addresses = entries.length > 0 ? addressesIn(text) : [];
  return entries.find((entry) => addresses.some((address) => means(entry, address)));
};

/** The first address among a text's recipients that no entry allows. */
export const notAllowedIn = (text: string, entries: readonly string[]): string | undefined => {
  const allowed = entries.map((entry) => entry.toLowerCase());
  const isAllowed = (address: string): boolean => allowed.includes(address) || allowed.includes(address.slice(address.lastIndexOf('@')));
  // To the letter, too: an address that only looks like an allowed one is not it.
  const asWritten = writtenIn(text, WHOLE).map((one) => one.toLowerCase().replace(/\.$/, ''));
  const plain = writtenIn(plainOf(text), WHOLE)
    .map(split)
    .map(({ local, domain }) => `${local}@${domain}`);
  return [...asWritten, ...plain].find((address) => !isAllowed(address));
};
