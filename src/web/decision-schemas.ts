import { z } from '@hono/zod-openapi';
import { OUTCOMES } from '../db/read/decisions.ts';
import { DECISION_KINDS, RISKS, ROLES } from '../db/states.ts';
import type { Card } from '../dispatch/card.ts';

const Time = z.iso.datetime();

const Shown = z
  .custom<Card>((value) => typeof value === 'object' && value !== null)
  .openapi({ type: 'object', description: 'The card as it asked for this decision, as plain data.' });

/** One line of the decision log. */
export const DecisionInfo = z
  .object({
    id: z.string(),
    at: Time,
    kind: z.enum(DECISION_KINDS),
    /** Whose word it was: of an autopilot decision whoever signed the rule that is named beside. */
    by: z.string(),
    rule: z.string().nullable(),
    via: z.string(),
    proposalId: z.string(),
    tool: z.string(),
    title: z.string(),
    target: z.string(),
    risk: z.enum(RISKS),
    askedBy: z.string(),
    agentKey: z.string().nullable(),
    outcome: z.enum(OUTCOMES),
    errorCode: z.string().nullable(),
    costMicros: z.int().nullable(),
    ms: z.int().nullable(),
  })
  .openapi('Decision');
export type DecisionInfo = z.output<typeof DecisionInfo>;

/** A decision with what whoever decided saw, and why it was enough. */
export const DecisionDetail = DecisionInfo.extend({
  threadId: z.string(),
  revision: z.int(),
  digest: z.string(),
  /** Whether the digest of the decision is that of the revision, as both are stored. */
  digestHolds: z.boolean(),
  params: z.record(z.string(), z.unknown()),
  card: Shown,
  reason: z.string().nullable(),
  /** The rule of the policy that asked for it, and what it asked. */
  matchedRule: z.string(),
  because: z.string().nullable(),
  approvalsNeeded: z.int(),
  approverRole: z.enum(ROLES),
  approverGroup: z.string().nullable(),
  /** Of a group that a chat platform keeps: which one, for which account of theirs and when it said that they are in it. */
  lookUp: z
    .object({
      group: z.string(),
      platform: z.string(),
      workspace: z.string(),
      id: z.string(),
      name: z.string(),
      account: z.string(),
      askedAt: Time,
    })
    .nullable(),
  policyVersion: z.int().nullable(),
  votes: z.array(z.object({ person: z.string(), via: z.string(), at: z.string(), counted: z.boolean() })),
  /** A model's own words, and how sure it said it was, from 0 to 1. */
  reasoning: z.string().nullable(),
  confidence: z.number().nullable(),
}).openapi('DecisionDetail');
export type DecisionDetail = z.output<typeof DecisionDetail>;
