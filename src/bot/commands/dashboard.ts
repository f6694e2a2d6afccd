import { z } from 'zod';
import { type ConnectionRow, type Dashboard, readDashboard, stateOfConnection } from '../../db/read/dashboard.ts';
import { type CardFact, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { age } from '../age.ts';
import { dollars } from '../dollars.ts';
import { queueWords } from '../queue-words.ts';
import type { CommandDeps, Health } from './deps.ts';

const SHOWN = 8;

const waitingOf = ({ waiting }: Dashboard): string => {
  const oldest = waiting.oldestAt ? `, the oldest ${age((Date.now() - waiting.oldestAt.getTime()) / 1000)}` : '';
  const unsettled = waiting.unsettled > 0 ? `; ${waiting.unsettled} to settle` : '';
  return waiting.count + waiting.unsettled === 0 ? 'nothing' : `${waiting.count} for a decision${oldest}${unsettled}`;
};

const runsOf = ({ today }: Dashboard): string => {
  const ended = today.success + today.failed + today.killed + today.skipped;
  const rate = ended === 0 ? '' : ` (${Math.round((today.success / ended) * 100)} % succeeded)`;
  return `${today.success} succeeded, ${today.failed} failed, ${today.killed} killed, ${today.skipped} skipped, ${today.running} running${rate}`;
};

const spendOf = ({ spend }: Dashboard): string => {
  const limit = spend.limitMicros === null ? 'no daily limit' : `of ${dollars(spend.limitMicros)} a day`;
  return `${dollars(spend.spentMicros)}, ${limit}; ${dollars(spend.weekMicros)} in 7 days, ${dollars(spend.monthMicros)} in 30`;
};

const modelsOf = ({ models }: Dashboard): string =>
  models.calls === 0
    ? 'no call'
    : `${models.calls} calls, ${models.inputTokens + models.outputTokens} tokens, ${dollars(models.costMicros)}`;

const emailsOf = ({ emails }: Dashboard): string =>
  `${emails.proposed} waiting, ${emails.approved + emails.executing + emails.waiting} approved, ${emails.executed} sent, ${emails.rejected} rejected`;

const LOOKS = { ok: 'works', down: 'is down', unknown: 'unknown' } as const;
const connectionsOf = (rows: readonly ConnectionRow[], health: Health): string => {
  const outside = rows.filter(({ name }) => name !== 'workers').map((row) => `${row.name} ${LOOKS[stateOfConnection(row)]}`);
  return [`PostgreSQL ${health.databaseVersion}`, ...outside].join(', ');
};

const factsOf = (dashboard: Dashboard, health: Health): CardFact[] => {
  const fact = (label: string, value: string): CardFact => ({ label, value: visible(value) });
  const { queue, workers } = health;
  const [next] = dashboard.next;
  return [
    fact('Waiting', waitingOf(dashboard)),
    fact('Queue', queueWords(queue)),
    fact('Runs today', runsOf(dashboard)),
    fact('Spent today', spendOf(dashboard)),
    fact('Models today', modelsOf(dashboard)),
    fact('E-mails', emailsOf(dashboard)),
    fact('Workers', workers === 0 ? 'none alive: approved work waits' : `${workers} alive`),
    fact('Next', next ? `${next.name}, ${next.nextAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'nothing is scheduled'),
    fact('Connections', connectionsOf(dashboard.connections, health)),
  ];
};

const MODE = {
  live: { label: 'Live', tone: 'good' },
  backup: { label: 'Backup', tone: 'warning' },
  offline: { label: 'Offline', tone: 'bad' },
} as const;

export const dashboard = ({ heart, health }: CommandDeps) =>
  defineCommand({
    name: 'dashboard',
    summary: 'How things stand: what waits, runs and spend of today (UTC), what is next, connections',
    usage: '/dashboard',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    async run(_args, actor) {
      const [read, now] = await Promise.all([readDashboard(heart.database.db, actor.projectId), health()]);
      const rows = read.recent.slice(0, SHOWN).map((run) => ({
        cells: [
          visible(heart.tools.get(run.tool)?.title ?? run.tool),
          visible(run.target),
          visible(run.state === 'unknown' ? 'settle it' : (run.result ?? 'running')),
          visible(run.milliseconds === null ? '–' : `${Math.round(run.milliseconds)} ms`),
          visible(dollars(run.costMicros)),
        ],
        proposalId: run.proposalId,
      }));
      const table = { columns: ['Recent runs', 'On', 'Result', 'Took', 'Cost'], rows, empty: 'Nothing has run yet.' };
      const notes = now.reason ? [visible(now.reason)] : [];
      return ok(plainCard({ title: visible('Dashboard'), status: MODE[now.mode], facts: factsOf(read, now), table, notes }));
    },
  });
