import { z } from '@hono/zod-openapi';

export const GroupInfo = z
  .object({
    key: z.string(),
    name: z.string(),
    people: z.array(z.object({ id: z.string(), name: z.string() })),
    /** The group of a chat platform that says who is of it, asked when somebody decides; null: the people here are. */
    tie: z.object({ platform: z.string(), workspace: z.string(), id: z.string(), name: z.string() }).nullable(),
  })
  .openapi('Group');
export type GroupInfo = z.output<typeof GroupInfo>;

const Rule = z.object({
  id: z.string(),
  words: z.string(),
  /** What the form of `set_rule` is filled in with to change it. */
  input: z.record(z.string(), z.unknown()),
});

const Version = z.object({
  version: z.int(),
  at: z.iso.datetime(),
  /** Who asked for it; null: it shipped, or was set on the command line. */
  by: z.string().nullable(),
  proposalId: z.string().nullable(),
  /** Against the version before: lines with `+ `, `- ` or two spaces in front. */
  difference: z.string(),
});

export const PolicyInfo = z
  .object({
    version: z.int(),
    rules: z.array(Rule),
    otherwise: z.string(),
    limits: z.array(z.string()),
    content: z.array(z.string()),
    times: z.array(z.string()),
    autonomy: z.array(z.string()),
    /** The document itself. */
    document: z.record(z.string(), z.unknown()),
    /** The newest, the one in force first. */
    versions: z.array(Version),
  })
  .openapi('Policy');
export type PolicyInfo = z.output<typeof PolicyInfo>;

export const DryRunInfo = z
  .object({
    looked: z.int(),
    counts: z.object({ refused: z.int(), more: z.int(), fewer: z.int(), others: z.int(), same: z.int(), gone: z.int() }),
    examples: z.array(z.object({ id: z.string(), what: z.string(), from: z.string(), to: z.string() })),
    /** The same in words. */
    lines: z.array(z.string()),
    /** What would change in the policy, line by line. */
    difference: z.string(),
    /** Why it would be refused as things stand; null: it would not. */
    refused: z.string().nullable(),
  })
  .openapi('PolicyDryRun');
export type DryRunInfo = z.output<typeof DryRunInfo>;
