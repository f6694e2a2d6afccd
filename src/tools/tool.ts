import type { z } from 'zod';
import type { Db } from '../db/client.ts';
import type { PolicyDocument } from '../db/policy-document.ts';
import type { Risk } from '../db/states.ts';
import type { Blocked, Preview } from '../db/tables/proposals.ts';
import type { Result } from '../result.ts';

/**
 * What may happen when a worker dies in mid-effect.
 * `transactional`: rows in our own database through `ctx.tx`; made anew. `keyed`: the other side honours `ctx.idempotencyKey`; made anew with it.
 * `unsafe`: never again by itself; a person settles what became of it.
 */
export type Replay = 'transactional' | 'keyed' | 'unsafe';

/** What a preview may read: the database, and who asks. */
export type PreviewContext = { db: Db; projectId: string };

/** What filling in may know besides: on whose clock it was said. */
export type CompleteContext = PreviewContext & { timeZone: string };

/** An action that another one will bring about later, by its tool's name and its exact input. */
export type InnerAction = { tool: string; input: Record<string, unknown> };

export type ToolContext = {
  /** For `transactional` tools the very transaction that settles the run; for others a plain connection. */
  tx: Db;
  projectId: string;
  proposalId: string;
  threadId: string;
  requesterId: string | null;
  /** The same for every attempt at this effect. */
  idempotencyKey: string;
  /** Aborts on kill, on a lost lease and at the time limit. */
  signal: AbortSignal;
  /** To be called right before the first byte leaves. Throws when another worker has taken over. */
  beforeDispatch(): Promise<void>;
  /** One line for the thread while the work goes on. */
  progress(line: string): Promise<void>;
};

/** The action that takes another one back; `why` when nothing can. */
export type Undo = { ok: true; tool: string; input: Record<string, unknown> } | { ok: false; why: string };

/** `summary` is shown in the thread; `data` is for the API. `costMicros`: what it did cost, where that is known; absent: what was estimated. */
export type ToolDone = { summary: string; data?: Record<string, unknown>; costMicros?: number };

/** `notDispatched`: provably nothing happened. Without it the outcome is `unknown`, and a person settles it. */
export type ToolError = { code: string; message: string; notDispatched: boolean };

/**
 * What a form and the grammar need to know of one argument; it travels in the JSON Schema.
 * `slot` says which words can fill it: `date`, `recurrence`, `moment`, `priority` and `money` are understood; `email`, `url` and `host` are known by
 * their looks; `path`, `channel`, `name` and `document` are one token or quoted; `words` is free text. A recurrence is handed over as its one text
 * (tools/schedule), a moment as `2026-11-27T09:00`; the zone they are meant in goes to the argument `time_zone`, where there is one, and the
 * currency of money to `currency`. The control `channel` is the id of a channel of the surface that the arguments `platform` and `workspace` name, or
 * `none`; it is picked where that surface shows the form.
 */
export type FieldMeta = {
  title: string;
  control: 'line' | 'text' | 'date' | 'number' | 'channel' | 'choice';
  slot?:
    | 'words'
    | 'path'
    | 'channel'
    | 'name'
    | 'document'
    | 'email'
    | 'url'
    | 'host'
    | 'date'
    | 'moment'
    | 'recurrence'
    | 'priority'
    | 'number'
    | 'money'
    | 'choice';
};
export const field = (meta: FieldMeta): FieldMeta => meta;

/**
 * One thing that can be done. Contract: `risk`, `target` and `cost` are pure; `preview` only reads; `execute` never throws for what can be
 * expected, and may be called again for the same effect when `replay` allows it.
 */
export type Tool<Schema extends z.ZodObject = z.ZodObject> = {
  name: string;
  /** What a person types: `/task`. */
  slash: string;
  /** The card's title, in the imperative: "Create a task". */
  title: string;
  /** Read by the router and shown on the card. */
  summary: string;
  /** Sentences that mean this tool: for the router, `/help` and the empty room. */
  examples: readonly string[];
  /** How people say it, with `{field}` where an argument stands; the built-in grammar reads these. */
  phrases: readonly string[];
  effect: 'read' | 'write';
  replay: Replay;
  /** Raised when the meaning of the same input changes: open cards of the older one are void. */
  version: number;
  /** Each field carries `.meta(field({ … }))`: its label, its form control, how words become its value. */
  input: Schema;
  /** The lowest role that may propose it; `operator` when absent. */
  proposerRole?: 'operator' | 'admin';
  /** Changes who may do what. The policy asks an admin for these unless a rule says more. */
  changesPower?: boolean;
  /** What it makes of the policy, for one that changes it. Pure: what a card says of its effect on past proposals goes by it. */
  policy?(input: z.output<Schema>, document: PolicyDocument): PolicyDocument;
  /** Only another action brings it about: no router, list or slash command offers it. */
  internal?: boolean;
  /**
   * What it will bring about without being asked again, such as the action of a schedule. Pure. Whoever may propose and approve this one has
   * to be able to propose and approve each of those, and a card shows every argument of them.
   */
  inner?(input: z.output<Schema>): readonly InnerAction[];
  /** Whose account at the other side it acts on. */
  account: string;
  /** On what, in a few words: a file, a channel, a person. */
  target(input: z.output<Schema>): string;
  risk(input: z.output<Schema>): Risk;
  /** Which platform's rules of the policy it is under, such as `email`; none when absent. Pure. */
  platform?(input: z.output<Schema>): string | undefined;
  /** Estimated cost in millionths of a US dollar; free when absent. */
  costMicros?(input: z.output<Schema>): number;
  /**
   * Fills in what words cannot carry, such as the id of a person who was named, before the card is made; what it does not know it leaves out,
   * and the schema then says what is missing. The card shows what was filled in, like everything else.
   */
  complete?(input: Record<string, unknown>, ctx: CompleteContext): Promise<Record<string, unknown>>;
  /** Why `complete` could not fill in what it was given, where asking for more fields would help nobody. Undefined: those are asked for. */
  uncompleted?(input: Record<string, unknown>, ctx: CompleteContext): Promise<string | undefined>;
  preview(input: z.output<Schema>, ctx: PreviewContext): Promise<Preview>;
  /**
   * Why it cannot be carried out as things stand, if so: a host that is not allowed, a secret that is not there. Asked for the card, for the
   * decision and for the start, the last two under locks: it reads a few rows of the database and nothing else.
   */
  blocked?(input: z.output<Schema>, ctx: PreviewContext): Promise<Blocked | undefined>;
  /**
   * What would take an executed one back, from its input and the `data` that it answered, or why nothing can: also when what it made has been
   * changed since. It is proposed like any other action. Absent: it cannot be undone.
   */
  undo?(done: { input: z.output<Schema>; data: Record<string, unknown> }, ctx: PreviewContext): Promise<Undo>;
  execute(input: z.output<Schema>, ctx: ToolContext): Promise<Result<ToolDone, ToolError>>;
};

/** Fixes a tool's input type while it is written; registries hold it as a plain `Tool`, whose input is to be parsed first. */
export const defineTool = <Schema extends z.ZodObject>(tool: Tool<Schema>): Tool => tool;
