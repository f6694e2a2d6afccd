import type { SlackConfig } from '../config/slack.ts';

const DATE_MS = 5000;

/** By how much our clock is ahead. Every answer of Slack's says when it was made, to the second; null: there was none. */
const aheadOf = async ({ apiUrl }: Pick<SlackConfig, 'apiUrl'>, now: () => number): Promise<number | null> => {
  const response = await fetch(`${apiUrl}api.test`, { method: 'POST', redirect: 'error', signal: AbortSignal.timeout(DATE_MS) }).catch(
    () => undefined,
  );
  const said = Date.parse(response?.headers.get('date') ?? '');
  return Number.isNaN(said) ? null : now() - said;
};

/** Slack refuses what is signed more than five minutes off, and so do we. */
const MOST_OFF_MS = 120_000;

/** A sentence where this machine's clock and Slack's are too far apart for what is signed to hold. */
export const clockProblem = async (config: Pick<SlackConfig, 'apiUrl'>, now: () => number = Date.now): Promise<string | undefined> => {
  const ahead = await aheadOf(config, now);
  if (ahead === null || Math.abs(ahead) < MOST_OFF_MS) return undefined;
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  const side = ahead > 0 ? 'ahead of' : 'behind';
  return `The clock of this machine is ${minutes} minutes ${side} Slack's: requests that Slack signs are refused from five minutes on. Set it.`;
};
