import type { SlackConfig } from '../../config/slack.ts';
import { quiet } from './quiet.ts';

const CALL_MS = 10_000;

/** How every client of Slack is set. */
export const quietOptions = ({ apiUrl }: Pick<SlackConfig, 'apiUrl'>) => ({
  slackApiUrl: apiUrl,
  // A call that was lost may have done what it says: nothing is sent twice by the client itself.
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: CALL_MS,
  logger: quiet,
});

/** Nothing in a message is looked up, linked or shown as a preview: a link that nobody pressed is never fetched. */
export const INERT = { unfurl_links: false, unfurl_media: false, mrkdwn: false, parse: 'none', link_names: false } as const;
