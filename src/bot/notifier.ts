import type { Database } from '../db/client.ts';
import { writeConnection } from '../db/connections.ts';
import { feedHead, readFeed } from '../db/feed.ts';
import { addUpHours } from '../db/hours.ts';
import { forgetOldNotices, moveReader, readerAt } from '../db/notifications.ts';
import { isKnownCursor } from '../db/read/feed-place.ts';
import { record } from '../db/record.ts';
import type { Signals } from '../db/signals.ts';
import { concernsAnybody, tellPeople } from '../dispatch/notices.ts';
import type { Log } from '../log.ts';
import type { Health } from './commands/deps.ts';

const READER = 'notifier';
const BATCH = 500;
/** What is decided and done within a moment is not worth telling anybody. */
const SETTLE_MS = 300;
const CHECK_MS = 30_000;
const NO_WORKER = 'No worker is alive: what is approved waits until one is.';
/** A worker that is just being replaced is not gone. */
const DOUBT_MS = 12_000;

export type NotifierDeps = {
  database: Database;
  signals: Signals;
  projectId: string;
  health(): Promise<Health>;
  /** Called when there may be something to push. */
  push(): Promise<void>;
  log: Log;
  checkMs?: number;
  doubtMs?: number;
};

const changed = (projectId: string) => ({ projectId, kind: 'notification.changed' });

/** From the first start on: what waits already is told, and everything that happens afterwards. */
const beginReading = ({ database, projectId }: NotifierDeps): Promise<void> =>
  database.transaction(async ({ db }) => {
    const to = await feedHead(db);
    if (!(await moveReader(db, READER, { from: undefined, to }))) return;
    if (await tellPeople({ db, projectId }, 'all')) await record(db, changed(projectId));
  });

/** How long until the next look: at once, soon because an older transaction still hides some, or when something is heard. */
type Next = 'now' | 'soon' | 'when heard';
const SOON_MS = 250;

/** Tells people of the next events. Whichever process comes first does it, and the others find it done. */
const step = async (deps: NotifierDeps): Promise<Next> => {
  const { database, projectId } = deps;
  const from = await readerAt(database.db, READER);
  if (from === undefined) {
    await beginReading(deps);
    return 'now';
  }
  // One of another server, from before a restore, would otherwise wait for a place that never comes.
  const known = await isKnownCursor(database.db, from);
  const page = known ? await readFeed(database.db, { projectId, after: from, limit: BATCH }) : undefined;
  if (!page) {
    // What waits is looked at whole.
    const to = await feedHead(database.db);
    await database.transaction(async ({ db }) => {
      if ((await moveReader(db, READER, { from, to })) && (await tellPeople({ db, projectId }, 'all')))
        await record(db, changed(projectId));
    });
    return 'now';
  }
  if (page.events.length === 0) return page.pending ? 'soon' : 'when heard';
  const events = page.events.filter(concernsAnybody);
  // A commit is told to everybody, this process included: what concerns nobody must not call for the next look for ever.
  if (events.length === 0) await moveReader(database.db, READER, { from, to: page.cursor });
  else
    await database.transaction(async ({ db }) => {
      if ((await readerAt(db, READER, true)) !== from) return;
      if (await tellPeople({ db, projectId }, events)) await record(db, changed(projectId));
      await moveReader(db, READER, { from, to: page.cursor });
    });
  return 'now';
};

/** Looks after what nobody else does: whether any worker lives. Said only when it stays so for a while. */
const checkWorkers = async ({ database, health, doubtMs = DOUBT_MS }: NotifierDeps, stopped: AbortSignal): Promise<void> => {
  let now = await health();
  if (now.mode === 'offline') return;
  if (now.workers === 0) {
    await rest(doubtMs, stopped);
    now = await health();
    if (stopped.aborted || now.mode === 'offline') return;
  }
  const ok = now.workers > 0;
  await writeConnection(database.db, { name: 'workers', ok, detail: ok ? `${now.workers} alive.` : NO_WORKER, latencyMs: null });
};

/** What is done once in a while, and costs nothing when there is nothing to do. */
const tidy = async ({ database, projectId }: NotifierDeps): Promise<void> => {
  await addUpHours(database, projectId);
  await forgetOldNotices(database.db);
};

const rest = (ms: number, stopped: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Tells people what they should know, in every process with the role bot or web: each thing once, whichever of them hears it. */
export const startNotifier = (deps: NotifierDeps): { stop(): Promise<void> } => {
  const { signals, log, checkMs = CHECK_MS } = deps;
  const end = new AbortController();
  let ringing: NodeJS.Timeout | undefined;
  let busy = Promise.resolve();
  const quietly = (name: string, work: () => Promise<void>) => {
    busy = busy.then(work).catch((error: unknown) => log.warn({ err: error instanceof Error ? error.name : 'unknown' }, name));
  };
  const round = async () => {
    for (let next: Next = 'now'; next !== 'when heard' && !end.signal.aborted; ) {
      next = await step(deps);
      if (next === 'soon') await rest(SOON_MS, end.signal);
    }
    await deps.push();
  };
  const ring = () => {
    if (end.signal.aborted) return;
    ringing ??= setTimeout(() => {
      ringing = undefined;
      quietly('notices.untold', round);
    }, SETTLE_MS);
  };
  const unhear = signals.on('wilco_events', ring);
  let checking = Promise.resolve();
  const check = () => {
    checking = checking
      .then(() => checkWorkers(deps, end.signal))
      .then(() => tidy(deps))
      .catch((error: unknown) => log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'check.failed'));
    ring();
  };
  const timer = setInterval(check, checkMs);
  check();
  return {
    async stop() {
      unhear();
      end.abort();
      clearInterval(timer);
      clearTimeout(ringing);
      await Promise.all([busy, checking]);
    },
  };
};
