import { setTimeout as sleep } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import { err, ok, type Result } from '../../result.ts';
import type { SurfaceError } from '../surface.ts';
import { isRevoked, surfaceError } from './errors.ts';
import type { Pace } from './pace.ts';

type Client = webApi.WebClient;

export type { Client };

export type Called<T> = Promise<Result<T, SurfaceError>>;

/** Calls of Slack's Web API: each at its pace, never sent twice by itself, and what went wrong in the words of every surface. */
export type Api = {
  client: Client;
  call<T>(at: { method: string; channel: string }, send: (client: Client) => Promise<T>): Called<T>;
};

/** `token`: told after each call whether Slack still takes the token. */
export const createApi = (deps: { client: Client; pace: Pace; token: (holds: boolean) => void }): Api => {
  const { client, pace, token } = deps;
  return {
    client,
    async call({ method, channel }, send) {
      const wait = await pace.enter(method, channel);
      if (wait > 0) return err({ code: 'rate_limited', message: `${method} rests`, retryAfterMs: wait });
      try {
        const value = await send(client);
        token(true);
        return ok(value);
      } catch (error) {
        const failed = surfaceError(error);
        if (failed.code === 'rate_limited') pace.rest(method, failed.retryAfterMs ?? 0);
        if (isRevoked(error)) token(false);
        return err(failed);
      }
    },
  };
};

/** Whoever waits for a sentence waits this long for it, and no longer. */
const PATIENCE_MS = 30_000;
const SOON_MS = 1000;

/**
 * Calls again and again where Slack asked to wait or was not reached: nothing was done then. For what people are told, which no queue brings.
 * Once more is not enough: a timer may be a millisecond early, and Slack may ask to wait twice.
 */
export const insist = async <T>(api: Api, at: { method: string; channel: string }, send: (client: Client) => Promise<T>): Called<T> => {
  const late = performance.now() + PATIENCE_MS;
  for (;;) {
    const called = await api.call(at, send);
    if (called.ok || (called.error.code !== 'rate_limited' && called.error.code !== 'offline')) return called;
    const wait = called.error.retryAfterMs ?? SOON_MS;
    if (performance.now() + wait > late) return called;
    await sleep(Math.ceil(wait));
  }
};
