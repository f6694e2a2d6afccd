import { plainOf, readings } from './fold.ts';

/** Where a text leads to: the host as a browser would go there, or that it cannot be told, which no rule allows. */
export type Lead = { host: string } | { odd: string };

const NOT_IN_LINKS = '\\s<>"\'`{}|^()\\[\\]';
const SCHEME = /(?<![a-z0-9])[a-z][a-z0-9+.-]{1,30}:/giu;
const REST = new RegExp(`^[a-z0-9+.-]+:[\\\\/]*(?:\\[[0-9a-f:.]{2,45}\\])?[^${NOT_IN_LINKS}]*`, 'iu');
/** Whose address needs no slashes to lead somewhere. */
const ALWAYS = /^(?:https?|ftp|wss?):/i;
const NO_SCHEME = new RegExp(`(?<![:\\w/\\\\])[\\\\/]{2}(?=[^\\s/\\\\]{0,253}\\.)[^${NOT_IN_LINKS}]{1,2048}`, 'giu');
const LONGEST = 2048;
const RUNS = /(?<![a-z0-9])(?:javascript|vbscript):\S|(?<![a-z0-9])data:[a-z]+\/[a-z]/iu;
const NAME =
  /(?<![\p{L}\p{N}@/\\._%+-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,10}(?:xn--[a-z0-9-]{1,59}|\p{L}{2,63})(?![\p{L}\p{N}@-]|\.[\p{L}\p{N}])/giu;
const NUMBERS = /(?<![\p{L}\p{N}@/\\._-])(?:\d{1,3}\.){3}\d{1,3}(?=[:/])/gu;

/** Endings of files that are nobody's top-level domain: `report.pdf` leads nowhere. */
const FILES = new Set(
  'pdf txt json js ts jsx tsx csv tsv png jpg jpeg gif svg webp bmp doc docx xls xlsx ppt pptx odt html htm css xml yml yaml log sql mp3 mp4 wav webm gz tar env ini conf toml lock bak exe dll'.split(
    ' ',
  ),
);

const END_MARKS = /[.,;:!?…*_~]+$/u;

const leadOf = (address: string): Lead => {
  const link = address.replace(END_MARKS, '');
  // Some take a backslash for a slash and some for a letter: what follows it may be the host, or not.
  if (link.includes('\\')) return { odd: link };
  const { hostname = '' } = URL.parse(link) ?? {};
  const host = hostname.replace(/\.$/, '').toLowerCase();
  return host === '' ? { odd: link } : { host };
};

const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([match]) => match);

/** Every address with a scheme, those inside another one too: where it is sent on to counts as much. */
const withScheme = (text: string): string[] =>
  [...text.matchAll(SCHEME)]
    .map(({ index }) => REST.exec(text.slice(index, index + LONGEST))?.[0] ?? '')
    .filter((link) => ALWAYS.test(link) || /^[^:]+:[\\/]{2}[^\\/]/.test(link));

const isFile = (name: string): boolean => FILES.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase());

const leadsOf = (text: string): Lead[] => {
  const runs = RUNS.exec(text);
  const names = [...found(text, NAME).filter((name) => !isFile(name)), ...found(text, NUMBERS)];
  return [
    ...(runs ? [{ odd: runs[0].slice(0, 40) }] : []),
    ...withScheme(text).map(leadOf),
    ...found(text, NO_SCHEME).map((rest) => leadOf(`https:${rest}`)),
    ...names.map((name) => leadOf(`https://${name}`)),
  ];
};

/**
 * Everywhere that a text leads to, in whatever form it is written: with or without a scheme, one slash or none, in capitals, in full-width
 * letters, with a name or a password in front, as numbers, in punycode or not, with codes for its characters. A name that looks like a host is
 * taken for one, as mail programs do. Pure.
 */
export const linksIn = (text: string): Lead[] => readings(text).flatMap((reading) => leadsOf(plainOf(reading)));

/** A host as a policy names it, in the form that a link's host has. */
export const hostOf = (written: string): string => {
  const lead = leadOf(`https://${plainOf(written).trim()}`);
  return 'host' in lead ? lead.host : written.toLowerCase();
};
