import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientOptions, SimpleIdentifyThrottler } from 'discord.js';
import type { Log } from '../../log.ts';

/** Of a day's identifies so many are never spent quickly: Discord resets a token that has used up all of them. */
const RESERVE = 50;
const FOREVER_MS = 2 ** 31 - 1;

type Manager = Parameters<NonNullable<NonNullable<ClientOptions['ws']>['buildIdentifyThrottler']>>[0];

/** `onHold`: what is said while it waits. `stopped`: this process connects no more. */
export type Hold = { log: Log; onHold(detail: string): void; stopped: AbortSignal };

const inWords = (ms: number): string => (ms < 120_000 ? `${Math.ceil(ms / 1000)} seconds` : `${Math.ceil(ms / 60_000)} minutes`);

/**
 * Lets a connection identify itself only as often as the day allows, so that neither a crash loop nor a broken session can use it up. Discord
 * itself counts, and is asked each time: a process that has just started knows as much as one that ran all day.
 */
export const throttled = (hold: Hold) => async (manager: Manager) => {
  const { session_start_limit: limit } = await manager.fetchGatewayInformation();
  const simple = new SimpleIdentifyThrottler(limit.max_concurrency);
  /** Discord may close a connection that waits: the next one waits only for what is left. */
  let turn: number | undefined;
  return {
    async waitForIdentify(shardId: number, signal: AbortSignal) {
      // What discord.js connects after it was told to stop gets no session: it waits until it is closed.
      if (hold.stopped.aborted) await sleep(FOREVER_MS, undefined, { signal, ref: false });
      const { remaining, reset_after } = (await manager.fetchGatewayInformation(true)).session_start_limit;
      if (remaining < RESERVE) {
        turn ??= Date.now() + reset_after / Math.max(1, remaining);
        const wait = Math.max(0, turn - Date.now());
        hold.log.warn({ surface: 'discord', remaining }, 'identify.held');
        hold.onHold(`Discord lets this bot connect ${remaining} more times today; the next time is in ${inWords(wait)}.`);
        // Ended by the connection alone, which also ends with the client: whatever else ended it would be taken for a fault, and tried again.
        await sleep(wait, undefined, { signal });
      }
      turn = undefined;
      await simple.waitForIdentify(shardId, signal);
    },
  };
};
