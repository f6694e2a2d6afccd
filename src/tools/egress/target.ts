import { err, ok, type Result } from '../../result.ts';
import { isAddress } from './address.ts';

/** Where a request goes. `place` is how a policy names it: the host alone for the ports of http and https, else `host:port`. */
export type Target = { url: URL; host: string; port: number; place: string };

type NoTarget = { code: 'url_invalid'; message: string };
const no = (message: string): Result<never, NoTarget> => err({ code: 'url_invalid', message });

const LONGEST = 2000;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

/** A name of letters, digits and hyphens as DNS has them, or an address. */
const isHost = (host: string): boolean => {
  if (host.startsWith('[')) return isAddress(host.slice(1, -1));
  return host.length <= 253 && host.split('.').every((label) => LABEL.test(label));
};

const placeOf = (host: string, port: number): string => (port === 80 || port === 443 ? host : `${host}:${port}`);

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** What a parser would read in a way that people do not: white space, controls, and the slash that leans the other way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const ODD = /[\s\\\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

/**
 * Reads an address to send to. There is one spelling for each: hosts in ASCII and small letters without a dot at the end, numbers as
 * addresses, no fragment. What carries a user name, another scheme, or a character that nobody can see is refused.
 */
export const readTarget = (text: string): Result<Target, NoTarget> => {
  if (text.length > LONGEST) return no(`An address has at most ${LONGEST.toLocaleString('en')} characters.`);
  if (ODD.test(text) || !text.isWellFormed()) return no('The address holds a space, a backslash or a character that cannot be seen.');
  const [, authority] = /^https?:\/\/([^/?#]+)/i.exec(text) ?? [];
  const url = authority === undefined ? undefined : parse(text);
  if (!url) return no('Write the whole address, beginning with https:// or http://.');
  if (authority?.includes('@')) return no('A name or password has no place in an address. Put it into a header, as secret:name.');
  url.hash = '';
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  const host = url.hostname;
  if (!isHost(host)) return no('The host in that address is not a name or an address that exists.');
  const port = url.port === '' ? (PORTS[url.protocol] ?? 0) : Number(url.port);
  if (port === 0) return no('There is no port 0.');
  return ok({ url, host, port, place: placeOf(host, port) });
};

/** The one form of an address, or the text as it is where it is none: a schema then says why. */
export const canonicalUrl = (text: string): string => {
  const target = readTarget(text);
  return target.ok ? target.value.url.href : text;
};

/** Reads `api.example.com` or `api.example.com:8443` as a policy names it. Patterns are none: each host is allowed by its own name. */
export const readPlace = (text: string): Result<string, NoTarget> => {
  if (text.includes('*')) return no('A host is allowed by its whole name, such as api.example.com; patterns are not possible.');
  if (/[/?#@]/.test(text)) return no('Write the host alone, such as api.example.com or api.example.com:8443.');
  const target = readTarget(`http://${text}`);
  return target.ok ? ok(target.value.place) : no('That is not a host such as api.example.com or api.example.com:8443.');
};

export const canonicalPlace = (text: string): string => {
  const place = readPlace(text);
  return place.ok ? place.value : text;
};

/** The name that a resolver or a socket is given: an IPv6 address without its brackets. */
export const bareHost = (host: string): string => (host.startsWith('[') ? host.slice(1, -1) : host);
