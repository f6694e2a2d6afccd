import type { z } from 'zod';
import type { Command } from '../../dispatch/command.ts';
import { storable } from '../../dispatch/thread.ts';
import type { Tool } from '../../tools/tool.ts';
import type { Ask, Routed } from '../router.ts';
import type { Meant, Offered } from './offers.ts';
import type { ModelReply } from './port.ts';
import { hiddenFields, readMaps } from './schema.ts';

type Call = ModelReply['calls'][number];
type Input = Record<string, unknown>;

type Open = { kind: 'open'; tool: Tool; input: Input; problems: { field: string; label: string; message: string }[] };

/** What one call of a model comes to. Only `good` ever becomes a card. */
type Read =
  | { kind: 'good'; tool: string; input: Input }
  | Open
  | { kind: 'command'; name: string; args: Input; changes: boolean; line: string }
  | { kind: 'hand_over'; agent: string }
  | { kind: 'unknown' };

const LONGEST_TEXT = 4000;
const MOST_CALLS = 10;

/** What is put on a button becomes somebody's own words when it is pressed: nothing invisible may be in it. */
const plain = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}/gu, '');

const isInput = (value: unknown): value is Input => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A model fills in null for what it leaves out, and ids that it cannot know. */
export const cleaned = (tool: Tool, raw: unknown): Input => {
  const input = readMaps(tool, raw);
  if (!isInput(input)) return {};
  const hidden = hiddenFields(tool);
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => value !== null && !hidden.includes(name)));
};

const labelOf = (tool: Tool, field: string): string => {
  const shape = new Map<string, z.ZodType>(Object.entries(tool.input.shape) as [string, z.ZodType][]); // zod's own types of a shape are wider
  const title = shape.get(field)?.meta()?.title;
  return typeof title === 'string' ? title : field.slice(0, 40);
};

/** The arguments that hold on their own: what a form or the tool itself goes on with. */
const holding = (tool: Tool, input: Input): Input => {
  const shape = new Map<string, z.ZodType>(Object.entries(tool.input.shape) as [string, z.ZodType][]); // as above
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => shape.get(name)?.safeParse(value).success === true));
};

/** What people are told of it: the tool's own sentences, and ours where it has none. */
const messageOf = (issue: z.core.$ZodIssue, given: boolean): string => {
  if (issue.code === 'unrecognized_keys') return 'there is no such argument.';
  return issue.code === 'invalid_type' && !given ? 'it is missing.' : issue.message;
};

const readTool = (tool: Tool, raw: unknown): Read => {
  const input = cleaned(tool, raw);
  const parsed = tool.input.safeParse(input);
  if (parsed.success) return { kind: 'good', tool: tool.name, input: parsed.data };
  const problems = parsed.error.issues.map((issue) => {
    const field = String(issue.path[0] ?? (issue.code === 'unrecognized_keys' ? issue.keys[0] : '') ?? '');
    return { field, label: labelOf(tool, field), message: messageOf(issue, field in input) };
  });
  return { kind: 'open', tool, input: holding(tool, input), problems };
};

const readHandOver = (raw: unknown, ask: Ask): Read => {
  const wanted = isInput(raw) ? raw.agent : undefined;
  const agent = ask.agents?.find(({ key }) => key === wanted);
  return agent ? { kind: 'hand_over', agent: agent.key } : { kind: 'unknown' };
};

const readCommand = (command: Command, raw: unknown): Read => {
  const parsed = command.args.safeParse(isInput(raw) ? raw : {});
  const args = parsed.success ? parsed.data : {};
  const rest = command.rest ? args[command.rest] : undefined;
  const line = `/${command.name}${typeof rest === 'string' && rest !== '' ? ` ${plain(rest.slice(0, 150))}` : ''}`;
  return { kind: 'command', name: command.name, args, changes: command.changes, line };
};

const readCall = (call: Call, meant: ReadonlyMap<string, Meant>, ask: Ask): Read => {
  const found = meant.get(call.name);
  switch (found?.kind) {
    case undefined:
      return { kind: 'unknown' };
    case 'tool':
      return readTool(found.tool, call.input);
    case 'hand_over':
      return readHandOver(call.input, ask);
    case 'command':
      return readCommand(found.command, call.input);
    default:
      return found satisfies never;
  }
};

