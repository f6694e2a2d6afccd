import { z } from 'zod';
import { type Counts, readCounts } from '../../db/read/metrics.ts';
import { type CardFact, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

const SHOWN = 10;
const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;

const factsOf = ({ proposals, runs, cost }: Counts, depth: number): CardFact[] => {
  const fact = (label: string, value: string): CardFact => ({ label, value: visible(value) });
  const limit = cost.limitMicros === null ? 'no daily limit' : `of ${dollars(cost.limitMicros)} a day`;
  return [
    fact('Queue', depth === 0 ? 'empty' : `${depth} jobs`),
    fact(
      'Proposals',
      `${proposals.proposed} waiting, ${proposals.approved + proposals.executing} approved, ${proposals.executed} done, ${proposals.rejected} rejected`,
    ),
    fact('Runs', `${runs.success} succeeded, ${runs.failed} failed, ${runs.killed} killed, ${runs.skipped} skipped`),
    fact('Spent today', `${dollars(cost.spentMicros)}, ${limit}`),
  ];
};

export const metrics = ({ heart, health }: CommandDeps) =>
  defineCommand({
    name: 'metrics',
    summary: 'What was proposed, decided and run, and what it cost',
    usage: '/metrics',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    async run(_args, actor) {
      const [counts, { queue }] = await Promise.all([readCounts(heart.database.db, actor.projectId), health()]);
      const rows = counts.recentRuns.slice(0, SHOWN).map((run) => ({
        cells: [
          visible(heart.tools.get(run.tool)?.title ?? run.tool),
          visible(run.result ?? 'running'),
          visible(run.milliseconds === null ? '–' : `${Math.round(run.milliseconds)} ms`),
          visible(dollars(run.costMicros)),
        ],
        proposalId: run.proposalId,
      }));
      const table = { columns: ['Recent runs', 'Result', 'Took', 'Cost'], rows, empty: 'Nothing has run yet.' };
      return ok(plainCard({ title: visible('Metrics'), facts: factsOf(counts, queue.depth), table }));
    },
  });
