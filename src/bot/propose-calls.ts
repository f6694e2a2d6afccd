import type { Routed } from '../agents/router.ts';
import type { Addressed } from '../db/answer.ts';
import { isWaitedFor } from '../db/waited-for.ts';
import { type Alongside, proposeWith } from '../dispatch/propose.ts';
import { readStanding } from '../dispatch/standing.ts';
import type { Bot, Heard, Reply } from './answering.ts';
import { correctCard } from './correct-card.ts';
import { Stopped } from './stopped.ts';

type Calls = (Routed & { kind: 'calls' })['calls'];

/** Looked at in the proposal's own transaction: whoever ends the answer changes the message first. */
const ifWaitedFor = (message: Heard): Alongside => ({
  async check({ db }) {
    if (!(await isWaitedFor(db, message))) throw new Stopped();
    return undefined;
  },
  done: async () => undefined,
});

/** Fills in what only the database knows, such as the id behind a name; answers what could not be found as a sentence. */
const completeAll = async (bot: Bot, message: Heard, calls: Calls): Promise<Calls | string> => {
  const context = { db: bot.database.db, projectId: message.actor.projectId, timeZone: message.timeZone };
  const completed: Calls = [];
  for (const call of calls) {
    const tool = bot.heart.tools.get(call.tool);
    if (!tool?.complete || tool.input.safeParse(call.input).success) completed.push(call);
    else {
      const input = await tool.complete(call.input, context);
      if (!tool.input.safeParse(input).success)
        return `${tool.title}: there is nothing by that name, or more than one. Nothing is done yet.`;
      completed.push({ tool: call.tool, input });
    }
  }
  return completed;
};

/**
 * Proposes what a message was understood as, each call once however often it is answered. Throws `Stopped` where nobody waits for it any
 * more: what somebody took back or put otherwise makes no card.
 */
export const proposeAll = async (bot: Bot, message: Heard, wanted: Calls): Promise<Reply> => {
  const calls = await completeAll(bot, message, wanted);
  if (typeof calls === 'string') return { text: calls };
  const corrected = await correctCard(bot.heart, message, { calls, said: message.said });
  if (corrected !== undefined) return { text: corrected };
  const problems: string[] = [];
  for (const [index, call] of calls.entries()) {
    const wish = { threadId: message.threadId, tool: call.tool, input: call.input, origin: `${message.id}:${index}` };
    const proposed = await proposeWith(bot.heart, { actor: message.actor, wish, alongside: ifWaitedFor(message) });
    if (!proposed.ok) problems.push(proposed.error.message);
    else if (proposed.value.joined && (await isElsewhere(bot, message, proposed.value.proposalId)))
      problems.push('Exactly this is waiting for a decision already. /approvals shows it.');
  }
  return problems.length > 0 ? { text: problems.join('\n') } : {};
};

/** A joined proposal whose card is in this very thread needs no word more. */
const isElsewhere = async (bot: Bot, message: Addressed, proposalId: string): Promise<boolean> => {
  const standing = await readStanding(bot.database.db, message.actor.projectId, proposalId);
  return standing?.proposal.origin?.startsWith(`${message.id}:`) !== true;
};
