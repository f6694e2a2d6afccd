import type { Routed } from '../agents/router.ts';
import type { StoredFile } from '../db/attachments.ts';
import type { Tool } from '../tools/tool.ts';
import { toolFields } from './forms.ts';

/** How people, and models, say that an argument is what a file holds. */
const NAMED = /^@file:(.{1,120})$/;
const MEANT =
  /^(?:this|it|that|(?:the |my )?(?:attached )?(?:file|attachment|document|text)|(?:the )?attached|what is attached|the content of the (?:file|attachment))\.?$/i;

/** The file that a value stands for: named, or the only one there is. */
const fileFor = (value: unknown, files: readonly StoredFile[]): StoredFile | undefined => {
  if (typeof value !== 'string') return undefined;
  const [, name] = NAMED.exec(value.trim()) ?? [];
  if (name) return files.find((file) => file.name === name);
  return files.length === 1 && MEANT.test(value.trim()) ? files[0] : undefined;
};

type Call = { tool: string; input: Record<string, unknown> };

/** The arguments with files in the place of what stands for them. Only long texts can be files. */
const filled = (call: Call, tool: Tool, files: readonly StoredFile[]): Call => {
  const long = new Set(
    toolFields(tool)
      .filter(({ control }) => control === 'text')
      .map(({ name }) => name),
  );
  const input = Object.entries(call.input).map(([name, value]) => [name, (long.has(name) && fileFor(value, files)?.text) || value]);
  return { tool: call.tool, input: Object.fromEntries(input) };
};

/** The one long text that was left out, when there is exactly one file that could be it. */
const withMissing = (routed: Routed & { kind: 'missing' }, tool: Tool, files: readonly StoredFile[]): Routed => {
  const [file, ...others] = files;
  const [wanted, ...more] = routed.fields;
  const isLong = toolFields(tool).some(({ name, control }) => name === wanted && control === 'text');
  if (!file || others.length > 0 || !wanted || more.length > 0 || !isLong) return routed;
  return { kind: 'calls', calls: [{ tool: routed.tool, input: { ...routed.input, [wanted]: file.text } }] };
};

/** What a router answered, with the files of the message as content where they were meant. Nothing in a file is ever read as an order. */
export const withFiles = (routed: Routed, tools: ReadonlyMap<string, Tool>, files: readonly StoredFile[]): Routed => {
  if (files.length === 0) return routed;
  if (routed.kind === 'missing') {
    const tool = tools.get(routed.tool);
    return tool ? withMissing(routed, tool, files) : routed;
  }
  if (routed.kind !== 'calls') return routed;
  return {
    kind: 'calls',
    calls: routed.calls.map((call) => {
      const tool = tools.get(call.tool);
      return tool ? filled(call, tool, files) : call;
    }),
  };
};

/** Which of the files no action uses: their author is told, so that nothing is lost unseen. */
export const unusedFiles = (routed: Routed, files: readonly StoredFile[]): readonly string[] => {
  const used = routed.kind === 'calls' ? routed.calls.flatMap(({ input }) => Object.values(input)) : [];
  return files.filter(({ text }) => !used.includes(text)).map(({ name }) => name);
};
