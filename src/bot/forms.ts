import { z } from 'zod';
import type { Command } from '../dispatch/command.ts';
import { jsonOf } from '../dispatch/compose.ts';
import { type FormField, fieldsOf, PERSON_IDS, readBack, writeOut } from '../dispatch/form-fields.ts';
import type { Standing } from '../dispatch/standing.ts';
import { type Shown, visible } from '../dispatch/visible.ts';
import type { Tool } from '../tools/tool.ts';
import type { Form } from './surface.ts';

/** What a form is about. It travels as one short text and comes back with what was filled in. */
export type FormOf =
  | { kind: 'reject' | 'edit' | 'settle'; proposalId: string; revision: number }
  /** The message that asked for what is missing. */
  | { kind: 'fill'; messageId: string }
  /** A command that was written without what it needs. */
  | { kind: 'command'; name: string }
  /** A tool that was chosen in a menu of the surface, by its slash, without everything that it needs. */
  | { kind: 'tool'; name: string };

const WRITTEN = /^(?:(reject|edit|settle)\.([0-9a-f-]{36})\.(\d{1,6})|fill\.([0-9a-f-]{36})|(command|tool)\.([a-z][a-z0-9_-]{0,39}))$/;

export const formId = (form: FormOf): string => {
  if (form.kind === 'fill') return `fill.${form.messageId}`;
  return 'name' in form ? `${form.kind}.${form.name}` : `${form.kind}.${form.proposalId}.${form.revision}`;
};

/** Undefined for what `formId` did not write. */
export const readFormId = (id: string): FormOf | undefined => {
  const [whole, kind, proposalId, revision, messageId, named, name] = WRITTEN.exec(id) ?? [];
  if (!whole) return undefined;
  if (messageId) return { kind: 'fill', messageId };
  if (name) return { kind: named === 'tool' ? 'tool' : 'command', name };
  return proposalId ? { kind: kind as 'reject' | 'edit' | 'settle', proposalId, revision: Number(revision) } : undefined; // the pattern allows no other
};

const REASON: FormField = {
  name: 'reason',
  label: 'Why not?',
  hint: undefined,
  control: 'text',
  choices: [],
  required: true,
  nullable: false,
};

/** A no needs a reason. */
export const rejectForm = (proposalId: string, revision: number, title: Shown): Form => ({
  id: formId({ kind: 'reject', proposalId, revision }),
  title: 'Reject',
  about: title,
  submit: 'Reject',
  fields: [{ ...REASON, value: '' }],
});

/** What became of an effect that nobody can tell, in the words that people use for it. */
export const SETTLEMENTS = { 'It happened': 'executed', 'It did not happen': 'failed', 'Leave it open': 'leave' } as const;

export const settleForm = (proposalId: string, revision: number, title: Shown): Form => ({
  id: formId({ kind: 'settle', proposalId, revision }),
  title: 'What became of it?',
  about: title,
  submit: 'Settle',
  fields: [
    {
      name: 'outcome',
      label: 'Look at the other side, then say',
      hint: undefined,
      control: 'choice',
      choices: Object.keys(SETTLEMENTS),
      required: true,
      nullable: false,
      value: '',
    },
  ],
});

type Fillable = { input: z.ZodObject };

const schemas = new WeakMap<Fillable['input'], readonly FormField[]>();

/** The fields of a tool's form, in the tool's order. */
export const toolFields = ({ input }: Fillable): readonly FormField[] => {
  const known = schemas.get(input) ?? fieldsOf(z.toJSONSchema(input, { io: 'input' }));
  schemas.set(input, known);
  return known;
};

const filledIn = (tool: Fillable, input: Record<string, unknown>): Form['fields'] =>
  toolFields(tool).map((field) => ({ ...field, value: writeOut(field, input[field.name]) }));

const objectOf = (text: string): Record<string, unknown> => {
  const value = jsonOf(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
};

/** The arguments as they stand, to be changed. */
export const editForm = ({ proposal, revision }: Standing, tool: Tool): Form => ({
  id: formId({ kind: 'edit', proposalId: proposal.id, revision: proposal.revision }),
  title: 'Edit',
  about: visible(tool.title),
  submit: 'Save',
  fields: filledIn(tool, objectOf(revision.inputText)),
});

/** What an order left open, with what it did say filled in. */
export const fillForm = (messageId: string, tool: Tool, input: Record<string, unknown>): Form => ({
  id: formId({ kind: 'fill', messageId }),
  title: tool.title.slice(0, 24),
  about: visible(tool.summary),
  submit: 'Propose',
  fields: filledIn(tool, input),
});

/** What a command needs to know. `given`: what was filled in before, with what is wrong with it. */
export const commandForm = ({ name, summary, args }: Command, given?: { input: Record<string, unknown>; problem: string }): Form => ({
  id: formId({ kind: 'command', name }),
  title: `/${name}`.slice(0, 24),
  about: visible(given?.problem ?? summary),
  submit: 'Run',
  fields: filledIn({ input: args }, given?.input ?? {}),
});

/** What a tool that was chosen in a menu still needs to know, with what was given filled in. */
export const toolForm = (tool: Tool, given: { input: Record<string, unknown>; problem: string }): Form => ({
  id: formId({ kind: 'tool', name: tool.slash }),
  title: tool.title.slice(0, 24),
  about: visible(given.problem),
  submit: 'Propose',
  fields: filledIn(tool, given.input),
});

/** What was filled in as the tool's input, or what is wrong, by field. The schema looks at it after this. */
export const readForm = (
  tool: Fillable,
  values: Record<string, string>,
): { input: Record<string, unknown> } | { problems: Record<string, string> } => {
  const input: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  const named = new Set(Object.entries(PERSON_IDS).flatMap(([name, id]) => (values[name] ? [id] : [])));
  for (const field of toolFields(tool)) {
    const value = values[field.name] ?? '';
    // Nobody types an id: beside a name that was typed it is looked up.
    if (value === '' && named.has(field.name)) continue;
    const read = readBack(field, value);
    if ('problem' in read) problems[field.name] = read.problem;
    else if (read.value !== undefined) input[field.name] = read.value;
  }
  return Object.keys(problems).length > 0 ? { problems } : { input };
};
