import { z } from 'zod';
import type { SurfaceError } from '../surface.ts';

/** As the Slack client throws them; told apart by shape, for several copies of its classes may be about. */
const Thrown = z.discriminatedUnion('code', [
  z.object({ code: z.literal('slack_webapi_platform_error'), data: z.object({ error: z.string() }) }),
  z.object({ code: z.literal('slack_webapi_http_error'), statusCode: z.number() }),
  z.object({ code: z.literal('slack_webapi_rate_limited_error'), retryAfter: z.number() }),
  z.object({ code: z.literal('slack_webapi_request_error'), original: z.unknown() }),
]);

/** Nothing works with this token any more, until somebody installs anew or the account comes back. */
const REVOKED = ['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'team_access_not_granted'];
const GONE = [
  'channel_not_found',
  'message_not_found',
  'is_archived',
  'not_in_channel',
  'thread_not_found',
  'user_not_found',
  'user_not_visible',
];
/** Slack says that it failed, and not whether it did anything first. */
const BROKEN = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'];

const RATE_LIMITED_MS = 5000;
const REVOKED_MS = 60_000;

/** Slack's own name for what went wrong; undefined when it is not Slack that answered. */
export const slackCode = (error: unknown): string | undefined => {
  const read = Thrown.safeParse(error);
  return read.success && read.data.code === 'slack_webapi_platform_error' ? read.data.data.error : undefined;
};

export const isRevoked = (error: unknown): boolean => REVOKED.includes(slackCode(error) ?? '');

/** Below the request there is a chain of causes, and one of them says whether anything was sent at all. */
const neverSent = (error: unknown): boolean => {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ('code' in at && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(String(at.code))) return true;
  return false;
};

const platformError = (code: string): SurfaceError => {
  if (REVOKED.includes(code)) return { code: 'offline', message: `Slack refused the token: ${code}`, retryAfterMs: REVOKED_MS };
  if (code === 'ratelimited' || code === 'rate_limited')
    return { code: 'rate_limited', message: 'Slack asked to wait', retryAfterMs: RATE_LIMITED_MS };
  if (GONE.includes(code)) return { code: 'gone', message: `Slack: ${code}` };
  return { code: BROKEN.includes(code) ? 'ambiguous' : 'refused', message: `Slack: ${code}` };
};

/** What the client threw, in the words of every surface. */
export const surfaceError = (error: unknown): SurfaceError => {
  const read = Thrown.safeParse(error);
  if (!read.success) return { code: 'ambiguous', message: error instanceof Error ? error.name : 'unknown' };
  const thrown = read.data;
  switch (thrown.code) {
    case 'slack_webapi_platform_error':
      return platformError(thrown.data.error);
    case 'slack_webapi_rate_limited_error':
      return { code: 'rate_limited', message: 'Slack asked to wait', retryAfterMs: thrown.retryAfter * 1000 };
    case 'slack_webapi_http_error':
      return { code: 'ambiguous', message: `Slack answered ${thrown.statusCode}` };
    case 'slack_webapi_request_error':
      return neverSent(thrown.original)
        ? { code: 'offline', message: 'Slack could not be reached' }
        : { code: 'ambiguous', message: 'The answer of Slack was lost' };
    default:
      return thrown satisfies never;
  }
};
