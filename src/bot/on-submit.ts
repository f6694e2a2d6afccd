import { threadId } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import { settle } from '../dispatch/after.ts';
import { decide } from '../dispatch/decide.ts';
import { revise } from '../dispatch/revise.ts';
import { type HeartError, heartError } from '../dispatch/sentences.ts';
import { readStanding } from '../dispatch/standing.ts';
import type { Result } from '../result.ts';
import { openFormOf, proposeFilled } from './fill.ts';
import { readForm, readFormId, SETTLEMENTS } from './forms.ts';
import type { EventDeps } from './on-event.ts';
import { runCommand } from './on-message.ts';
import { answerOf } from './on-press.ts';
import { proposeValues } from './on-values.ts';
import { readPicked } from './picked.ts';
import { say } from './say.ts';
import type { Answer, ChatEvent } from './surface.ts';

type Submitted = ChatEvent & { kind: 'submit' };

const fill = async ({ heart }: EventDeps, actor: Actor, at: { messageId: string; values: Submitted['values'] }): Promise<Answer> => {
  const open = await openFormOf(heart, actor, at.messageId);
  if (!open) return say('That form is not known here any more.');
  const read = readForm(open.tool, at.values);
  if ('problems' in read) return { kind: 'invalid', problems: read.problems };
  return answerTo(await proposeFilled(heart, actor, { open, input: read.input }));
};

/** What is wrong with the fields stays with the form; anything else is a sentence. */
const answerTo = (done: Result<unknown, HeartError>): Answer => {
  if (done.ok) return { kind: 'nothing' };
  const { fields, message } = done.error;
  if (!fields?.length) return { kind: 'invalid', problems: { '': message } };
  return { kind: 'invalid', problems: Object.fromEntries(fields.map((field) => [field.name, field.message])) };
};

const edit = async ({ heart }: EventDeps, actor: Actor, at: { proposalId: string; revision: number; values: Submitted['values'] }) => {
  const { proposalId, revision, values } = at;
  const standing = await readStanding(heart.database.db, actor.projectId, proposalId);
  const tool = standing && heart.tools.get(standing.proposal.tool);
  if (!tool) return say(heartError('proposal_missing').message);
  const read = readForm(tool, values);
  if ('problems' in read) return { kind: 'invalid', problems: read.problems } satisfies Answer;
  return answerTo(await revise(heart, actor, { proposalId, revision, input: read.input }));
};

const isOutcome = (text: string): text is keyof typeof SETTLEMENTS => Object.hasOwn(SETTLEMENTS, text);

/** A command with what it lacked, as if it had been written whole. */
const runFilled = async (deps: EventDeps, { values, place }: Submitted, at: { actor: Actor; name: string }): Promise<Answer> => {
  const command = deps.commands.find(({ name }) => name === at.name);
  if (!command) return say(`There is no /${at.name} here.`);
  const read = readForm({ input: command.args }, values);
  if ('problems' in read) return { kind: 'invalid', problems: read.problems };
  const parsed = command.args.safeParse(read.input);
  if (!parsed.success)
    return { kind: 'invalid', problems: Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message])) };
  return answerOf(await runCommand(command, read.input, { actor: at.actor, threadId: threadId(place) }));
};

/** What a tool that was chosen in a menu lacked, proposed where it was chosen. */
const proposeChosen = async (deps: EventDeps, submitted: Submitted, at: { actor: Actor; slash: string }): Promise<Answer> => {
  const tool = deps.tools.find(({ slash }) => slash === at.slash);
  if (!tool) return say(`There is no /${at.slash} here.`);
  const read = readForm(tool, submitted.values);
  if ('problems' in read) return { kind: 'invalid', problems: read.problems };
  const proposed = await proposeValues(deps, submitted, { actor: at.actor, tool, input: read.input });
  return proposed.ok ? proposed.value : answerTo(proposed);
};

/** What a filled-in form does. The heart looks at everything again: a form that was open for a day decides nothing that has changed. */
export const onSubmit = async (deps: EventDeps, { picked, ...event }: Submitted, actor: Actor): Promise<Answer> => {
  const { heart } = deps;
  const people = await readPicked(deps.database, picked ?? {}, event.who);
  if ('problems' in people) return { kind: 'invalid', problems: people.problems };
  const submitted = { ...event, values: { ...event.values, ...people.values } };
  const form = readFormId(submitted.form);
  const { values } = submitted;
  switch (form?.kind) {
    case 'reject': {
      const { proposalId, revision } = form;
      return answerTo(await decide(heart, actor, { verb: 'reject', proposalId, revision, reason: values.reason ?? '' }));
    }
    case 'edit':
      return edit(deps, actor, { ...form, values });
    case 'settle': {
      const { outcome = '' } = values;
      if (!isOutcome(outcome)) return { kind: 'invalid', problems: { outcome: 'Choose one of the three.' } };
      return answerTo(await settle(heart, actor, { proposalId: form.proposalId, outcome: SETTLEMENTS[outcome] }));
    }
    case 'command':
      return runFilled(deps, submitted, { actor, name: form.name });
    case 'tool':
      return proposeChosen(deps, submitted, { actor, slash: form.name });
    case 'fill':
      return fill(deps, actor, { messageId: form.messageId, values });
    case undefined:
      return say('That form is not known here any more. Press the button again.');
    default:
      return form satisfies never;
  }
};
