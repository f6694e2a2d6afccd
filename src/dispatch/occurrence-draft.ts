import type { Db } from '../db/client.ts';
import { ok, type Result } from '../result.ts';
import type { Tool } from '../tools/tool.ts';
import { agentAt } from './actor.ts';
import { composeRevision, type NewRevision, type ParsedInput, parseInput } from './compose.ts';
import { type Decided, type Stop, stop } from './decided-schedule.ts';
import { toolHash } from './digest.ts';
import type { Heart } from './heart.ts';
import { hashesOf, mayPropose, ruleOnParts } from './parts.ts';
import { supervised } from './policy.ts';
import { roleNow, type Standing } from './standing.ts';

/** An exact action that is to run, made under the policy of now; `whole` is the schedule that it is part of. */
export type Draft = Decided & { inner: Tool; parsed: ParsedInput; revision: NewRevision };

/** The occurrence as a proposal of its own. Made before any lock: a preview may take its time. */
export const draftOccurrence = async (heart: Heart, decided: Decided): Promise<Result<Draft, Stop>> => {
  const { standing, outer, input } = decided;
  const { proposal, policy, requesters } = standing;
  const { editedBy } = standing.revision;
  const [action] = outer.inner?.(input) ?? [];
  const inner = action && heart.tools.get(action.tool);
  if (!action || !inner) return stop('the action that it runs is no longer there');
  // A revision names one editor. Where several had a hand in it, the others could approve what they wrote.
  if (requesters.some((id) => id !== proposal.proposedBy && id !== editedBy))
    return stop('several people edited it, and a card names only one of them');
  const parsed = parseInput(inner, action.input);
  if (!parsed.ok) return stop(parsed.error.message);
  const { projectId, requester } = proposal;
  const wanted = {
    tool: inner,
    tools: heart.tools,
    parsed: parsed.value,
    policy,
    projectId,
    requester,
    agent: agentAt(proposal),
    editedBy,
  };
  const made = await composeRevision(heart.database.db, { ...wanted, revision: 1, toPeople: true });
  return made.ok ? ok({ ...decided, inner, parsed: parsed.value, revision: made.value }) : stop(made.error.message);
};

/** Whose word lets an occurrence run at once, or why it has to wait for people. */
export type Word = { personId: string } | { why: string };

/** The requester's own right to ask for it, as it is now. A service key that stood then is not asked again. */
const requesterMay = async (db: Db, { proposal }: Standing, inner: Tool): Promise<boolean> => {
  const { projectId, proposedBy, proposedByName } = proposal;
  if (proposedBy === null) return true;
  const role = await roleNow(db, { projectId, personId: proposedBy, name: proposedByName, role: 'owner', via: 'schedule' });
  return role !== undefined && mayPropose(role, [{ tool: inner, input: {} }]);
};

/**
 * Whether the approval of a schedule still carries one occurrence: the same action, under the same rules, on the word of people who could
 * give it today. `standing` is read under lock; whatever the draft was made from may be a moment older.
 */
export const wordFor = async (db: Db, standing: Standing, draft: Draft): Promise<Word> => {
  const { outer, input, inner, parsed } = draft;
  const { proposal, revision, policy, voters, decisionId } = standing;
  const parts = [
    { tool: outer, input },
    { tool: inner, input: parsed.input },
  ] as const;
  const agent = revision.decider === 'people' ? supervised(agentAt(proposal)) : agentAt(proposal);
  const rule = ruleOnParts(policy.document, parts, agent);
  const { blocked } = draft.revision.preview;
  if (blocked) return { why: `it cannot be carried out as things stand: ${blocked.why}` };
  if (draft.revision.decider === 'nobody') return { why: 'its agent only suggests, so a person does it or dismisses it' };
  if (hashesOf(revision.toolHash)[1] !== toolHash(inner)) return { why: 'the action has changed since the schedule was approved' };
  if (rule.hash !== revision.ruleHash) return { why: 'the policy has changed since the schedule was approved' };
  if (decisionId === null || proposal.state !== 'executed') return { why: 'nobody approved the schedule as it stands' };
  if (!(await requesterMay(db, standing, inner))) return { why: 'whoever asked for the schedule may not ask for this any more' };
  const personId = voters.find((id) => id === proposal.decidedBy) ?? voters[0];
  if (voters.length < revision.approvalsNeeded || personId === undefined)
    return { why: 'whoever approved the schedule may not approve this any more' };
  return { personId };
};
