import { isIP } from 'node:net';
import type { Context } from 'hono';
import type { WebEnv } from './deps.ts';

export type Attempts = {
  /** Whether that address has failed too often lately; the seconds until it may try again, or 0. */
  blockedFor(address: string): number;
  failed(address: string): void;
};

const WINDOW_MS = 60_000;
const MOST_FAILURES = 20;
const MOST_ADDRESSES = 10_000;

/** Counts failures alone: whoever has the right link is never in the way of the next one. Tokens are too long to guess; this saves the work. */
export const createAttempts = (now: () => number = () => performance.now()): Attempts => {
  const seen = new Map<string, { since: number; count: number }>();
  const current = (address: string) => {
    const entry = seen.get(address);
    return entry && now() - entry.since < WINDOW_MS ? entry : undefined;
  };
  const forgetOld = () => {
    for (const [address, entry] of seen) if (now() - entry.since >= WINDOW_MS) seen.delete(address);
    if (seen.size >= MOST_ADDRESSES) seen.clear();
  };
  return {
    blockedFor(address) {
      const entry = current(address);
      return entry && entry.count >= MOST_FAILURES ? Math.ceil((entry.since + WINDOW_MS - now()) / 1000) : 0;
    },
    failed(address) {
      const entry = current(address);
      if (entry) entry.count += 1;
      else {
        if (seen.size >= MOST_ADDRESSES) forgetOld();
        seen.set(address, { since: now(), count: 1 });
      }
    },
  };
};

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Where a request came from: the connection's other end, or what a proxy on this machine says of it. Good for counting, not for trust. */
export const addressOf = (c: Context<WebEnv>): string => {
  const peer = c.env?.incoming?.socket.remoteAddress ?? 'unknown';
  if (!LOOPBACK.test(peer)) return peer;
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return isIP(forwarded) ? forwarded : peer;
};
