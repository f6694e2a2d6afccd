import { z } from 'zod';
import { type Settlement, settle } from '../../dispatch/after.ts';
import { plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';
import { meant, named } from './which.ts';

const OUTCOMES = { happened: 'executed', not: 'failed', leave: 'leave' } as const satisfies Record<string, Settlement>;
const isOutcome = (word: string): word is keyof typeof OUTCOMES => Object.hasOwn(OUTCOMES, word);

const SAY: Record<keyof typeof OUTCOMES, string> = {
  happened: 'Settled: it happened',
  not: 'Settled: it did not happen. /retry attempts it again',
  leave: 'Left as it is: nobody can tell yet',
};

/** What was said, and about which; `not` may be said as "did not happen". */
const SAID = /^(happened|(?:it )?did not happen|not|leave)(?: +([0-9a-f-]{4,36}))?$/i;
const USE = 'Say what became of it: happened, not, or leave.';

export const settleUnknown = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'settle',
    summary: 'Say what became of an action whose outcome nobody knows',
    usage: '/settle happened, not or leave [id]',
    changes: true,
    role: 'approver',
    args: z.strictObject({ said: z.string(USE).trim().regex(SAID, USE) }),
    rest: 'said',
    async run({ said }, actor, ctx) {
      const [, words = '', id] = SAID.exec(said) ?? [];
      const lower = words.toLowerCase();
      const word = isOutcome(lower) ? lower : 'not';
      const none = 'Nothing in this conversation is unsettled. /approvals lists what is.';
      const found = await meant(heart, { actor, ctx, id, state: 'unknown', command: `/settle ${word}`, none });
      if (!found.ok) return found;
      if (found.value.kind === 'choose') return ok(found.value.card);
      const { standing } = found.value;
      const settled = await settle(heart, actor, { proposalId: standing.proposal.id, outcome: OUTCOMES[word] });
      return settled.ok ? ok(plainCard({ title: visible(SAY[word]), notes: [visible(named(heart, standing))] })) : settled;
    },
  });
