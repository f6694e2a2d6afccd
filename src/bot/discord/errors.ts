import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import type { SurfaceError } from '../surface.ts';

/** Codes of Discord's that mean that what was named is not there any more. */
const GONE = [10_003, 10_008];
const MENDED_AFTER_MS = 60_000;
/** They take no direct messages, or share no server with the bot: nobody but they can change that. */
export const TAKES_NONE = [50_007, 50_278];
/** Nothing can stand there, until an admin of the server mends it: no access or permission, no threads, a locked one, or too many of them. */
export const CLOSED = [50_001, 50_013, 50_024, 50_083, 160_005, 160_006];
/** It stands somewhere else, if anywhere. */
export const NOT_HERE = [...GONE, ...CLOSED, ...TAKES_NONE];
/** Errors of a connection that was never made: nothing can have arrived. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

const codeOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : '';
};

/** Discord's own error code; 0 when it gave none. */
export const apiCode = (error: unknown): number => (error instanceof DiscordAPIError ? Number(error.code) : 0);

/** Discord looked at it and said no: asking again changes nothing. */
export const isFinal = (error: unknown): boolean => error instanceof DiscordAPIError && error.status !== 401;

/** What became of a call that failed, in the words of the seam. Discord's error codes are known in this file alone. */
export const surfaceError = (error: unknown): SurfaceError => {
  if (error instanceof RateLimitError)
    return {
      code: 'rate_limited',
      message: 'Discord asks to slow down.',
      retryAfterMs: Math.max(error.retryAfter, error.timeToReset, 100),
    };
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code);
    const message = `Discord answered ${error.status}, code ${code}.`;
    if (GONE.includes(code)) return { code: 'gone', message };
    if (TAKES_NONE.includes(code)) return { code: 'refused', message: `${message} They take no direct messages.` };
    if (CLOSED.includes(code) || error.status === 401 || error.status === 403)
      return { code: 'offline', message: `${message} Check the permissions of the bot.`, retryAfterMs: MENDED_AFTER_MS };
    return { code: 'refused', message };
  }
  if (error instanceof HTTPError) return { code: 'ambiguous', message: `Discord answered ${error.status}.` };
  if (NOT_SENT.includes(codeOf(error))) return { code: 'offline', message: 'Discord cannot be reached.' };
  return { code: 'ambiguous', message: 'The connection to Discord broke.' };
};
