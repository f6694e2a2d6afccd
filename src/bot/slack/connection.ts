import { setTimeout as sleep } from 'node:timers/promises';
import type { Receiver } from '@slack/bolt';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { linkWorkspace } from '../../db/identities.ts';
import type { Log } from '../../log.ts';
import type { Surface } from '../surface.ts';
import type { Client } from './api.ts';
import { isRevoked, surfaceError } from './errors.ts';
import { createStanding, LOST } from './standing.ts';

/** Which workspace this is, and who the bot is in it, as Slack itself says. */
export type Self = { workspace: string; botUserId: string };

/** A receiver that knows how many of its connections stand. */
export type Counted = Receiver & { connected?(): number; wanted?: number };

export type Connection = {
  self(): Self | undefined;
  /** Whether Slack took the token, as the last call or Slack itself said. */
  token(holds: boolean): void;
  start(): Promise<void>;
  health: Surface['health'];
  stop(): Promise<void>;
};

/** The single project that an installation has. */
const PROJECT = 'default';
const RECONNECT_MS = 15_000;
/** After so many looks without a word from Slack it is asked whether the token holds. */
const SILENT_LOOKS = 4;

const Authorized = z.object({ team_id: z.string(), user_id: z.string() });

/** Whether Slack is there and takes the token; where it does not, it is asked again and again, and nothing else waits for it. */
export const createConnection = (deps: {
  client: () => Client;
  receiver: Counted;
  database: Database;
  log: Log;
  reconnectMs?: number | undefined;
}): Connection => {
  const { client, receiver, database, log, reconnectMs = RECONNECT_MS } = deps;
  const stopping = new AbortController();
  let self: Self | undefined;
  let problem: string | undefined = 'Not connected yet';
  let keeping: Promise<void> | undefined;
  let silent = 0;
  const standing = createStanding({ database, log, projectId: PROJECT, again: SILENT_LOOKS * reconnectMs });
  const put = (now: string | undefined): void => {
    problem = now;
    silent = 0;
    standing.found({ ok: now === undefined, detail: now ?? 'Connected.', refused: now === LOST });
  };

  const connect = async (): Promise<void> => {
    try {
      const { team_id: workspace, user_id: botUserId } = Authorized.parse(await client().auth.test());
      await linkWorkspace(database.db, { platform: 'slack', workspace, projectId: PROJECT });
      const first = self === undefined;
      self = { workspace, botUserId };
      put(undefined);
      if (first) await receiver.start();
    } catch (error) {
      const { code, message } = surfaceError(error);
      put(isRevoked(error) ? LOST : message);
      log.warn({ surface: 'slack', code }, 'surface.not_connected');
    }
  };

  const keep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(reconnectMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      silent += 1;
      if (!stopping.signal.aborted && (problem !== undefined || silent >= SILENT_LOOKS)) await connect();
    }
  };

  return {
    self: () => self,
    token(holds) {
      silent = 0;
      if (holds === (problem === undefined)) return;
      put(holds ? undefined : LOST);
      log.warn({ surface: 'slack', holds }, 'token.changed');
    },
    async start() {
      await connect();
      keeping = keep();
    },
    health() {
      if (problem !== undefined) return { ok: false, detail: problem };
      if (!receiver.connected) return { ok: true, detail: 'Connected over HTTP' };
      const up = receiver.connected();
      return { ok: up > 0, detail: `${up} of ${receiver.wanted} sockets connected` };
    },
    async stop() {
      stopping.abort();
      await receiver.stop();
      await keeping;
      await standing.settled();
    },
  };
};
