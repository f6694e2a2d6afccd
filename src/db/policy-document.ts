import { z } from 'zod';
import { AUTONOMY_LEVELS, RISKS, ROLES } from './states.ts';

const Key = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/);
const Micros = z.int().min(0);

/**
 * One thing that has to be so of the input. `field`: a name, or a path with dots (`body.amount`). What is not there fulfils nothing but `absent`.
 * `>` and its like compare numbers; `domain_in` the part of an address behind its @; `matches` finds any of these words, whole, in any case.
 */
export const Condition = z.discriminatedUnion('is', [
  z.strictObject({ field: z.string().min(1).max(120), is: z.enum(['>', '>=', '<', '<=']), value: z.number() }),
  z.strictObject({
    field: z.string().min(1).max(120),
    is: z.enum(['=', '!=']),
    value: z.union([z.string().max(300), z.number(), z.boolean()]),
  }),
  z.strictObject({
    field: z.string().min(1).max(120),
    is: z.enum(['in', 'not_in', 'domain_in', 'domain_not_in', 'matches']),
    value: z.array(z.string().min(1).max(300)).min(1).max(200),
  }),
  z.strictObject({ field: z.string().min(1).max(120), is: z.enum(['present', 'absent']) }),
]);
export type Condition = z.output<typeof Condition>;

const Match = z.strictObject({
  /** Names of tools; absent: every tool. */
  tools: z.array(z.string()).min(1).optional(),
  risks: z.array(z.enum(RISKS)).min(1).optional(),
  /** Keys of agents; absent: whoever proposes. A person at the dispatcher is no agent. */
  agents: z.array(Key).min(1).optional(),
  /** Domains of agents. */
  domains: z.array(Key).min(1).optional(),
  /** All of them have to be so. */
  where: z.array(Condition).min(1).max(10).optional(),
});

const Ask = z.strictObject({
  kind: z.literal('ask'),
  approvals: z.int().min(1).max(20),
  role: z.enum(ROLES),
  /** Whoever approves has to be of this group, too. */
  group: Key.optional(),
  /** May the requester, or whoever edited, be one of the approvers? */
  selfApproval: z.boolean().default(false),
});

const Outcome = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('refuse'), reason: z.string().min(1).max(300) }), Ask]);

export const PolicyRule = z.strictObject({ id: z.string().regex(/^[a-z0-9_-]{1,60}$/), match: Match, outcome: Outcome });
export type PolicyRule = z.output<typeof PolicyRule>;

/**
 * Lets one agent on autopilot act by itself, on the word of the person who signed it. It counts for nothing before it is signed, past `until`,
 * for an agent that is not on autopilot, and where another rule refuses or asks for more than one approver.
 */
export const AutopilotRule = z.strictObject({
  id: z.string().regex(/^[a-z0-9_-]{1,60}$/),
  agent: Key,
  tools: z.array(z.string()).min(1).max(60),
  risks: z.array(z.enum(RISKS)).min(1).optional(),
  where: z.array(Condition).min(1).max(10).optional(),
  /** Whoever completed the approval of the card that made it. */
  signedBy: z.uuid(),
  signedAt: z.iso.datetime(),
  until: z.iso.datetime(),
  /** At most so many in a day (UTC). */
  perDay: z.int().min(1).max(10_000).optional(),
});
export type AutopilotRule = z.output<typeof AutopilotRule>;

/** The most that one spender may use. Null: no limit. */
export const SpendingLimits = z.strictObject({
  dayMicros: Micros.nullable().default(null),
  monthMicros: Micros.nullable().default(null),
  dayTokens: Micros.nullable().default(null),
  monthTokens: Micros.nullable().default(null),
});
export type SpendingLimits = z.output<typeof SpendingLimits>;

/** What no text that goes out may hold, and whom nothing goes to. Each refuses, with a sentence that says which rule it was. */
const ContentRules = z.strictObject({
  words: z.array(z.string().min(1).max(100)).max(500).default([]),
  /** Hosts that a link may lead to; null: any. */
  linkHosts: z.array(z.string().min(1).max(253)).max(500).nullable().default(null),
  /** Addresses, or domains with an @ in front (`@example.com`). */
  blockedRecipients: z.array(z.string().min(1).max(320)).max(2000).default([]),
  /** Only to these; null: to anybody who is not blocked. */
  allowedRecipients: z.array(z.string().min(1).max(320)).max(2000).nullable().default(null),
});
export type ContentRules = z.output<typeof ContentRules>;

/** What one platform allows: how long a text may be there, how many in a day, how many hashtags. */
const PlatformRule = z.strictObject({
  longest: z.int().min(1).max(100_000).optional(),
  perDay: z.int().min(1).max(10_000).optional(),
  hashtags: z.int().min(0).max(100).optional(),
});

/** Between these times of the project's day autopilot proposes instead of acting, and nobody is reminded. */
const QuietHours = z.strictObject({
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
});

/** One rung of the ladder that a card climbs while nobody decides: whom it is told to, and after how long. Nobody's silence decides anything. */
const Rung = z.strictObject({
  afterMinutes: z.int().min(1).max(525_600),
  to: z.union([z.enum(['approvers', 'admins', 'owner']), z.strictObject({ group: Key })]),
});

/** The first rule that matches decides; `otherwise` when none does. */
export const PolicyDocument = z.strictObject({
  schema: z.literal(1),
  rules: z.array(PolicyRule).max(200),
  otherwise: Outcome,
  /** Hours after which an undecided proposal lapses; null: never, which is how it ships. */
  expireAfterHours: z.int().min(1).max(8760).nullable(),
  /** The most that may be spent in a day, in millionths of a US dollar; null: no limit. */
  dailyLimitMicros: z.int().min(0).nullable(),
  /** Hosts that actions may send to, such as `api.example.com`; everything else is blocked. */
  allowedHosts: z.array(z.string().min(1).max(253)).max(500).default([]),
  /** How far agents may go, each and by their domain: the more careful of both counts. What is not named goes as far as it was configured. */
  autonomy: z
    .strictObject({
      agents: z.record(Key, z.enum(AUTONOMY_LEVELS)).default({}),
      domains: z.record(Key, z.enum(AUTONOMY_LEVELS)).default({}),
    })
    .default({ agents: {}, domains: {} }),
  autopilot: z.array(AutopilotRule).max(200).default([]),
  /** Beside `dailyLimitMicros`: of the project as a whole, and of each agent that is named. */
  limits: z.strictObject({ project: SpendingLimits.optional(), agents: z.record(Key, SpendingLimits).default({}) }).default({ agents: {} }),
  content: ContentRules.optional(),
  platforms: z.record(Key, PlatformRule).default({}),
  quietHours: QuietHours.nullable().default(null),
  ladder: z.array(Rung).max(10).default([]),
  /** When the digest of the day is posted in the team room, by the project's clock; null: never. */
  digestAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .nullable()
    .default('18:00'),
});
export type PolicyDocument = z.output<typeof PolicyDocument>;

/** Everything waits for one person who may approve, and nobody approves what they asked for. What changes power asks an admin: see `dispatch/policy.ts`. */
export const SHIPPED_POLICY: PolicyDocument = PolicyDocument.parse({
  schema: 1,
  rules: [],
  otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: false },
  expireAfterHours: null,
  dailyLimitMicros: null,
});
