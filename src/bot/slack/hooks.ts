import { err, ok } from '../../result.ts';
import type { Called } from './api.ts';
import type { Message } from './blocks.ts';
import { isSlacks } from './is-slacks.ts';

const CALL_MS = 10_000;

/** Answers by the address that came with what somebody did: for their eyes, in the place where they did it, whether the app is there or not. */
export type Respond = (address: string, message: Message) => Called<null>;

export const createRespond =
  ({ apiUrl }: { apiUrl: string }): Respond =>
  async (address, message) => {
    // Only Slack itself is answered, whatever a payload says.
    if (!isSlacks(address, { host: 'hooks.slack.com', apiUrl })) return err({ code: 'refused', message: 'That is no address of Slack' });
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message }),
        redirect: 'error',
        signal: AbortSignal.timeout(CALL_MS),
      });
      return response.ok ? ok(null) : err({ code: 'refused', message: `Slack answered ${response.status}` });
    } catch {
      return err({ code: 'ambiguous', message: 'The answer of Slack was lost' });
    }
  };
