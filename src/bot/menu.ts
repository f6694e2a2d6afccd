import type { Command } from '../dispatch/command.ts';
import type { Tool } from '../tools/tool.ts';

/** One line that can be written with a slash, for a surface that offers them to be chosen. */
export type MenuEntry = { name: string; summary: string /** What may follow it; null: nothing does. */; takes: string | null };

/** Every command and every tool, from the registries that everything else reads. */
export const menuOf = (known: { commands: readonly Command[]; tools: readonly Tool[] }): readonly MenuEntry[] => [
  ...known.commands.map(({ name, summary, usage, rest }) => ({ name, summary, takes: rest ? usage.replace(/^\/\S+\s*/, '') : null })),
  ...known.tools.map(({ slash, summary, examples }) => ({ name: slash, summary, takes: examples[0] ?? summary })),
];
