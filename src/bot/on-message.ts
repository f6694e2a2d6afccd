import type { Routed, Router } from '../agents/router.ts';
import { type Addressed, beginMessage, finishMessage } from '../db/answer.ts';
import type { Database } from '../db/client.ts';
import type { Actor } from '../dispatch/actor.ts';
import { type Card, plainCard } from '../dispatch/card.ts';
import type { Command } from '../dispatch/command.ts';
import type { Heart } from '../dispatch/heart.ts';
import { propose } from '../dispatch/propose.ts';
import { readStanding } from '../dispatch/standing.ts';
import { visible } from '../dispatch/visible.ts';
import type { Tool } from '../tools/tool.ts';
import { closeNames, readSlash, slashArguments } from './slash.ts';

export type Bot = { database: Database; heart: Heart; router: Router; tools: readonly Tool[]; commands: readonly Command[] };

/** What goes back into the thread: a line, a card, or nothing beside the proposal cards that were made. */
type Reply = { text?: string; card?: Card };

const suggest = (say: string, suggestions: readonly string[]): Reply => ({
  card: plainCard({ title: visible(say), actions: suggestions.map((text) => ({ verb: 'say', label: text, text, tone: 'plain' })) }),
});

/** Runs a command with the words that it was given, or answers what is wrong with them. */
export const runCommand = async (
  command: Command,
  raw: Record<string, unknown>,
  { actor, threadId }: { actor: Actor; threadId: string },
): Promise<Reply> => {
  const args = command.args.safeParse(raw);
  if (!args.success) return { text: `${args.error.issues.map((issue) => issue.message).join('. ')} Usage: ${command.usage}` };
  const answer = await command.run(args.data, actor, { threadId });
  return answer.ok ? { card: answer.value } : { text: answer.error.message };
};

const proposeAll = async (bot: Bot, message: Addressed, calls: (Routed & { kind: 'calls' })['calls']): Promise<Reply> => {
  const problems: string[] = [];
  for (const [index, call] of calls.entries()) {
    const wish = { threadId: message.threadId, tool: call.tool, input: call.input, origin: `${message.id}:${index}` };
    const proposed = await propose(bot.heart, message.actor, wish);
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

/** What is missing is asked for, in words that can be answered and on a form that can be filled in. */
const askInForm = (tool: Tool, say: string, input: Record<string, unknown>): Reply => ({
  card: plainCard({
    title: visible(say),
    facts: [{ label: 'Action', value: visible(tool.title) }],
    actions: [{ verb: 'fill', label: 'Fill in the rest', tone: 'primary' }],
    form: { tool: tool.name, input },
  }),
});

/** What the words left out the database may know, such as the id behind a name; what it does not know is asked. */
const completeOrAsk = async (bot: Bot, message: Addressed, routed: Routed & { kind: 'missing' }): Promise<Reply> => {
  const tool = bot.heart.tools.get(routed.tool);
  const { timeZone, actor } = message;
  const input = await tool?.complete?.(routed.input, { db: bot.database.db, projectId: actor.projectId, timeZone });
  if (tool && !tool.input.safeParse(input ?? routed.input).success) return askInForm(tool, routed.say, input ?? routed.input);
  if (!tool || !input) return { text: routed.say };
  return proposeAll(bot, message, [{ tool: tool.name, input }]);
};

const followRoute = async (bot: Bot, message: Addressed, routed: Routed): Promise<Reply> => {
  switch (routed.kind) {
    case 'calls':
      return proposeAll(bot, message, routed.calls);
    case 'command': {
      const command = bot.commands.find((one) => one.name === routed.name);
      // A router's word runs nothing that changes anything, whatever it says.
      if (!command || command.changes) return suggest('Press it if that is what you mean:', [`/${routed.name}`]);
      return runCommand(command, routed.args, message);
    }
    case 'missing':
      return completeOrAsk(bot, message, routed);
    case 'suggest':
      return suggest(routed.say, routed.suggestions);
    case 'text':
      return { text: routed.say };
    default:
      return routed satisfies never;
  }
};

const understand = async (bot: Bot, message: Addressed): Promise<Reply> => {
  const { tools, commands } = bot;
  const slash = readSlash(message.text, { commands, tools });
  const base = { tools, commands, now: message.at, timeZone: message.timeZone };
  switch (slash.kind) {
    case 'command':
      // A command may act at once: it is for a person who writes it, here and now.
      if (message.automatic) return { text: `A schedule cannot use /${slash.command.name}.` };
      return runCommand(slash.command, slashArguments(slash.command, slash.rest), message);
    case 'tool':
      return followRoute(bot, message, await bot.router.route({ ...base, text: slash.rest, only: slash.tool }));
    case 'unknown': {
      const close = closeNames(slash.name, [...commands.map((one) => one.name), ...tools.map((one) => one.slash)]);
      return suggest(`There is no /${slash.name} here.${close.length > 0 ? ' Did you mean one of these?' : ''}`, [
        ...close.map((name) => `/${name}`),
        '/help',
      ]);
    }
    case 'none':
      return followRoute(bot, message, await bot.router.route({ ...base, text: message.text.replace(/^\s*@wilco\b[,:]?\s*/i, '') }));
    default:
      return slash satisfies never;
  }
};

/**
 * Answers one stored message: understands it, makes its proposals, replies in its thread. Idempotent: a message that is answered already is
 * left alone, and one that was half answered makes no second card.
 */
export const onMessage = async (bot: Bot, messageId: string): Promise<void> => {
  const message = await beginMessage(bot.database, messageId);
  if (!message) return;
  const reply = await understand(bot, message);
  await finishMessage(bot.database, message, reply);
};