const suggest = (say: string, suggestions: readonly string[] = []): Routed => ({
  kind: 'suggest',
  say,
  suggestions: [...new Set(suggestions)].slice(0, 3),
});

const examplesOf = (reads: readonly Read[], ask: Ask): string[] => {
  const named = reads.flatMap((read) => (read.kind === 'open' ? [read.tool] : []));
  return (named.length > 0 ? named : ask.tools).flatMap((tool) => tool.examples.slice(0, 1));
};

const askAbout = ({ tool, input, problems }: Open): Routed & { kind: 'missing' } => {
  const first = new Map(problems.map(({ label, message }) => [label, message]));
  const say = [...first].map(([label, message]) => (label === '' ? message : `${label}: ${message}`)).join(' ');
  const fields = [...new Set(problems.map(({ field }) => field))].filter((field) => field !== '');
  return { kind: 'missing', tool: tool.name, input, fields, say: `${tool.title}: I cannot propose that yet. ${say}`.slice(0, 900) };
};

/** One command alone: shown at once when it only shows, a button when it changes something. */
const answerCommand = (read: Read & { kind: 'command' }): Routed =>
  read.changes
    ? suggest('That is a command. It works when you press it:', [read.line])
    : { kind: 'command', name: read.name, args: read.args };

/** Only what the tool itself fills in is missing. */
const isCompletable = ({ tool, problems }: Open): boolean => {
  const hidden = hiddenFields(tool);
  return problems.every(({ field }) => hidden.includes(field));
};

const AGAIN = 'Nothing is done yet. Say it again with that, or one thing at a time.';

/** An order is carried out whole or not at all. */
const answerMany = (reads: readonly Read[], ask: Ask): Routed => {
  if (reads.length > MOST_CALLS) return suggest(`That would be ${reads.length} actions at once. Say up to ${MOST_CALLS} at a time.`);
  const open = reads.find((read): read is Open => read.kind === 'open' && !isCompletable(read));
  if (open) return suggest(`${askAbout(open).say} ${AGAIN}`, examplesOf([open], ask));
  const commands = reads.flatMap((read) => (read.kind === 'command' ? [read.line] : []));
  if (commands.length > 0) return suggest('Commands are one thing, actions another. Say them one at a time:', commands);
  const calls = reads.flatMap((read) => {
    if (read.kind === 'good') return [{ tool: read.tool, input: read.input }];
    return read.kind === 'open' ? [{ tool: read.tool.name, input: read.input }] : [];
  });
  if (calls.length < reads.length) return suggest(`I understood only a part of that. ${AGAIN}`, examplesOf(reads, ask));
  return { kind: 'calls', calls };
};

const answerOne = (read: Read, ask: Ask): Routed => {
  switch (read.kind) {
    case 'good':
      return { kind: 'calls', calls: [{ tool: read.tool, input: read.input }] };
    case 'command':
      return answerCommand(read);
    case 'open':
      return askAbout(read);
    case 'hand_over':
      return read;
    case 'unknown':
      return suggest('There is no such action here. What I can do, for example:', examplesOf([], ask));
    default:
      return read satisfies never;
  }
};

const answerText = ({ text, cut }: ModelReply): Routed | undefined => {
  const say = storable(text).trim();
  if (say === '') return undefined;
  return { kind: 'text', say: say.length > LONGEST_TEXT || cut ? `${say.slice(0, LONGEST_TEXT).toWellFormed()}…` : say };
};

/** What a model answered as something that a router may answer; undefined when there is nothing in it. Never throws: the model is not ours. */
export const readReply = (reply: ModelReply, offered: Offered, ask: Ask): Routed | undefined => {
  const reads = reply.calls.map((call) => readCall(call, offered.meant, ask));
  const [first] = reads;
  if (!first) return answerText(reply);
  return reads.length === 1 ? answerOne(first, ask) : answerMany(reads, ask);
};
