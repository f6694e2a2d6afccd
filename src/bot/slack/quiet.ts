import { type Logger, LogLevel } from '@slack/bolt';

const nothing = () => undefined;

/** Slack's client logs whole payloads, with what people wrote. Outcomes are logged here, by their codes; it says nothing. */
export const quiet: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};
