import { z } from 'zod';
import { type DecisionRow, listDecisions } from '../../db/read/decisions.ts';
import { plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

const LIMIT = 20;

const whoOf = ({ person, ruleId, kind }: DecisionRow): string => (kind === 'autopilot' ? `rule ${ruleId}, signed by ${person}` : person);

const cellsOf = (row: DecisionRow, { tools }: Heart): string[] => [
  row.at.slice(0, 16).replace('T', ' '),
  row.kind,
  whoOf(row),
  tools.get(row.tool)?.title ?? row.tool,
  row.target,
  row.errorCode === null ? row.outcome : `${row.outcome}: ${row.errorCode}`,
];

const titleOf = (count: number, { words, more }: { words: string | undefined; more: boolean }): string => {
  const about = words === undefined ? '' : ` about “${words.slice(0, 60)}”`;
  if (count === 0) return `No decisions${about}`;
  return `${count} ${count === 1 ? 'decision' : 'decisions'}${more ? ', the newest' : ''}${about}`;
};

export const decisions = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'decisions',
    summary: 'Who decided what, or which signed rule did, and what came of it; with words, those that are about them',
    usage: '/decisions [words]',
    changes: false,
    role: 'viewer',
    args: z.strictObject({ words: z.string().max(300).optional() }),
    rest: 'words',
    async run({ words }, { projectId }) {
      const page = await listDecisions(heart.database.db, { projectId, words, limit: LIMIT });
      const found = page.ok ? page.value.items : [];
      const title = titleOf(found.length, { words, more: page.ok && page.value.next !== null });
      const rows = found.map((row) => ({ cells: cellsOf(row, heart).map(visible), proposalId: row.proposalId }));
      return ok(
        plainCard({
          title: visible(title),
          table: { columns: ['When (UTC)', 'Decision', 'By', 'What', 'On', 'Outcome'], rows, empty: 'Nothing was decided yet.' },
          notes: found.length === 0 ? [] : [visible('The page Decisions has all of it, with filters, what was shown and an export.')],
        }),
      );
    },
  });
