import { hiddenFields } from '../agents/model/schema.ts';
import type { Command } from '../dispatch/command.ts';
import type { FormField } from '../dispatch/form-fields.ts';
import type { Tool } from '../tools/tool.ts';
import { toolFields } from './forms.ts';
import { isSuggested } from './suggest.ts';

/** One value that can be filled in for a line of the menu. `suggests`: what is typed can be completed (`ChatEvent`, kind `choosing`). */
export type MenuField = FormField & { suggests: boolean };

/**
 * One line that can be written with a slash, for a surface that offers them to be chosen, with what it takes. `proposes`: what comes of it is a
 * card for everybody, and not an answer for whoever wrote it.
 */
export type MenuEntry = { name: string; summary: string; fields: readonly MenuField[]; proposes: boolean };

/** What a single line cannot hold is left to a form. */
const ONE_VALUE = ({ control }: FormField): boolean => control !== 'json' && control !== 'list';

const fieldsOf = (slash: string, fields: readonly FormField[], needs: (field: FormField) => boolean): MenuField[] =>
  fields
    .filter(ONE_VALUE)
    .map((field) => ({ ...field, required: field.required && needs(field), suggests: isSuggested(slash, field) }))
    .sort((a, b) => Number(b.required) - Number(a.required));

/** What a tool fills in by itself is asked of nobody; of the rest is needed what every way of saying it names. */
const entryOf = (tool: Tool): MenuEntry => {
  const { slash, summary, phrases, complete } = tool;
  const hidden = hiddenFields(tool);
  const open = toolFields(tool).filter(({ name }) => !hidden.includes(name));
  const needs = ({ name }: FormField): boolean => !complete || phrases.every((phrase) => phrase.includes(`{${name}}`));
  return { name: slash, summary, fields: fieldsOf(slash, open, needs), proposes: true };
};

/** Every command and every tool, from the registries that everything else reads. */
export const menuOf = (known: { commands: readonly Command[]; tools: readonly Tool[] }): readonly MenuEntry[] => [
  ...known.commands.map(({ name, summary, args }) => ({
    name,
    summary,
    fields: fieldsOf(name, toolFields({ input: args }), () => true),
    proposes: false,
  })),
  ...known.tools.map(entryOf),
];
