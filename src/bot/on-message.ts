import type { Answered, Ask, Routed, Turn } from '../agents/router.ts';
import { type Addressed, beginMessage, finishMessage } from '../db/answer.ts';
import { filesOf } from '../db/attachments.ts';
import { pointBelow } from '../db/growing.ts';
import { readHistory, type Said } from '../db/read/history.ts';
import { splitThreadId } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import { plainCard } from '../dispatch/card.ts';
import type { Command } from '../dispatch/command.ts';
import { jsonOf } from '../dispatch/compose.ts';
import { storable } from '../dispatch/thread.ts';
import { visible } from '../dispatch/visible.ts';
import type { Tool } from '../tools/tool.ts';
import type { Bot, Heard, Reply } from './answering.ts';
import { awayReply, orOtherwise, type Speaker, withoutName } from './as-agent.ts';
import { createOutsideGrowing } from './grow-outside.ts';
import { createGrowing, type Growing, together } from './growing.ts';
import { proposeAll } from './propose-calls.ts';
import { closeNames, readSlash, slashArguments } from './slash.ts';
import { isStopped, untilStopped, type Waiting } from './stop.ts';
import { Stopped } from './stopped.ts';
import { noteReply } from './task-reply.ts';
import { handedTo, handOver, toRun } from './to-run.ts';
import { unusedFiles, withFiles } from './with-files.ts';

