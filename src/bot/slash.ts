import type { Command } from '../dispatch/command.ts';
import type { Tool } from '../tools/tool.ts';

/** What a line that begins with a slash names. */
export type Slash =
  | { kind: 'command'; command: Command; rest: string }
  | { kind: 'tool'; tool: Tool; rest: string }
  | { kind: 'unknown'; name: string }
  | { kind: 'none' };

const LINE = /^\s*(?:@wilco\s+)?\/([a-z][a-z0-9_-]{0,39})(?:\s+|$)/i;

/** `/` and a name, then the rest as it stands. A path such as `/etc/hosts is full` names nothing that we have and is not a slash command. */
export const readSlash = (text: string, known: { commands: readonly Command[]; tools: readonly Tool[] }): Slash => {
  const [whole, written] = LINE.exec(text) ?? [];
  if (!whole || !written) return { kind: 'none' };
  const name = written.toLowerCase();
  const rest = text.slice(whole.length);
  const command = known.commands.find((one) => one.name === name);
  if (command) return { kind: 'command', command, rest };
  const tool = known.tools.find((one) => one.slash === name);
  return tool ? { kind: 'tool', tool, rest } : { kind: 'unknown', name };
};

/** The words after a command as its arguments: into the one that takes the rest, or `key value` pairs are not a thing here. */
export const slashArguments = (command: Command, rest: string): Record<string, unknown> =>
  command.rest && rest.trim() !== '' ? { [command.rest]: rest.trim() } : {};

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** Names a typing slip away from what was written, nearest first. */
export const closeNames = (name: string, names: readonly string[]): string[] =>
  names
    .map((known) => ({ known, far: known.startsWith(name) ? 1 : distance(name, known) }))
    .filter(({ far }) => far <= 2)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ known }) => known);
