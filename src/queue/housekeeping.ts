import { z } from 'zod';
import { failMessage, silentMessages } from '../db/answer.ts';
import type { Database } from '../db/client.ts';
import { isSealBehind, sealEvents } from '../db/seal.ts';
import type { Signals } from '../db/signals.ts';
import { lookAgainAtAll } from '../dispatch/blocked.ts';
import { expireOverdue } from '../dispatch/expire.ts';
import type { Heart } from '../dispatch/heart.ts';
import { readStanding } from '../dispatch/standing.ts';
import { sweepBudgets } from '../dispatch/sweep-budgets.ts';
import { sayInThread } from '../dispatch/thread.ts';
import type { Log } from '../log.ts';
import type { Queue } from './boss.ts';
import { jobs } from './jobs.ts';
import { buryDead } from './pump.ts';

const SEAL_MS = 500;
const WATCH_MS = 5000;
const LOOK_MS = 1000;

type Deps = { database: Database; heart: Heart; queue: Queue; signals: Signals; log: Log };

const Dead = z.union([jobs.route, jobs.execute]);

/** Tells people of a job that failed for good, and gives an action another round: its state says whether anything is left to do. */
const bury = async ({ database, heart }: Deps, data: unknown): Promise<void> => {
  const dead = Dead.safeParse(data);
  if (!dead.success) return;
  if ('messageId' in dead.data) return failMessage(database, dead.data.messageId, 'Wilco tried several times and could not answer this.');
  const { projectId, proposalId, attempt } = dead.data;
  await database.transaction(async (tx) => {
    const standing = await readStanding(tx.db, projectId, proposalId);
    if (!standing || !['approved', 'executing'].includes(standing.proposal.state)) return;
    await sayInThread(
      tx.db,
      standing.proposal.threadId,
      'An approved action could not be carried out so far, after many tries. Wilco goes on trying; you can withdraw it while it has not started.',
    );
    await heart.enqueue(tx, { projectId, proposalId, attempt });
  });
};

const watch = async (deps: Deps): Promise<void> => {
  const { database, heart, queue } = deps;
  for (const id of await silentMessages(database.db))
    await failMessage(database, id, 'Whoever worked on this went silent for two minutes.');
  await expireOverdue(heart);
  await sweepBudgets(database);
  await buryDead(queue, (job) => bury(deps, job.data));
};

/** Seals events within a second, frees cards that nothing blocks any more, fails what went silent, lets expire what a policy says, and brings dead jobs to a person. */
export const startHousekeeping = (deps: Deps): { stop(): Promise<void> } => {
  const { database, signals, log } = deps;
  let dirty = true;
  let busy = Promise.resolve();
  const quietly = (name: string, work: () => Promise<void>) => {
    busy = busy.then(work).catch((error: unknown) => log.warn({ err: error instanceof Error ? error.name : 'unknown' }, name));
  };
  const seal = async () => {
    if (!dirty) return;
    dirty = false;
    let behind = true;
    try {
      // Looked at first: a seal is a commit, too, which is told like any other and would call for the next one for ever.
      behind = await isSealBehind(database.db);
      if (behind) while ((await sealEvents(database)) >= 1000);
    } finally {
      // Asked again then, whether or not anything more happens that would say so.
      if (behind) dirty = true;
    }
  };
  // After a start, too: a setting may have changed. Otherwise only when something happened.
  let unseen = true;
  const look = async () => {
    if (!unseen) return;
    unseen = false;
    await lookAgainAtAll(deps.heart);
  };
  const unhear = signals.on('wilco_events', () => {
    dirty = true;
    unseen = true;
  });
  const sealing = setInterval(() => dirty && quietly('events.unsealed', seal), SEAL_MS);
  const looking = setInterval(() => unseen && quietly('blocked.unseen', look), LOOK_MS);
  const watching = setInterval(() => quietly('watchdog.failed', () => watch(deps)), WATCH_MS);
  return {
    async stop() {
      unhear();
      clearInterval(sealing);
      clearInterval(looking);
      clearInterval(watching);
      quietly('events.unsealed', seal);
      await busy;
    },
  };
};
