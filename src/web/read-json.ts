import type { MiddlewareHandler } from 'hono';
import { problem } from './answer.ts';
import type { WebEnv } from './deps.ts';
import { problemWithJson } from './json-text.ts';
import type { ProblemCode } from './problems.ts';

export const LARGEST_BODY = 1024 * 1024;

/** Reads a body to its end, or only as far as it may go: how long it says that it is does not matter. */
const readBytes = async (body: ReadableStream<Uint8Array>): Promise<Uint8Array | 'body_too_large' | 'bad_request'> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const read = await reader.read().catch(() => undefined); // whoever sent it hung up
    if (!read) return 'bad_request';
    const { done, value } = read;
    if (done) return Buffer.concat(chunks, size);
    size += value.byteLength;
    if (size > LARGEST_BODY) {
      // Whoever sends it hears at once; the server cuts the connection when they go on.
      reader.cancel().catch(() => undefined);
      return 'body_too_large';
    }
    chunks.push(value);
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a body, whatever it is of: at most 1 MiB, or the code of what is wrong with it. */
export const readText = async ({ headers, body }: Request): Promise<{ text: string } | { code: ProblemCode }> => {
  if (Number(headers.get('content-length') ?? 0) > LARGEST_BODY) return { code: 'body_too_large' };
  const bytes = body ? await readBytes(body) : new Uint8Array();
  if (typeof bytes === 'string') return { code: bytes };
  const text = decode(bytes);
  return text === undefined ? { code: 'bad_request' } : { text };
};

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined; // not UTF-8: told as text that cannot be read
  }
};

const isJson = (contentType: string | undefined): boolean => /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '');

/**
 * The one way in for a body: at most 1 MiB, JSON and nothing else, measured before it is parsed, text in every text of it. What follows sees a
 * request with exactly that text as its body. An empty body is none.
 */
export const readJson: MiddlewareHandler<WebEnv> = async (c, next) => {
  const { method, headers, url, body } = c.req.raw;
  if (method === 'GET' || method === 'HEAD') return next();
  if (Number(headers.get('content-length') ?? 0) > LARGEST_BODY) return problem(c, { code: 'body_too_large' });
  const bytes = body ? await readBytes(body) : new Uint8Array();
  if (typeof bytes === 'string') return problem(c, { code: bytes });
  if (bytes.byteLength === 0) {
    // A request without a body needs no type; one that has a type would be read as broken JSON further on.
    const bare = new Headers(headers);
    bare.delete('content-type');
    c.req.raw = new Request(url, { method, headers: bare });
    return next();
  }
  if (!isJson(headers.get('content-type') ?? undefined)) return problem(c, { code: 'not_json' });
  const text = decode(bytes);
  if (text === undefined) return problem(c, { code: 'bad_json' });
  const wrong = problemWithJson(text);
  if (wrong) return problem(c, { code: wrong });
  c.req.raw = new Request(url, { method, headers, body: text });
  return next();
};
