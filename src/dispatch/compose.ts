import type { z } from 'zod';
import type { Db } from '../db/client.ts';
import { PolicyDocument } from '../db/policy-document.ts';
import type { revisions } from '../db/tables/proposals.ts';
import { err, ok, type Result } from '../result.ts';
import { looksLikeSecret } from '../tools/key-shapes.ts';
import type { Tool } from '../tools/tool.ts';
import { type AgentAt, agentAt } from './actor.ts';
import { contentRefusal } from './content/content.ts';
import { canonicalText, digestOf, toolHash } from './digest.ts';
import { dryRunLines, dryRunOf, pastMonth } from './dry-run.ts';
import { hashesOf, type Part, partsHash, partsOf, partsRisk, ruleOnParts, type Tools } from './parts.ts';
import { type PolicyInForce, type Ruling, supervised } from './policy.ts';
import { type HeartError, heartError } from './sentences.ts';

export type ParsedInput = { input: Record<string, unknown>; text: string };

const fieldsOf = (error: z.ZodError): { name: string; message: string }[] =>
  error.issues.map((issue) => ({
    name: issue.path.map(String).join('.') || String(('keys' in issue && issue.keys[0]) || ''),
    message: issue.message,
  }));

/** Nothing deeper than this is anybody's argument; it keeps the walk below, and every later one, within bounds. */
const DEEPEST = 32;

const strings = function* (value: unknown, depth = 0): Generator<string> {
  if (depth > DEEPEST) throw new RangeError('too deep');
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield key;
      yield* strings(inner, depth + 1);
    }
  }
};

/** NUL cannot be stored, and a lone surrogate has no bytes: neither can be shown as it would run. */
const cannotBeShown = (raw: unknown): string | undefined => {
  try {
    for (const text of strings(raw))
      if (text.includes('\0') || !text.isWellFormed())
        return 'A text holds a character that cannot be shown (NUL or half a character). Take it out.';
    return undefined;
  } catch {
    return 'The arguments are nested too deeply.';
  }
};

/** Whether these are arguments by name that hold nothing which cannot be shown: such may be looked up in the database. */
export const readable = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && cannotBeShown(raw) === undefined;

/** The JSON value of a stored text; undefined where it is none any more. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const canonicalOf = (value: unknown): string | undefined => {
  try {
    return canonicalText(value);
  } catch {
    return undefined;
  }
};

/** What a text says to the tool, if that is exactly what the text says: undefined for one that would read, or be written, differently. */
const reread = (tool: Tool, text: string): Record<string, unknown> | undefined => {
  const parsed = tool.input.safeParse(jsonOf(text));
  return parsed.success && canonicalOf(parsed.data) === text ? parsed.data : undefined;
};

/**
 * Parses what somebody or something wants to do into the one text that is shown, approved and run. Refuses what cannot be shown as it
 * is, what looks like a secret, and what would read differently the second time.
 */
export const parseInput = (tool: Tool, raw: unknown): Result<ParsedInput, HeartError> => {
  const unshowable = cannotBeShown(raw);
  if (unshowable) return err(heartError('invalid_input', { message: unshowable }));
  const parsed = tool.input.safeParse(raw);
  if (!parsed.success) {
    const fields = fieldsOf(parsed.error);
    return err(
      heartError('invalid_input', {
        message: fields
          .map((field) => `${field.name}: ${field.message}`)
          .join('; ')
          .slice(0, 600),
        fields,
      }),
    );
  }
  const text = canonicalOf(parsed.data);
  const input = text === undefined ? undefined : reread(tool, text);
  if (text === undefined || !input)
    return err(heartError('invalid_input', { message: 'The arguments do not read the same twice, so they cannot be approved as shown.' }));
  for (const value of strings(parsed.data)) if (looksLikeSecret(value)) return err(heartError('secret_literal'));
  return ok({ input, text });
};

/** What a revision is made for: whose, which one, under which policy. */
export type RevisionFor = {
  tool: Tool;
  /** Every tool, for what the action will bring about. */
  tools: Tools;
  parsed: ParsedInput;
  policy: PolicyInForce;
  projectId: string;
  requester: string;
  /** The agent that proposes; null: a person. */
  agent: AgentAt | null;
  editedBy: string | null;
  revision: number;
  /** People decide it, whatever a rule lets an agent do by itself. */
  toPeople?: boolean;
};

export type NewRevision = Omit<typeof revisions.$inferInsert, 'proposalId'>;

/** Everything that a card shows and that follows from the action alone: made when it is proposed, and made again before it runs. */
const bind = (wanted: Omit<RevisionFor, 'tools'>, parts: readonly [Part, ...Part[]]) => {
  const { tool, parsed, policy, projectId, requester, editedBy, revision } = wanted;
  const risk = partsRisk(parts);
  // What a person wrote anew is no longer what the agent's rule is about.
  const agent = wanted.toPeople || editedBy !== null ? supervised(wanted.agent) : wanted.agent;
  const { ruleId, hash: ruleHash, outcome, because, decider, acts } = ruleOnParts(policy.document, parts, agent);
  const shared = { toolHash: partsHash(parts), inputText: parsed.text, account: tool.account, revision, ruleHash };
  const digest = digestOf({ ...shared, tool: tool.name, projectId, requester, editedBy });
  const target = tool.target(parsed.input);
  const costMicros = tool.costMicros?.(parsed.input) ?? 0;
  return { outcome, acts, bound: { ...shared, digest, risk, target, costMicros, ruleId, editedBy, decider, because } };
};

