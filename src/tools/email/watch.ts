import type { Db } from '../../db/client.ts';
import { writeConnection } from '../../db/connections.ts';
import type { Log } from '../../log.ts';
import type { Mail } from './smtp.ts';

const EVERY_MS = 30_000;

/** Looks at the mail server now and every half minute, and puts down what it found. Only while there is one. */
export const watchMail = (deps: { db: Db; mail: Mail; log: Log; everyMs?: number }): { stop(): Promise<void> } => {
  const { db, mail, log, everyMs = EVERY_MS } = deps;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const from = performance.now();
    const found = await mail.verify();
    const latencyMs = found.ok ? Math.round(performance.now() - from) : null;
    const detail = found.ok ? `${mail.server} takes e-mail from ${mail.from}.` : found.error.message;
    if (!stopped) await writeConnection(db, { name: 'smtp', ok: found.ok, detail, latencyMs });
  };
  // One after the other: a server that is slow to answer is not asked a second time meanwhile.
  const round = (): Promise<void> =>
    look()
      .catch(() => log.warn('mail.unchecked'))
      .finally(() => {
        if (!stopped) timer = setTimeout(() => void next(), everyMs);
      });
  let under = Promise.resolve();
  const next = (): Promise<void> => {
    under = round();
    return under;
  };
  void next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await under;
    },
  };
};
