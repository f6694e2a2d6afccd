import { z } from 'zod';
import { lastDoneBy } from '../../db/read/proposals.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { plainCard } from '../../dispatch/card.ts';
import { type CommandContext, type CommandError, defineCommand } from '../../dispatch/command.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { readStanding, type Standing } from '../../dispatch/standing.ts';
import { type Undoing, undo } from '../../dispatch/undo.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CommandDeps } from './deps.ts';
import { byShortId, named } from './which.ts';

const NOTHING =
  'Nothing that you asked for in this conversation can be undone. To undo something else, use its card, or write /undo and its id.';

/** The last thing of this person in this conversation that was carried out and has a way back. */
const lastOfMine = async (heart: Heart, actor: Actor, { threadId }: CommandContext): Promise<Result<Standing, CommandError>> => {
  const { projectId, personId } = actor;
  const { db } = heart.database;
  const tools = [...heart.tools.values()].filter((tool) => tool.undo).map((tool) => tool.name);
  const id = personId === null ? undefined : await lastDoneBy(db, { projectId, personId, threadId, tools });
  const standing = id === undefined ? undefined : await readStanding(db, projectId, id);
  return standing ? ok(standing) : err({ code: 'nothing_found', message: NOTHING });
};

const sayOf = ({ state, joined, waits }: Undoing): string => {
  if (joined)
    return state === 'failed'
      ? 'Undoing it was tried and failed; its card says why.'
      : 'Undoing it is on its way already, on a card of its own.';
  if (state === 'approved') return 'You approved that by asking for it; its card says what comes of it.';
  return waits ? `Its card waits for somebody who may approve it. ${waits.message}` : 'Your yes is on record; its card waits for others.';
};

export const undoLast = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'undo',
    summary: 'Take back the last thing that you had done here, or the one with that id',
    usage: '/undo [id]',
    changes: true,
    role: 'operator',
    args: z.strictObject({ id: z.string().max(100).optional() }),
    rest: 'id',
    async run({ id }, actor, ctx) {
      const found = id === undefined ? await lastOfMine(heart, actor, ctx) : await byShortId(heart, actor, id);
      if (!found.ok) return found;
      const undone = await undo(heart, actor, found.value.proposal.id);
      if (!undone.ok) return undone;
      return ok(plainCard({ title: visible(`Undoing “${named(heart, found.value)}”`), notes: [visible(sayOf(undone.value))] }));
    },
  });
