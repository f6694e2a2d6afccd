import { z } from 'zod';
import { type Counts, readCounts } from '../../db/read/metrics.ts';
import { type CardFact, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { dollars } from '../dollars.ts';
import type { CommandDeps } from './deps.ts';

const SHOWN = 10;

const factsOf = ({ open, emails, runs, cost }: Counts, depth: number): CardFact[] => {
  const fact = (label: string, value: string): CardFact => ({ label, value: visible(value) });
  const limit = cost.limitMicros === null ? 'no daily limit' : `of ${dollars(cost.limitMicros)} a day`;
  return [
    fact('Queue', depth === 0 ? 'empty' : `${depth} jobs`),
    fact(
      'Proposals',
      `${open.proposed} waiting, ${open.approved + open.executing + open.waiting} approved and not done, ${open.unknown} to settle`,
    ),
    fact('Runs', `${runs.success} succeeded, ${runs.failed} failed, ${runs.killed} killed, ${runs.skipped} skipped`),
    fact(
      'E-mails',
      `${emails.proposed} waiting, ${emails.approved + emails.executing + emails.waiting} approved, ${emails.executed} sent, ${emails.rejected} rejected`,
    ),
    fact('Spent today', `${dollars(cost.spentMicros)}, ${limit}`),
    fact('Spent lately', `${dollars(cost.weekMicros)} in 7 days, ${dollars(cost.monthMicros)} in 30 days`),
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