const asked = (outcome: Ruling['outcome'] & { kind: 'ask' }) => ({
  approvalsNeeded: outcome.approvals,
  approverRole: outcome.role,
  selfApproval: outcome.selfApproval,
  approverGroup: outcome.group ?? null,
});

/** For a change of the policy: what it would have made of last month's proposals, replayed under the policy as it would be. */
const effectOnPast = async (db: Db, { tool, tools, parsed, policy, projectId }: RevisionFor): Promise<string[]> => {
  const draft = tool.policy && PolicyDocument.safeParse(tool.policy(parsed.input, policy.document));
  return draft?.success ? dryRunLines(dryRunOf(await pastMonth(db, projectId), draft.data, tools)) : [];
};

/** Rules on the action, looks at what it would change and binds all of it with a digest. Refused by policy is an error. */
export const composeRevision = async (db: Db, wanted: RevisionFor): Promise<Result<NewRevision, HeartError>> => {
  const { tool, tools, parsed, policy, projectId } = wanted;
  const parts = partsOf({ tool, input: parsed.input }, tools);
  if (!parts) return err(heartError('tool_unknown'));
  const { outcome, bound } = bind(wanted, parts);
  if (outcome.kind === 'refuse')
    return err(heartError('refused_by_policy', { message: `The policy of this project refuses that: ${outcome.reason}` }));
  const breaks = contentRefusal(policy.document, parts);
  if (breaks) return err(heartError('refused_by_policy', { message: `The policy of this project refuses that: ${breaks}.` }));
  const preview = await tool.preview(parsed.input, { db, projectId });
  const blocked = preview.blocked ?? (await tool.blocked?.(parsed.input, { db, projectId }));
  const changes = [...preview.changes, ...(await effectOnPast(db, wanted))];
  const shown = blocked ? { ...preview, changes, blocked } : { ...preview, changes };
  return ok({ ...bound, ...asked(outcome), preview: shown, policyVersion: policy.version });
};

export type Drift =
  | 'tool_gone'
  | 'tool_changed'
  | 'input_changed'
  | 'policy_changed'
  | 'digest_changed'
  | 'target_changed'
  | 'content_refused'
  | 'rule_lapsed';

/** The parsed input of what stands as it was shown, with the signed rule that lets an agent do it, or what has drifted. */
export type Checked = { drift: Drift } | { drift: undefined; input: Record<string, unknown>; acts: Ruling['acts'] };

type Stored = Parameters<typeof agentAt>[0] & {
  projectId: string;
  tool: string;
  proposedBy: string | null;
  requester: string;
  revision: typeof revisions.$inferSelect;
};

/** Who counts as the requester is who the digest says asked. */
const requesterHolds = ({ proposedBy, requester, agentKey }: Stored): boolean => {
  const who = proposedBy === null ? undefined : `person:${proposedBy}`;
  if (agentKey !== null) return requester === (who ? `agent:${agentKey}/${who}` : `agent:${agentKey}`);
  return who === undefined ? requester.startsWith('key:') : requester === who;
};

/** What has drifted since the card was made, or undefined: everything is computed anew from what is stored and what is in force. */
export const driftOf = (stored: Stored, tools: Tools, policy: PolicyInForce): Checked => {
  const tool = tools.get(stored.tool);
  if (!tool) return { drift: 'tool_gone' };
  const { projectId, requester, revision } = stored;
  const input = reread(tool, revision.inputText);
  const parts = input && partsOf({ tool, input }, tools);
  if (hashesOf(revision.toolHash)[0] !== toolHash(tool)) return { drift: 'tool_changed' };
  if (!input) return { drift: 'input_changed' };
  if (!parts) return { drift: 'tool_gone' };
  if (partsHash(parts) !== revision.toolHash) return { drift: 'tool_changed' };
  const parsed = { input, text: revision.inputText };
  // To have asked people where a rule would let the agent act is never too little.
  const wanted = {
    ...revision,
    tool,
    parsed,
    policy,
    projectId,
    requester,
    agent: agentAt(stored),
    toPeople: revision.decider === 'people',
  };
  const { outcome, acts, bound } = bind(wanted, parts);
  if (outcome.kind === 'refuse' || bound.ruleHash !== revision.ruleHash) return { drift: 'policy_changed' };
  if (contentRefusal(policy.document, parts)) return { drift: 'content_refused' };
  // Not the digest alone: a card shows and a decision goes by each of these columns as it is stored.
  const now = Object.entries({ ...bound, ...asked(outcome) });
  const holds = requesterHolds(stored) && now.every(([column, value]) => revision[column as keyof typeof revision] === value);
  return holds ? { drift: undefined, input, acts } : { drift: 'digest_changed' };
};

/**
 * The action that somebody decided, from a proposal that has run, whatever tools and rules there are now; undefined where what is stored is
 * not what its digest was made over, or does not read as it did.
 */
export const decidedInput = (stored: Stored, tool: Tool): Record<string, unknown> | undefined => {
  const { projectId, requester, revision } = stored;
  const { toolHash: hash, inputText, account, ruleHash, editedBy } = revision;
  const bound = { toolHash: hash, inputText, account, ruleHash, editedBy, revision: revision.revision };
  const made = digestOf({ ...bound, tool: stored.tool, projectId, requester });
  return requesterHolds(stored) && made === revision.digest ? reread(tool, revision.inputText) : undefined;
};
