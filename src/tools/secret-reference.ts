/** `secret:name`, wherever a secret may stand. */
const REFERENCE = /\bsecret:([a-z0-9][a-z0-9_-]{0,59})/g;

/** The names of the secrets that a text refers to, each once. */
export const secretsIn = (...texts: readonly (string | undefined)[]): string[] => [
  ...new Set(texts.flatMap((text) => [...(text ?? '').matchAll(REFERENCE)].map(([, name = '']) => name))),
];

/** Puts values in the place of references, written as the place asks. One that has no value stays what it is: callers look first. */
export const withSecrets = (text: string, values: ReadonlyMap<string, string>, write: (value: string) => string): string =>
  text.replace(REFERENCE, (reference, name: string) => {
    const value = values.get(name);
    return value === undefined ? reference : write(value);
  });

/** Every way in which a server may say a value back to us: as it is, in a URL, in JSON, in Base64. */
const spellings = (value: string): string[] => {
  const json = JSON.stringify(value).slice(1, -1);
  const packed = [value, `:${value}`, `${value}:`].map((text) => Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, ''));
  return [value, encodeURIComponent(value), encodeURIComponent(value).replaceAll('%20', '+'), json, ...packed];
};

/** Takes values out of a text again, also where it came from somebody who was sent them. */
export const withoutSecrets = (text: string, values: ReadonlyMap<string, string>): string => {
  const found = [...values].flatMap(([name, value]) => spellings(value).map((spelling) => ({ name, spelling })));
  // Longest first: a shorter spelling may be a part of a longer one.
  found.sort((a, b) => b.spelling.length - a.spelling.length);
  return found.reduce((left, { name, spelling }) => (spelling === '' ? left : left.replaceAll(spelling, `secret:${name}`)), text);
};
