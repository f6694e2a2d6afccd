import { z } from 'zod';
import type { Actor } from '../../dispatch/actor.ts';
import { type Card, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { inOneLine } from '../../dispatch/in-one-line.ts';
import { makeOffer } from '../../dispatch/make-offer.ts';
import { proposalCard } from '../../dispatch/proposal-card.ts';
import { listStandings, refusalFor, roleNow, type Standing } from '../../dispatch/standing.ts';
import { type Shown, visible } from '../../dispatch/visible.ts';
import { err, ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

/** Looked through, oldest first; and what one list may hold, so that somebody reads it. */
const LOOKED_AT = 500;
const MOST = 25;
const DIGEST = 12;

/** What is of low risk and waits for this very person, whom no rule keeps from approving it. */
const safeFor = async (heart: Heart, actor: Actor): Promise<Standing[]> => {
  const { db } = heart.database;
  const role = await roleNow(db, actor);
  const waiting = await listStandings(db, { projectId: actor.projectId, states: ['proposed'], limit: LOOKED_AT, oldestFirst: true });
  return waiting.filter((one) => one.revision.risk === 'low' && !one.switch.killed && refusalFor(one, actor.personId, role) === undefined);
};

const NOTHING = plainCard({
  title: visible('Nothing of low risk waits for you'),
  notes: [visible('/approvals lists everything that waits.')],
});

const listOf = (heart: Heart, shown: readonly { standing: Standing; said: Shown }[]): NonNullable<Card['table']> => ({
  columns: ['What', 'On', 'Exactly this', 'Risk', 'Asked for by', 'Digest'],
  rows: shown.map(({ standing: { proposal, revision }, said }) => ({
    cells: [
      visible(heart.tools.get(proposal.tool)?.title ?? proposal.tool),
      visible(revision.target),
      said,
      visible('Low'),
      visible(proposal.proposedByName),
      visible(revision.digest.slice(0, DIGEST)),
    ],
    proposalId: proposal.id,
  })),
  empty: '',
});

const left = (count: number, why: string): Shown[] => (count > 0 ? [visible(`${count} more ${count === 1 ? 'is' : 'are'} ${why}`)] : []);

export const approveSafe = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'approve-safe',
    summary: 'Approve all safe proposals: lists those of low risk that wait for you, with one button for exactly these',
    usage: '/approve-safe',
    changes: true,
    role: 'approver',
    args: z.strictObject({}),
    async run(_args, actor, { threadId }) {
      const { personId, projectId } = actor;
      if (personId === null) return err({ code: 'not_an_approver', message: 'A service key approves nothing.' });
      const safe = await safeFor(heart, actor);
      const lines = safe.map((standing) => ({
        standing,
        said: inOneLine(proposalCard(standing, heart.tools.get(standing.proposal.tool))),
      }));
      const short = lines.flatMap(({ standing, said }) => (said === undefined ? [] : [{ standing, said }]));
      const shown = short.slice(0, MOST);
      const notes = [
        ...left(lines.length - short.length, 'too long for a list: decide on the card.'),
        ...left(short.length - shown.length, 'not on this list: write /approve-safe again when it is decided.'),
      ];
      if (shown.length === 0)
        return ok(notes.length === 0 ? NOTHING : { ...NOTHING, title: visible('Nothing that fits a list waits for you'), notes });
      const items = shown.map(({ standing: { proposal, revision } }) => ({
        id: proposal.id,
        revision: proposal.revision,
        digest: revision.digest,
      }));
      const offer = await makeOffer(heart.database.db, { projectId, personId, threadId, items });
      const many = shown.length === 1 ? 'this one' : `these ${shown.length}`;
      return ok(
        plainCard({
          title: visible(`${shown.length} of low risk ${shown.length === 1 ? 'waits' : 'wait'} for you`),
          table: listOf(heart, shown),
          notes: [visible('The button is yours alone and works once. What changes until then is left out.'), ...notes],
          actions: [{ verb: 'bulk', label: `Approve ${many}`, offer, tone: 'primary' }],
        }),
      );
    },
  });
