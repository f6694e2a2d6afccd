import type { Handler } from 'hono';
import type { Webhook } from '../bot/webhook.ts';
import { problem } from './answer.ts';
import type { WebEnv } from './deps.ts';
import { readText } from './read-json.ts';

/** Hands an outside service's request on as it came, once it is known to be small enough. */
export const takeWebhook =
  ({ handle }: Webhook): Handler<WebEnv> =>
  async (c) => {
    const read = await readText(c.req.raw);
    return 'code' in read ? problem(c, { code: read.code }) : handle({ headers: c.req.raw.headers, body: read.text });
  };
