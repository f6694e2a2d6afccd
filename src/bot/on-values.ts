import { ensureThread } from '../db/talk.ts';
import { threadId } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import { type FormField, readBack } from '../dispatch/form-fields.ts';
import { propose } from '../dispatch/propose.ts';
import type { HeartError } from '../dispatch/sentences.ts';
import { ok, type Result } from '../result.ts';
import type { Tool } from '../tools/tool.ts';
import { commandForm, toolFields, toolForm } from './forms.ts';
import type { EventDeps } from './on-event.ts';
import { runCommand } from './on-message.ts';
import { answerOf } from './on-press.ts';
import { say } from './say.ts';
import type { Answer, ChatEvent } from './surface.ts';

type Happened = Pick<ChatEvent, 'eventId' | 'place'>;

const HERE_ALREADY = 'Exactly this is waiting for a decision already. /approvals shows it.';

/**
 * Proposes what was filled in for a tool, as it was filled in, in the place where that was done. The same event a second time finds what it
 * became. Answers what there is to say of it, or why it could not be proposed, with the fields that are wrong.
 */
export const proposeValues = async (
  { heart, database }: Pick<EventDeps, 'heart' | 'database'>,
  { eventId, place }: Happened,
  at: { actor: Actor; tool: Tool; input: Record<string, unknown> },
): Promise<Result<Answer, HeartError>> => {
  const { actor, tool, input } = at;
  const thread = threadId(place);
  const { projectId } = actor;
  if (!(await ensureThread(database.db, { id: thread, projectId, create: true, title: tool.title })))
    return ok(say('That is no place of Wilco’s.'));
  const proposed = await propose(heart, actor, { threadId: thread, tool: tool.name, input, origin: `${place.surface}/${eventId}` });
  if (!proposed.ok) return proposed;
  return ok(proposed.value.joined ? say(HERE_ALREADY) : { kind: 'nothing' });
};

/** The same for a line of a menu, which had no room to say what is wrong: that is asked for in the form. */
const proposeOrAsk = async (deps: EventDeps, event: Happened, at: Parameters<typeof proposeValues>[2]): Promise<Answer> => {
  const proposed = await proposeValues(deps, event, at);
  if (proposed.ok) return proposed.value;
  const { message, fields } = proposed.error;
  if (!fields?.length) return say(message);
  return { kind: 'form', form: toolForm(at.tool, { input: at.input, problem: fields.map((field) => field.message).join(' ') }) };
};

const CHANGED = 'That command has changed since this menu was made. Choose it again.';

/** What was given, and nothing else: what was left out is for the schema to fill in or to ask for. */
const readValues = (
  fields: readonly FormField[],
  values: Record<string, string>,
): { input: Record<string, unknown> } | { problem: string } => {
  const input: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(values)) {
    const field = fields.find((one) => one.name === name);
    // A menu that is older than the registry names what is not there: what somebody filled in is never passed over.
    if (!field) return { problem: CHANGED };
    const read = readBack(field, text);
    if ('problem' in read) return { problem: `${field.label}: ${read.problem}` };
    if (read.value !== undefined) input[name] = read.value;
  }
  return { input };
};

/** Runs a command, or proposes a tool's action, with the values that were filled in for it: each goes to the schema as it is. */
export const onValues = async (
  deps: EventDeps,
  event: Happened & { line: string; values: Record<string, string> },
  actor: Actor,
): Promise<Answer> => {
  const { line: name, values, place } = event;
  const command = deps.commands.find((one) => one.name === name);
  const tool = deps.tools.find(({ slash }) => slash === name);
  const fillable = command ? { input: command.args } : tool;
  if (!fillable) return say(`There is no /${name} here.`);
  const read = readValues(toolFields(fillable), values);
  if ('problem' in read) return say(read.problem);
  if (!command) return tool ? proposeOrAsk(deps, event, { actor, tool, input: read.input }) : say(CHANGED);
  const parsed = command.args.safeParse(read.input);
  if (parsed.success) return answerOf(await runCommand(command, read.input, { actor, threadId: threadId(place) }));
  const problem = Object.keys(values).length > 0 ? parsed.error.issues.map((issue) => issue.message).join(' ') : command.summary;
  return { kind: 'form', form: commandForm(command, { input: read.input, problem }) };
};
