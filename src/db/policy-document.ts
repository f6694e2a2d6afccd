import { z } from 'zod';
import { RISKS, ROLES } from './states.ts';

const Match = z.strictObject({
  /** Names of tools; absent: every tool. */
  tools: z.array(z.string()).min(1).optional(),
  risks: z.array(z.enum(RISKS)).min(1).optional(),
});

const Outcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('refuse'), reason: z.string().min(1).max(300) }),
  z.strictObject({
    kind: z.literal('ask'),
    approvals: z.int().min(1).max(20),
    role: z.enum(ROLES),
    /** May the requester, or whoever edited, be one of the approvers? */
    selfApproval: z.boolean().default(false),
  }),
]);

export const PolicyRule = z.strictObject({ id: z.string().regex(/^[a-z0-9_-]{1,60}$/), match: Match, outcome: Outcome });
export type PolicyRule = z.output<typeof PolicyRule>;

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
});
export type PolicyDocument = z.output<typeof PolicyDocument>;

/** Everything waits for one person who may approve, and nobody approves what they asked for. What changes power asks an admin: see `dispatch/policy.ts`. */
export const SHIPPED_POLICY: PolicyDocument = {
  schema: 1,
  rules: [],
  otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: false },
  expireAfterHours: null,
  dailyLimitMicros: null,
  allowedHosts: [],
};
