import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import type { AutopilotRule, PolicyDocument } from '../db/policy-document.ts';
import { timeZoneOf } from '../db/read/people.ts';
import { record } from '../db/record.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import { stopOf } from '../db/stops.ts';
import { decisions, proposals } from '../db/tables/proposals.ts';
import type { Tool } from '../tools/tool.ts';
import type { ActingAgent, Actor } from './actor.ts';
import type { Checked, Drift, NewRevision, ParsedInput } from './compose.ts';
import { hashOf } from './digest.ts';
import type { Heart } from './heart.ts';
import { move } from './move.ts';
import { partsOf, ruleOnParts } from './parts.ts';
import type { PolicyInForce } from './policy.ts';
import { isQuiet } from './quiet.ts';
import { roleNow, type Standing } from './standing.ts';
import { readSwitch } from './switch.ts';
import { postToTeam } from './team.ts';
import { visible } from './visible.ts';

/** A signed rule that is about to let an agent act; `role`: what the policy asks of whoever would approve that action. */
type Acting = { projectId: string; policy: PolicyInForce; rule: AutopilotRule; role: Role };

/** The role that it takes to sign a rule, as the policy has it now; undefined where it lets nobody. */
export const signingRole = ({ rules }: PolicyDocument): Role | undefined => {
  const own = rules.find(({ match }) => match.tools?.includes('sign_autopilot'));
  if (!own) return 'admin';
  return own.outcome.kind === 'ask' ? own.outcome.role : undefined;
};

/** Whether whoever signed could still sign it, and could still approve the action. */
const signerMay = async (db: Db, { projectId, policy, rule, role }: Acting): Promise<boolean> => {
  const signs = signingRole(policy.document);
  const has = await roleNow(db, { projectId, personId: rule.signedBy, name: '', role: 'owner', via: 'autopilot' });
  return has !== undefined && signs !== undefined && roleAtLeast(has, signs) && roleAtLeast(has, role);
};

/** Why people are asked now though the rule would let its agent act; undefined: nothing that could change between decision and start. */
const lapseOf = async (db: Db, acting: Acting): Promise<string | undefined> => {
  const { projectId, policy } = acting;
  if (!(await signerMay(db, acting))) return 'whoever signed the rule may not sign it any more';
  if (policy.document.quietHours === null) return undefined;
  const quiet = isQuiet(policy.document, await timeZoneOf(db, { projectId, personId: null }), new Date());
  return quiet ? 'these are quiet hours' : undefined;
};

/** Its own space of advisory locks: one for each rule. */
const RULE_LOCK = 0x41_50;

/** Whether the day still has room, under a lock that the rule's next decision waits for. */
const hasRoom = async (tx: Tx, { projectId, rule }: Acting): Promise<boolean> => {
  if (rule.perDay === undefined) return true;
  await tx.query(`select pg_advisory_xact_lock(${RULE_LOCK}, hashtext($1))`, [`${projectId} ${rule.id}`]);
  const today = sql`date_trunc('day', now() at time zone 'utc') at time zone 'utc'`;
  const { rows } = await tx.db.execute<{ n: number }>(
    sql`select count(*)::int as n from ${decisions} d join ${proposals} p on p.id = d.proposal_id
      where d.kind = 'autopilot' and d.rule_id = ${rule.id} and p.project_id = ${projectId} and d.created_at >= ${today}`,
  );
  return (rows[0]?.n ?? 0) < rule.perDay;
};

const isPaused = async (db: Db, projectId: string, agent: ActingAgent): Promise<boolean> => {
  const [all, own] = await Promise.all([readSwitch(db, projectId), stopOf(db, { projectId, ...agent })]);
  return all.paused || all.killed || own.paused || own.killed;
};

/**
 * Why people are to decide what a signed rule would let the agent do by itself; undefined: it may. In the proposing transaction, under the
 * shared switch lock; what it counts stays so until that ends.
 */