const suggest = (say: string, suggestions: readonly string[]): Reply => ({
  card: plainCard({
    title: visible(say),
    actions: suggestions.map((text) => ({ verb: 'say', label: visible(text), text: storable(text), tone: 'plain' })),
  }),
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
const completeOrAsk = async (bot: Bot, message: Heard, routed: Routed & { kind: 'missing' }): Promise<Reply> => {
  const tool = bot.heart.tools.get(routed.tool);
  const { timeZone, actor } = message;
  const context = { db: bot.database.db, projectId: actor.projectId, timeZone };
  const input = await tool?.complete?.(routed.input, context);
  const why = tool?.uncompleted && !tool.input.safeParse(input).success ? await tool.uncompleted(routed.input, context) : undefined;
  if (why !== undefined) return { text: storable(why) };
  if (tool && !tool.input.safeParse(input ?? routed.input).success) return askInForm(tool, routed.say, input ?? routed.input);
  if (!tool || !input) return { text: routed.say };
  return proposeAll(bot, message, [{ tool: tool.name, input }]);
};

/**
 * What is no order is said of the task that the thread is about, if it is about one; what it may have meant is offered all the same, but not to
 * people who talk to one another.
 */
const orNote = async (bot: Bot, message: Heard, { say, suggestions }: Routed & { kind: 'suggest' }): Promise<Reply> => {
  const reply = await noteReply(bot.heart, message);
  if (message.aside && (!reply || 'ask' in reply)) return {};
  if (!reply) return suggest(say, suggestions);
  if ('ask' in reply) return suggest('Which task is that about? Or did you mean something else?', [...reply.ask, ...suggestions]);
  return suggest(`Noted on the task “${reply.noted}”. If you meant something else:`, suggestions);
};

const followRoute = async (bot: Bot, message: Heard, routed: Routed): Promise<Reply> => {
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
      return orNote(bot, message, routed);
    case 'text':
      await noteReply(bot.heart, message);
      return { text: routed.say };
    case 'hand_over': {
      const { heart, roster } = bot;
      const given = roster && !message.automatic ? await handOver({ heart, roster }, message, routed.agent) : undefined;
      return given ? { given } : { text: `That is for ${routed.agent}. Write to @${routed.agent}.` };
    }
    default:
      return routed satisfies never;
  }
};

const unusedNote = (routed: Routed, { files }: Heard): string | undefined => {
  const names = unusedFiles(routed, files);
  if (names.length === 0) return undefined;
  return `I did nothing with ${names.map((name) => visible(name)).join(', ')}. Say what to do with ${names.length === 1 ? 'it' : 'them'}, for example: write this to notes/${visible(names[0] ?? '')}`;
};

/**
 * The words of a model carry its name; a line on why none answered, and one on what was not used, stand for themselves and so go before what
 * the grammar says.
 */
const follow = async (bot: Bot, message: Heard, { model, notice, ...answered }: Answered): Promise<Reply> => {
  const { speaker, text } = message;
  const own = speaker ? orOtherwise(answered, speaker, withoutName(text, speaker.agent.key)) : answered;
  const routed = withFiles(own, bot.heart.tools, message.files);
  const reply = await followRoute(bot, message, routed);
  const isNothing = reply.text === undefined && reply.card === undefined && routed.kind === 'suggest';
  if (isNothing) return reply;
  const lines = [notice, unusedNote(routed, message), reply.text].filter((line) => line !== undefined);
  const told = lines.length > 0 ? { ...reply, text: lines.join('\n') } : reply;
  return model !== undefined && routed.kind === 'text' ? { ...told, writtenBy: model } : told;
};

const turnOf = ({ author, text, proposal }: Said): Turn => {
  const input = proposal ? jsonOf(proposal.inputText) : undefined;
  if (!proposal || typeof input !== 'object' || input === null) return { author, text };
  return { author, text, calls: [{ tool: proposal.tool, input: { ...input }, state: proposal.state }] };
};

const asAgent = (speaker: Speaker | undefined) => (speaker ? { agent: { key: speaker.agent.key, name: speaker.agent.name } } : {});

/** What hears the answer while it is written: the room in passing, an outside thread in a message. */
const hearing = ({ heart, router }: Bot, message: Heard): Growing => {
  const { actor, threadId, id: messageId, speaker, waiting } = message;
  const { projectId } = actor;
  const inRoom = createGrowing(heart.signals, { projectId, threadId, messageId, model: router.name });
  const by = { writtenBy: router.name, ...asAgent(speaker) };
  const outside = createOutsideGrowing(heart, message, { by, onGone: waiting.abandon });
  return together(outside ? [inRoom, outside] : [inRoom]);
};

const askRouter = async (bot: Bot, message: Heard, ask: Pick<Ask, 'text' | 'only'>): Promise<Reply> => {
  const { commands, router } = bot;
  const { actor, threadId, id: messageId, at: now, timeZone, said, speaker, files, waiting } = message;
  const tools = speaker?.tools ?? bot.tools;
  const part = speaker ? { part: speaker.agent.prompt } : {};
  const { projectId, personId, name, role } = actor;
  const by = { projectId, personId, name, role, threadId, messageId };
  const agents = bot.roster && !speaker && !ask.only ? await handedTo({ roster: bot.roster }, projectId) : [];
  const growing = hearing(bot, message);
  const { onText, onCall } = growing;
  const answered = await router
    .route({
      ...ask,
      ...part,
      tools,
      commands,
      now,
      timeZone,
      by,
      files,
      ...(agents.length > 0 ? { agents } : {}),
      history: said.map(turnOf),
      signal: waiting.signal,
      onText,
      onCall,
    })
    .finally(() => growing.stop());
  if (waiting.isStopped()) throw new Stopped();
  return follow(bot, message, answered);
};

const understand = async (bot: Bot, message: Heard): Promise<Reply> => {
  const { tools, commands } = bot;
  const slash = readSlash(message.text, { commands, tools });
  switch (slash.kind) {
    case 'command':
      // A command may act at once: it is for a person who writes it, here and now.
      if (message.automatic) return { text: `A schedule cannot use /${slash.command.name}.` };
      return runCommand(slash.command, slashArguments(slash.command, slash.rest), message);
    case 'tool':
      return askRouter(bot, message, { text: slash.rest, only: slash.tool });
    case 'unknown': {
      const close = closeNames(slash.name, [...commands.map((one) => one.name), ...tools.map((one) => one.slash)]);
      return suggest(`There is no /${slash.name} here.${close.length > 0 ? ' Did you mean one of these?' : ''}`, [
        ...close.map((name) => `/${name}`),
        '/help',
      ]);
    }
    case 'none':
      return askRouter(bot, message, { text: withoutName(message.text, message.speaker?.agent.key ?? 'wilco') });
    default:
      return slash satisfies never;
  }
};

/** The answer is somebody else's, who takes longer: what had begun to grow says so. */
const leave = ({ database }: Bot, { id, threadId }: Addressed): Promise<unknown> | undefined =>
  splitThreadId(threadId)?.surface === 'room' ? undefined : database.transaction(({ db }) => pointBelow(db, id));

const answer = async (bot: Bot, message: Addressed, waiting: Waiting): Promise<void> => {
  const { heart, roster, database } = bot;
  const { db } = database;
  const { id: messageId, threadId } = message;
  const [said, files, speaker, stopped] = await Promise.all([
    readHistory(db, { threadId, messageId }),
    filesOf(db, messageId),
    bot.speaker(message.actor.projectId, message.agentKey),
    isStopped(heart, message),
  ]);
  const isSlash = readSlash(message.text, bot).kind !== 'none';
  const away = !isSlash && speaker?.away && awayReply(speaker);
  if (roster && !isSlash && !away && (await toRun({ heart, roster }, message, speaker?.agent))) return void (await leave(bot, message));
  if (stopped) return finishMessage(database, message, {});
  const { given, ...reply } = away
    ? suggest(away.say, away.suggestions)
    : await understand(bot, { ...message, said, files, speaker, waiting });
  if (given) return void (await leave(bot, message));
  const text = reply.text === undefined ? {} : { text: storable(reply.text) };
  await finishMessage(database, message, { ...reply, ...asAgent(speaker), ...text });
};

/**
 * Answers one stored message: understands it, makes its proposals, replies in its thread. Idempotent: a message that is answered already is
 * left alone, and one that was half answered makes no second card. Throws when `signal` aborts before there is an answer.
 */
export const onMessage = async (bot: Bot, messageId: string, signal?: AbortSignal): Promise<void> => {
  const waiting = untilStopped(bot.heart.signals, messageId, signal);
  try {
    const message = await beginMessage(bot.database, messageId);
    if (message) await answer(bot, message, waiting);
  } catch (error) {
    // What people read of it is written by whoever stopped it.
    if (!(error instanceof Stopped)) throw error;
  } finally {
    waiting.end();
  }
};
