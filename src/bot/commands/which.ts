import { proposalsLike, proposalsOfThread } from '../../db/read/proposals.ts';
import type { ProposalState } from '../../db/states.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { type Card, plainCard } from '../../dispatch/card.ts';
import type { CommandContext, CommandError } from '../../dispatch/command.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { listStandings, readStanding, type Standing } from '../../dispatch/standing.ts';
import { type Shown, visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';

/** As many of them as a person may have to choose from. */
const CHOICES = 10;
const SHORT = 8;

/** The beginning of a proposal's id, as lists show it and commands take it. */
export const shortId = (id: string): Shown => visible(id.slice(0, SHORT));

export const titleOf = (heart: Heart, { proposal }: Standing): string => heart.tools.get(proposal.tool)?.title ?? proposal.tool;

/** "Create a task: landing page", for a sentence about it. */
export const named = (heart: Heart, standing: Standing): string => `${titleOf(heart, standing)}: ${standing.revision.target}`;

/** The proposal whose id begins like this, when it is the only one. */
export const byShortId = async (heart: Heart, actor: Actor, written: string): Promise<Result<Standing, CommandError>> => {
  const { projectId } = actor;
  const { db } = heart.database;
  const [id, ...others] = await proposalsLike(db, { projectId, beginning: written, limit: 2 });
  if (others.length > 0)
    return err({ code: 'ambiguous_id', message: `More than one begins with ${visible(written)}. Write more of its id.` });
  const standing = id === undefined ? undefined : await readStanding(db, projectId, id);
  const none = `Nothing here has an id that begins with ${visible(written.slice(0, 40))}. /approvals and the cards show ids.`;
  return standing ? ok(standing) : err({ code: 'proposal_missing', message: none });
};

export type Meant = { kind: 'one'; standing: Standing } | { kind: 'choose'; card: Card };

type Asked = { actor: Actor; ctx: CommandContext; id: string | undefined; state: ProposalState; command: string; none: string };

const choice = (heart: Heart, standings: readonly Standing[], command: string): Card =>
  plainCard({
    title: visible('Which one do you mean?'),
    table: {
      columns: ['What', 'On', 'Id'],
      rows: standings.map((one) => ({
        cells: [visible(titleOf(heart, one)), visible(one.revision.target), shortId(one.proposal.id)],
        proposalId: one.proposal.id,
      })),
      empty: '',
    },
    actions: standings.map((one) => {
      const text = `${command} ${shortId(one.proposal.id)}`;
      return { verb: 'say', label: text, text, tone: 'plain' };
    }),
  });

/** The proposal that a command is about: the one that is named, or the only one of its conversation in that state. Never a guess. */
export const meant = async (heart: Heart, asked: Asked): Promise<Result<Meant, CommandError>> => {
  const { actor, ctx, id, state, command, none } = asked;
  const { projectId } = actor;
  if (id !== undefined) {
    const found = await byShortId(heart, actor, id);
    return found.ok ? ok({ kind: 'one', standing: found.value }) : found;
  }
  const { db } = heart.database;
  const ids = await proposalsOfThread(db, { projectId, threadId: ctx.threadId, state, limit: CHOICES });
  const [first, ...others] = await listStandings(db, { projectId, ids, limit: ids.length });
  if (!first) return err({ code: 'nothing_found', message: none });
  return ok(others.length === 0 ? { kind: 'one', standing: first } : { kind: 'choose', card: choice(heart, [first, ...others], command) });
};