export const heldBack = async (tx: Tx, agent: ActingAgent, acting: Acting): Promise<string | undefined> => {
  if (await isPaused(tx.db, acting.projectId, agent)) return 'Wilco or the agent is paused';
  const lapse = await lapseOf(tx.db, acting);
  if (lapse) return lapse;
  return (await hasRoom(tx, acting)) ? undefined : `the rule's ${acting.rule.perDay} for today are used up`;
};

type Proposing = { agent: ActingAgent; tool: Tool; parsed: ParsedInput; revision: NewRevision; policy: PolicyInForce };

/** The rule that a revision was ruled on by, where one lets the agent act; `again`: it would be ruled on otherwise by now. */
export const actingOn = (
  heart: Heart,
  at: Proposing,
): { agent: ActingAgent; rule: AutopilotRule; policy: PolicyInForce; role: Role } | 'again' | undefined => {
  const { agent, tool, parsed, revision, policy } = at;
  if (revision.decider !== 'autopilot') return undefined;
  const parts = partsOf({ tool, input: parsed.input }, heart.tools);
  const ruled = parts && ruleOnParts(policy.document, parts, agent);
  if (!ruled?.acts || ruled.decider !== 'autopilot' || ruled.hash !== revision.ruleHash) return 'again';
  return { agent, rule: ruled.acts, policy, role: revision.approverRole };
};

/** Says in the team room what is done without anybody being asked. Its card stands there already, as for all that an agent proposes. */
const tellTeam = async (tx: Tx, at: { actor: Actor; agent: ActingAgent; what: string }) => {
  const { actor, agent, what } = at;
  const text = `${visible(agent.name)} does this by itself, on autopilot: ${visible(what)}`;
  await postToTeam(tx, { projectId: actor.projectId, kind: 'status', text, agent, runId: agent.runId });
};

export type ActedBy = { actor: Actor; agent: ActingAgent; proposalId: string; threadId: string; revision: NewRevision; title: string };

/** Approves by a signed rule what the agent has just proposed, in the very transaction: state, decision, event, job and post commit together. */
export const actByRule = async (heart: Heart, tx: Tx, by: ActedBy & { rule: AutopilotRule; policyVersion: number }): Promise<void> => {
  const { actor, proposalId, threadId, revision, title, rule, policyVersion } = by;
  const { projectId, via } = actor;
  const { digest } = revision;
  const attempt = 1;
  const named = { ruleId: rule.id, policyVersion };
  const set = { attempt, decidedBy: rule.signedBy, decidedAt: new Date() };
  const moved = await move(tx.db, { id: proposalId, from: 'proposed', to: 'approved' }, set);
  if (!moved) throw new Error(`proposal ${proposalId} left 'proposed' in its own transaction`);
  await tx.db
    .insert(decisions)
    .values({ proposalId, revision: revision.revision, kind: 'autopilot', digest, personId: rule.signedBy, via, ...named });
  await record(tx.db, {
    projectId,
    kind: 'proposal.autopilot',
    threadId,
    proposalId,
    data: { revision: revision.revision, digest, rule: rule.id, policyVersion, via },
  });
  await heart.enqueue(tx, { projectId, proposalId, attempt });
  await tellTeam(tx, { ...by, what: `${title}: ${revision.target}` });
};

/**
 * What has drifted of the word that lets it start, beside the action itself: a suggestion starts on nobody's; what a rule decided starts while
 * that very rule stands, whoever signed it could sign it still, and no quiet hours have begun. To be asked under the proposal's lock.
 */
export const wordDrift = async (db: Db, standing: Standing, checked: Checked): Promise<Drift | undefined> => {
  const { proposal, revision, policy, autopilot, decisionId } = standing;
  if (revision.decider === 'nobody') return 'digest_changed';
  if (checked.drift || autopilot === null || autopilot.decisionId !== decisionId) return undefined;
  const rule = checked.acts;
  const named = rule && autopilot.rule && hashOf(autopilot.rule) === hashOf(rule);
  if (!named || revision.decider !== 'autopilot' || autopilot.signedBy !== rule.signedBy) return 'digest_changed';
  const acting = { projectId: proposal.projectId, policy, rule, role: revision.approverRole };
  return (await lapseOf(db, acting)) === undefined ? undefined : 'rule_lapsed';
};
