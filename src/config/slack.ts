import { z } from 'zod';
import { ok, type Result } from '../result.ts';
import { type ConfigError, invalid } from './invalid.ts';

/** Slack's two ways in: sockets that Wilco opens, or requests that Slack sends to the web side. */
export type SlackConfig = {
  botToken: string;
  /** With a slash at the end. */
  apiUrl: string;
  by: { kind: 'socket'; appToken: string } | { kind: 'http'; signingSecret: string };
};

/** The variables of Slack. */
export const SLACK_SETTINGS = {
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'SLACK_BOT_TOKEN begins with xoxb-').optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'SLACK_APP_TOKEN begins with xapp-').optional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(16, 'SLACK_SIGNING_SECRET is the 32 characters under Basic Information → App Credentials')
    .optional(),
  SLACK_CONFIG_TOKEN: z.string().startsWith('xoxe', 'SLACK_CONFIG_TOKEN begins with xoxe').optional(),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'SLACK_API_URL is an address such as https://slack.com/api/' })
    .default('https://slack.com/api/'),
} as const;

const Env = z.object(SLACK_SETTINGS);

/** A token of one of Slack's people with which the set-up makes the app, for twelve hours; nothing else uses it. */
export type SlackMaking = { configToken: string; apiUrl: string };

const slashed = (url: string): string => url.replace(/\/?$/, '/');

export const parseSlackMaking = ({ SLACK_CONFIG_TOKEN, SLACK_API_URL }: z.output<typeof Env>): SlackMaking | null =>
  SLACK_CONFIG_TOKEN ? { configToken: SLACK_CONFIG_TOKEN, apiUrl: slashed(SLACK_API_URL) } : null;

/** Slack, if the variables name it; a sentence for half of it. `serves`: whether this process has a web side that Slack could reach. */
export const parseSlack = (env: z.output<typeof Env>, serves: boolean): Result<SlackConfig | null, ConfigError> => {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL } = env;
  if (!SLACK_BOT_TOKEN)
    return SLACK_APP_TOKEN || SLACK_SIGNING_SECRET
      ? invalid('SLACK_APP_TOKEN and SLACK_SIGNING_SECRET need SLACK_BOT_TOKEN beside them: the token that Wilco writes with.')
      : ok(null);
  if ((SLACK_APP_TOKEN === undefined) === (SLACK_SIGNING_SECRET === undefined))
    return invalid('SLACK_BOT_TOKEN needs one of two beside it: SLACK_APP_TOKEN for socket mode, or SLACK_SIGNING_SECRET for requests.');
  if (SLACK_SIGNING_SECRET && !serves)
    return invalid('SLACK_SIGNING_SECRET lets Slack call the web side: run the roles bot and web in one process, or use SLACK_APP_TOKEN.');
  const by = SLACK_APP_TOKEN
    ? { kind: 'socket' as const, appToken: SLACK_APP_TOKEN }
    : { kind: 'http' as const, signingSecret: SLACK_SIGNING_SECRET ?? '' };
  return ok({ botToken: SLACK_BOT_TOKEN, apiUrl: slashed(SLACK_API_URL), by });
};
