import type { Database, Tx } from '../db/client.ts';
import type { Signals } from '../db/signals.ts';
import type { Log } from '../log.ts';
import type { Tool } from '../tools/tool.ts';
import type { AskGroup } from './group-look-up.ts';

/** A wake-up for a worker, in the caller's transaction: it exists when the decision does. Carries ids; our tables are the truth. */
export type Enqueue = (tx: Tx, job: { projectId: string; proposalId: string; attempt: number }) => Promise<void>;

/** What every part of the heart is given. */
export type Heart = {
  database: Database;
  tools: ReadonlyMap<string, Tool>;
  enqueue: Enqueue;
  /** Asks the platforms that this process is connected to. Absent: it is connected to none, and nobody is in any group of theirs. */
  askGroup?: AskGroup;
  signals: Signals;
  log: Log;
};

export const byName = (tools: readonly Tool[]): ReadonlyMap<string, Tool> => new Map(tools.map((tool) => [tool.name, tool]));
