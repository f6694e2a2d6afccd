import type { ModelError, ModelErrorCode } from './port.ts';

const BY_STATUS: Record<number, ModelErrorCode> = {
  401: 'auth',
  402: 'auth',
  403: 'auth',
  408: 'timeout',
  429: 'rate_limit',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

/** What a status of HTTP says. A server's own failure is `overloaded`: it is there, and it may be well again in a moment. */
export const codeOfStatus = (status: number): ModelErrorCode => BY_STATUS[status] ?? (status >= 500 ? 'overloaded' : 'invalid_request');

const MOST_RETRY_AFTER_MS = 600_000;

/** `Retry-After` in seconds or as a date, up to ten minutes: nobody is kept out for a week by one header. */
export const retryAfterOf = (header: string | null | undefined, now: number = Date.now()): number | undefined => {
  if (!header) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, MOST_RETRY_AFTER_MS) : undefined;
};

export const errorOfStatus = (status: number, retryAfter: string | null | undefined): ModelError => {
  const retryAfterMs = retryAfterOf(retryAfter);
  return { code: codeOfStatus(status), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
};

/** The names of an error and of everything behind it. */
const namesOf = (error: unknown, depth = 0): string[] => {
  if (!(error instanceof Error) || depth > 5) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [error.name, error.constructor.name, ...code, ...namesOf(error.cause, depth + 1)];
};

const TIMED_OUT = /timeout|timedout/i;
const BROKEN =
  /^E(CONN|PIPE|NOTFOUND|AI_AGAIN|HOST|NET)|^UND_ERR|^TypeError$|SocketError|ConnectionError|terminated|RetryError|APICallError/;
const UNREADABLE = /ReplyTooLarge|SyntaxError|JSONParseError|TypeValidationError|InvalidResponseData/;

/** What kind of failure it is where no status says so. `signal` tells our own time limit from somebody who gave up. */
export const codeOfThrown = (error: unknown, signal: AbortSignal): ModelErrorCode => {
  if (signal.aborted) return namesOf(signal.reason).some((name) => TIMED_OUT.test(name)) ? 'timeout' : 'aborted';
  const names = namesOf(error);
  if (names.some((name) => UNREADABLE.test(name))) return 'bad_output';
  if (names.some((name) => TIMED_OUT.test(name))) return 'timeout';
  return names.some((name) => BROKEN.test(name)) ? 'network' : 'bad_output';
};
