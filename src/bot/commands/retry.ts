import { z } from 'zod';
import { retry } from '../../dispatch/after.ts';
import { plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';
import { meant, named } from './which.ts';

export const retryFailed = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'retry',
    summary: 'Attempt again what failed here, or the one with that id',
    usage: '/retry [id]',
    changes: true,
    role: 'approver',
    args: z.strictObject({ id: z.string().max(100).optional() }),
    rest: 'id',
    async run({ id }, actor, ctx) {
      const none = 'Nothing in this conversation has failed. To retry something else, use its card, or write /retry and its id.';
      const found = await meant(heart, { actor, ctx, id, state: 'failed', command: '/retry', none });
      if (!found.ok) return found;
      if (found.value.kind === 'choose') return ok(found.value.card);
      const { standing } = found.value;
      const again = await retry(heart, actor, standing.proposal.id);
      return again.ok ? ok(plainCard({ title: visible(`Trying “${named(heart, standing)}” again`) })) : again;
    },
  });
