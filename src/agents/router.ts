import type { ProposalState, Role } from '../db/states.ts';
import type { Command } from '../dispatch/command.ts';
import type { Tool } from '../tools/tool.ts';

/** What was said before in the same thread, oldest first. `calls` are the actions that came of it, as they stand on their cards now. */
export type Turn = {
  author: 'person' | 'wilco';
  text: string;
  calls?: readonly { tool: string; input: Record<string, unknown>; state?: ProposalState }[];
};

/** Whose words are to be understood, and where they stand. */
export type Asker = {
  projectId: string;
  personId: string | null;
  name: string;
  role: Role;
  threadId: string;
  messageId: string;
  /** The agent whose budget it is, and its run. */
  agentKey?: string;
  runId?: string;
};

/** What a router may choose from, and what it may know. */
export type Ask = {
  text: string;
  tools: readonly Tool[];
  commands: readonly Command[];
  now: Date;
  /** IANA name, e.g. `Europe/Berlin`: dates in the text are days of this zone. */
  timeZone: string;
  /** A slash command named its tool: only its arguments are to be found. */
  only?: Tool;
  /** Earlier turns of the thread, the newest last: what "no, Thursday" is about. Empty for a first message. */
  history?: readonly Turn[];
  /** Who asks. Without it nothing is counted against anybody. */
  by?: Asker;
  /** What the agent that is addressed is told of its part. */
  part?: string;
  /** Files that came with the message. */
  files?: readonly { name: string; text: string }[];
  /** Agents that the message may be handed to. */
  agents?: readonly { key: string; when: string }[];
  /** Aborts when nobody waits for the answer any more. */
  signal?: AbortSignal;
  /** Hears a text answer while it grows. A router that answers at once never calls it. */
  onText?(delta: string): void;
  /** Hears the name of an action as soon as its arguments are being written. */
  onCall?(tool: string): void;
};

/**
 * What a router may answer. It never acts. `calls` have passed the tool's own schema, but for what its `complete` fills in; anything less is
 * a question.
 * `command` is for commands that change nothing; one that changes something comes as a suggestion to press.
 */
export type Routed =
  | { kind: 'calls'; calls: { tool: string; input: Record<string, unknown> }[] }
  | { kind: 'command'; name: string; args: Record<string, unknown> }
  | { kind: 'missing'; tool: string; input: Record<string, unknown>; fields: string[]; say: string }
  | { kind: 'suggest'; say: string; suggestions: string[] }
  | { kind: 'text'; say: string }
  | { kind: 'hand_over'; agent: string };

/** How an answer came about. `model` names the one that wrote `say`; `notice` is one line on why none did. */
export type Told = { model?: string; notice?: string };
export type Answered = Routed & Told;

/** Contract: never throws for anything in `text`, only when `signal` aborts; abstains (`suggest`) rather than guesses. */
export type Router = { name: string; route(ask: Ask): Promise<Answered> };
