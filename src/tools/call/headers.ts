/** One header as it is written: its name in small letters. */
export type Header = { name: string; value: string };

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,60}$/;
const UNSENDABLE = /[^\t\u0020-\u007e\u00a0-\u00ff]/;

/** What says how the message travels is the connection's to say. A second opinion on it is how requests are smuggled. */
const NOT_YOURS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'accept-encoding',
  'proxy-connection',
  'proxy-authorization',
]);
const MOST = 30;

const problemWith = ({ name, value }: Header): string | undefined => {
  if (!NAME.test(name)) return 'Write one header a line, as Name: value.';
  if (NOT_YOURS.has(name)) return `The header ${name} is written by Wilco itself.`;
  return UNSENDABLE.test(value) ? `The header ${name} holds a character that a header cannot hold.` : undefined;
};

const parts = (line: string): Header => {
  const at = line.indexOf(':');
  return at < 0 ? { name: '', value: '' } : { name: line.slice(0, at).trim().toLowerCase(), value: line.slice(at + 1).trim() };
};

const linesOf = (text: string): Header[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(parts);

/** Why this text is no list of headers, or undefined. */
export const whyNotHeaders = (text: string): string | undefined => {
  const headers = linesOf(text);
  if (headers.length > MOST) return `At most ${MOST} headers can be sent.`;
  if (new Set(headers.map(({ name }) => name)).size < headers.length) return 'A header stands there twice.';
  return headers.map(problemWith).find((problem) => problem !== undefined);
};

/** The headers of a text that is one. */
export const headersOf = (text: string): Header[] => linesOf(text);

/** The one form of a list of headers, or the text as it is where it is none. */
export const canonicalHeaders = (text: string): string =>
  whyNotHeaders(text) === undefined
    ? headersOf(text)
        .map(({ name, value }) => `${name}: ${value}`)
        .join('\n')
    : text;
