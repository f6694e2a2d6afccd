import { type App, isValidSlackRequest, type Receiver, type ReceiverEvent } from '@slack/bolt';
import { jsonOf } from '../../dispatch/compose.ts';
import type { Webhook } from '../webhook.ts';

const PATH = '/slack/events';
/** A request from this far in the future is as little to be trusted as an old one. */
const AHEAD_SECONDS = 300;

type Request = Parameters<Webhook['handle']>[0];

const isSigned = ({ headers, body }: Request, signingSecret: string): boolean => {
  const stamp = headers.get('x-slack-request-timestamp') ?? '';
  const signature = headers.get('x-slack-signature') ?? '';
  if (!/^\d{1,12}$/.test(stamp) || signature === '') return false;
  const timestamp = Number(stamp);
  if (timestamp > Date.now() / 1000 + AHEAD_SECONDS) return false;
  return isValidSlackRequest({
    signingSecret,
    body,
    headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature },
  });
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Events come as JSON, presses and forms as JSON in a form field, slash commands as a form. */
const read = ({ headers, body }: Request): Record<string, unknown> | undefined => {
  const form = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ? new URLSearchParams(body) : undefined;
  const payload = form ? form.get('payload') : body;
  const value = payload === null ? Object.fromEntries(form ?? []) : jsonOf(payload);
  return isObject(value) ? value : undefined;
};

const answer = (response: unknown): Response => {
  if (response === undefined || response === null || response === '') return new Response(null, { status: 200 });
  return typeof response === 'string' ? new Response(response) : Response.json(response);
};

export type HttpReceiver = Receiver & { webhook: Webhook };

/** Slack's requests on the port of the web side. One that was not taken in is answered 500, so that it comes again. */
export const createHttpReceiver = (signingSecret: string): HttpReceiver => {
  let app: App | undefined;
  const process = (body: Record<string, unknown>): Promise<Response> =>
    new Promise((resolve) => {
      const event: ReceiverEvent = { body, ack: async (response?: unknown) => resolve(answer(response)) };
      const taken = app ? app.processEvent(event) : Promise.reject(new Error('not started'));
      taken.then(
        () => resolve(answer(undefined)),
        () => resolve(new Response(null, { status: 500 })),
      );
    });
  return {
    init(one) {
      app = one;
    },
    start: async () => undefined,
    async stop() {
      app = undefined;
    },
    webhook: {
      path: PATH,
      async handle(request) {
        if (!isSigned(request, signingSecret)) return new Response(null, { status: 401 });
        const body = read(request);
        if (!body) return new Response(null, { status: 400 });
        if (body.type === 'url_verification') return Response.json({ challenge: String(body.challenge) });
        return body.ssl_check === '1' ? answer(undefined) : process(body);
      },
    },
  };
};
