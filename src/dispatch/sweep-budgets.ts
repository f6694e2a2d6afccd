import { wakeForBudget } from '../db/budget-runs.ts';
import type { Database } from '../db/client.ts';
import { loseModelCall, lostModelCalls } from '../db/model-calls.ts';
import { settleBudget } from './budget.ts';

/** Gives back what was promised to calls of models whose process is gone, and wakes runs that stood still for a budget which has begun anew. */
export const sweepBudgets = async (database: Database): Promise<void> => {
  for (const id of await lostModelCalls(database.db))
    await database.transaction(async ({ db }) => {
      if (await loseModelCall(db, id)) await settleBudget(db, id, { micros: 0, tokens: 0 });
    });
  await wakeForBudget(database.db, null);
};
