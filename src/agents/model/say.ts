import type { ModelErrorCode } from './port.ts';

/** What went wrong, for the end of a sentence about the model. */
const SAY: Record<ModelErrorCode, string> = {
  rate_limit: 'is rate-limited',
  overloaded: 'is overloaded',
  timeout: 'did not answer in time',
  auth: 'refused the key',
  invalid_request: 'did not accept the request',
  bad_output: 'gave an answer that cannot be read',
  network: 'cannot be reached',
  refusal: 'declined to answer',
  aborted: 'was not waited for',
};

/** The clock of a zone: `10:42`. */
const clockIn = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(at);

/** `is rate-limited until 10:42`. Only a limit has an end that the other side named. */
export const sayError = (error: { code: ModelErrorCode; until?: number | undefined }, timeZone: string): string => {
  const { code, until } = error;
  return code === 'rate_limit' && until !== undefined ? `${SAY[code]} until ${clockIn(until, timeZone)}` : SAY[code];
};
