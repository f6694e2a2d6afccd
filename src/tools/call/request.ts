import { z } from 'zod';
import type { Risk } from '../../db/states.ts';
import { looksOf } from '../egress/looks.ts';
import { canonicalUrl, readTarget, type Target } from '../egress/target.ts';
import { unless } from '../plain-text.ts';
import { secretsIn, withSecrets } from '../secret-reference.ts';
import { field } from '../tool.ts';
import { canonicalHeaders, type Header, headersOf, whyNotHeaders } from './headers.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

const whyNotUrl = (text: string): string | undefined => {
  const target = readTarget(text);
  if (!target.ok) return target.error.message;
  return secretsIn(target.value.url.pathname).length > 0
    ? 'A secret can stand in a header, in the body or behind the ? of an address.'
    : undefined;
};

export const Input = z
  .strictObject({
    method: z
      .enum(METHODS, `A method is one of ${METHODS.join(', ')}.`)
      .default('GET')
      .meta(field({ title: 'Method', control: 'choice', slot: 'choice' })),
    url: z
      .string()
      .min(1, { error: 'Say which address.', abort: true })
      .superRefine(unless(whyNotUrl))
      .overwrite(canonicalUrl)
      .meta(field({ title: 'Address', control: 'line', slot: 'url' })),
    headers: z
      .string()
      .max(8000, { error: 'Headers have at most 8,000 characters.', abort: true })
      .superRefine(unless(whyNotHeaders))
      .overwrite(canonicalHeaders)
      .optional()
      .meta(field({ title: 'Headers', control: 'text' })),
    body: z
      .string()
      .max(100_000, 'A body has at most 100,000 characters.')
      .optional()
      .meta(field({ title: 'Body', control: 'text', slot: 'words' })),
  })
  .refine(({ method, body }) => !READS.has(method) || body === undefined || body === '', {
    error: 'GET and HEAD carry no body: use POST, PUT or PATCH.',
    path: ['method'],
  });
export type Input = z.output<typeof Input>;

/** The target of an input that was parsed. */
export const targetOf = ({ url }: Input): Target => {
  const target = readTarget(url);
  if (!target.ok) throw new Error('an address that was parsed does not parse');
  return target.value;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const typeOf = (headers: readonly Header[], body: string): string =>
  headers.find(({ name }) => name === 'content-type')?.value ?? (isJson(body) ? 'application/json' : 'text/plain; charset=utf-8');

export const secretsOf = ({ url, headers, body }: Input): string[] => secretsIn(new URL(url).search, headers, body);

/** What leaves without being an argument; the card lists it. */
export const ownHeaders = ({ headers = '', body }: Input): Header[] => {
  const given = headersOf(headers);
  const own = [
    { name: 'user-agent', value: 'Wilco' },
    { name: 'accept', value: '*/*' },
    ...(body ? [{ name: 'content-type', value: typeOf(given, body) }] : []),
  ];
  return own.filter(({ name }) => !given.some((header) => header.name === name));
};

/** High for what deletes, what sends a secret unencrypted and what a host's name may be lying about; a plain read is low. */
export const riskOf = (input: Input): Risk => {
  const { host, url } = targetOf(input);
  const secret = secretsOf(input).length > 0;
  if (input.method === 'DELETE' || looksOf(host).mixed || (secret && url.protocol === 'http:')) return 'high';
  return READS.has(input.method) && !secret ? 'low' : 'med';
};

const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);
const asIs = (value: string): string => value;

const inBody = (type: string): ((value: string) => string) => {
  if (/\bjson\b/i.test(type)) return inJson;
  return /x-www-form-urlencoded/i.test(type) ? encodeURIComponent : asIs;
};

/** The request as it leaves, with the values of secrets in the place of their names, each written so that it stays one value. */
export const requestOf = (input: Input, values: ReadonlyMap<string, string>) => {
  const { url } = targetOf(input);
  const given = headersOf(input.headers ?? '');
  const search = withSecrets(url.search, values, encodeURIComponent);
  const headers = [...ownHeaders(input), ...given].map(({ name, value }) => [name, withSecrets(value, values, asIs)]);
  const body = input.body ? { body: withSecrets(input.body, values, inBody(typeOf(given, input.body))) } : {};
  return {
    method: input.method,
    url: `${url.origin}${url.pathname}${search}`,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...body,
  };
};
