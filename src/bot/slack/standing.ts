import type { Database } from '../../db/client.ts';
import { turnConnection } from '../../db/connections.ts';
import { postToTeam } from '../../dispatch/team.ts';
import type { Log } from '../../log.ts';

/** How Slack was found: `refused` says that it stays so until somebody does something. */
export type Found = { ok: boolean; detail: string; refused: boolean };

/** A row that is older than this says nothing to whoever reads it. */
const AGAIN_MS = 60_000;
/** What it says where the token is refused. */
export const LOST = 'Slack refuses the bot token: it was revoked, or the app was removed. Install the app again and set SLACK_BOT_TOKEN.';
const BACK = 'Slack is connected again: what waited for it arrives there now.';

/** Puts down how Slack is found, for other processes; and says in the team room when it is lost until somebody acts, and when it is back. */
export const createStanding = (deps: { database: Database; log: Log; projectId: string; again?: number }) => {
  const { database, log, projectId, again = AGAIN_MS } = deps;
  let last: { said: string; at: number } | undefined;
  let writing = Promise.resolve();
  const write = ({ ok, detail, refused }: Found): Promise<void> =>
    database.transaction(async (tx) => {
      const before = await turnConnection(tx.db, { name: 'slack', ok, detail, latencyMs: null });
      const wasRefused = before !== undefined && !before.ok && before.detail === LOST;
      const turned = refused ? !wasRefused : ok && wasRefused;
      const text = ok ? BACK : LOST;
      if (turned) await postToTeam(tx, { projectId, kind: 'system', text, agent: null });
    });
  return {
    found(one: Found): void {
      if (last?.said === one.detail && performance.now() - last.at < again) return;
      last = { said: one.detail, at: performance.now() };
      writing = writing.then(() => write(one)).catch(() => log.warn({ surface: 'slack' }, 'connection.unwritten'));
    },
    settled: () => writing,
  };
};
