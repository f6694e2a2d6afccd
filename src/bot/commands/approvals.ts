import { z } from 'zod';
import { plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { listStandings, type Standing } from '../../dispatch/standing.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { age } from '../age.ts';
import type { CommandDeps } from './deps.ts';
import { shortId } from './which.ts';

const LIMIT = 50;

const stateOf = ({ proposal, revision, voters }: Standing): string => {
  if (proposal.state === 'unknown') return 'settle it';
  return revision.preview.blocked ? 'blocked' : `${voters.length} of ${revision.approvalsNeeded} approvals`;
};

export const approvals = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'approvals',
    summary: 'What waits for a decision, oldest first',
    usage: '/approvals',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    async run(_args, actor) {
      const waiting = await listStandings(heart.database.db, {
        projectId: actor.projectId,
        states: ['proposed', 'unknown'],
        limit: LIMIT,
        oldestFirst: true,
      });
      const rows = waiting.map((one) => ({
        cells: [
          visible(heart.tools.get(one.proposal.tool)?.title ?? one.proposal.tool),
          visible(one.revision.target),
          visible(one.proposal.proposedByName),
          visible(age(one.ageSeconds)),
          visible(stateOf(one)),
          shortId(one.proposal.id),
        ],
        proposalId: one.proposal.id,
      }));
      const title =
        waiting.length === 0
          ? 'Nothing waits for a decision'
          : `${waiting.length}${waiting.length === LIMIT ? ' or more' : ''} waiting for a decision`;
      return ok(
        plainCard({
          title: visible(title),
          table: {
            columns: ['What', 'On', 'Asked for by', 'Age', 'State', 'Id'],
            rows,
            empty: 'Write what should happen, and its card will stand here.',
          },
        }),
      );
    },
  });
