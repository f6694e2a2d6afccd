import { z } from 'zod';
import { AUTONOMY_LEVELS } from './states.ts';

const Key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'A key is small letters, digits and -, such as payment-watcher.');

/** Everything that an agent is: configuration, and no code. The shipped ones are files, and others are deployed from chat; both read like this. */
export const AgentConfig = z.strictObject({
  /** How people address it (`@payment-watcher`). */
  key: Key,
  name: z.string().trim().min(1).max(60),
  summary: z.string().trim().min(1).max(300),
  /** What a model is told of its part. */
  prompt: z.string().trim().min(1).max(8000),
  /** The area that it works in, such as publishing: policies, autonomy and stops go by it, too. */
  domain: Key.default('general'),
  /** How far it goes where the policy names neither it nor its domain. */
  autonomy: z.enum(AUTONOMY_LEVELS).default('copilot'),
  /** Names of the tools that it may call, reading and writing ones; null: every tool but those that change power. */
  tools: z.array(z.string().min(1).max(60)).max(60).nullable().default(null),
  /** Another model of the same provider; null: the one that is set up. */
  model: z.string().min(1).max(100).nullable().default(null),
  /** The most steps of one run, and how many of its runs go on at a time. */
  maxSteps: z.int().min(1).max(50).default(12),
  concurrency: z.int().min(1).max(10).default(10),
});
export type AgentConfig = z.output<typeof AgentConfig>;

/** What this version knows of what is stored: another version may have written more, and that is left alone. */
const known = (stored: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(stored).filter(([name]) => name in AgentConfig.shape));

/**
 * The configuration in force: what ships, with what the project changed of it, or what the project made itself. Undefined where that does not
 * hold any more, as after an update or a hand in the database: such an agent is not at work until somebody puts it right.
 */
export const configInForce = (key: string, shipped: AgentConfig | undefined, stored: Record<string, unknown>): AgentConfig | undefined => {
  const read = AgentConfig.safeParse({ ...shipped, ...known(stored), key });
  return read.success ? read.data : undefined;
};

/** Stands in the place of a configuration that does not hold: it may be seen and put right, and can do nothing. */
export const unreadableConfig = (key: string): AgentConfig =>
  AgentConfig.parse({
    key,
    name: key,
    summary: 'Its stored configuration does not hold. Change it, or retire it.',
    prompt: 'You cannot work: your configuration does not hold. Say so.',
    autonomy: 'manual',
    tools: [],
  });
