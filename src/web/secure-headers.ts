import type { MiddlewareHandler } from 'hono';
import type { WebEnv } from './deps.ts';

/** What a page of ours may load and do. The nonce is for the style elements that the console's widgets insert. */
export const contentPolicy = (nonce: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
} as const;

const YEAR_SECONDS = 31_536_000;

/** Puts on every answer what keeps a browser from doing more with it than it should. An answer's own value stands. */
export const secureHeaders =
  (publicUrl: () => string): MiddlewareHandler<WebEnv> =>
  async (c, next) => {
    await next();
    const { headers } = c.res;
    for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', contentPolicy(undefined));
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    if (publicUrl().startsWith('https:')) headers.set('strict-transport-security', `max-age=${YEAR_SECONDS}`);
  };
