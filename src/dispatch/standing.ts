import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { type GroupTie, mayBeOf } from '../db/groups.ts';
import { AutopilotRule } from '../db/policy-document.ts';
import { isUuid } from '../db/read/place.ts';
import type { ProposalState, Role } from '../db/states.ts';
import { roleAtLeast } from '../db/states.ts';
import { events, policies, stops, switches } from '../db/tables/control.ts';
import { groupTies, members, people, projects } from '../db/tables/people.ts';
import { decisions, proposals, revisions, runs, votes } from '../db/tables/proposals.ts';
import type { Actor } from './actor.ts';
import type { PolicyInForce } from './policy.ts';
import { readPolicy } from './policy.ts';
import { type SwitchState, shareSwitch } from './switch.ts';

export type Proposal = typeof proposals.$inferSelect;
export type Revision = typeof revisions.$inferSelect;

/** A proposal as it stands, with everything that a decision on it depends on. */
export type Standing = {
  proposal: Proposal;
  revision: Revision;
  policy: PolicyInForce;
  /** As it holds for this very action: the project's, or that of the agent that proposed it or of the agent's domain. */
  switch: SwitchState;
  /** It is stopped because its agent is, by itself or with its domain, and not because everything is. */
  agentStopped: boolean;
  /** One person decides alone: the stored flag, shown on every card. */
  solo: boolean;
  /** Whoever asked and whoever edited, in any revision. */
  requesters: string[];
  /** Distinct persons who approved this very revision as it is now, and who may do so still. */
  voters: string[];
  voterNames: string[];
  /**
   * Who is here and of the group that the approvers have to be of, now; null where they need not be of any. Empty: nobody may approve. Where
   * `tie` says that a platform keeps that group, this is who might be of it, and for a decision (`onTheBench`) who it has just said is.
   */
  groupPeople: string[] | null;
  tie: GroupTie | null;
  /** The rungs of the ladder that this revision was told on, in their order: `admins`, `group:finance`. */
  toldTo: string[];
  deciderName: string | null;
  editorName: string | null;
  /** The canonical input of the revision before this one. */
  beforeText: string | null;
  /** The proposal that takes this one back, as long as it was not turned down. */
  undo: { id: string; state: ProposalState } | null;
  /** The decision that lets exactly this revision run; null while there is none. */
  decisionId: string | null;
  /** What the last run of it did cost, once that is known. */
  spentMicros: number | null;
  /** The decision of a signed rule on exactly this revision; null where people decide. */
  autopilot: ByRule | null;
  ageSeconds: number;
};

/** `rule` as it stood in the policy that it let act under; null where that policy has none of that name. */
export type ByRule = { decisionId: string; ruleId: string; signedBy: string; signer: string; rule: AutopilotRule | null };

/**
 * Locks the proposal's row until the transaction ends, under the shared switch lock: decisions on one proposal happen one after the other,
 * and no kill commits meanwhile. Both are sent before this returns, so that whatever is read by statements issued after the call is younger
 * than everything that was waited for.
 */
export const lockProposal = async (tx: Tx, projectId: string, id: string): Promise<boolean> => {
  if (!isUuid(id)) return false;
  const [, locked] = await Promise.all([
    shareSwitch(tx),
    tx.query('select 1 from wilco.proposals where id = $1 and project_id = $2 for update', [id, projectId]),
  ]);
  return locked.rows.length === 1;
};

/** Whoever may be of the group that a revision asks for. */
const ofGroup = mayBeOf(sql`${proposals.projectId}`, sql`${revisions.approverGroup}`);

/** The platform that keeps that group, if one does. */
const tieOf = sql`from ${groupTies} k where k.project_id = ${proposals.projectId} and k.group_key = ${revisions.approverGroup}`;

/**
 * A vote counts for exactly what it was shown, and while whoever gave it has the right to and is of the group that was asked; where a platform
 * keeps that group, while it was given by what that platform said, by the tie of now.
 */
const counting = sql`from ${votes} v join ${people} w on w.id = v.person_id
  join ${members} m on m.project_id = ${proposals.projectId} and m.person_id = v.person_id and m.joined_at is not null and m.removed_at is null and m.role >= ${revisions.approverRole}
  where v.proposal_id = ${proposals.id} and v.revision = ${proposals.revision} and v.shown_digest = ${revisions.digest}
    and (${revisions.approverGroup} is null or v.person_id in (${ofGroup}))
    and not exists (select 1 ${tieOf} and v.proof ->> 'tie' is distinct from k.id::text)`;

/** Whether the agent that proposed it, or that agent's domain, is stopped. */
const stoppedAs = (how: 'paused' | 'killed') =>
  sql<boolean>`exists (select 1 from ${stops} x where x.project_id = ${proposals.projectId} and x.${sql.identifier(how)}
    and x.scope in ('agent:' || ${proposals.agentKey}, 'domain:' || ${proposals.agentDomain}))`;

const autopilotOf = sql<
  (Omit<ByRule, 'rule'> & { rule: unknown }) | null
>`(select json_build_object('decisionId', d.id, 'ruleId', d.rule_id,
    'signedBy', d.person_id, 'signer', w.name, 'rule', (select r from ${policies} a, jsonb_array_elements(a.document -> 'autopilot') r
      where a.project_id = ${proposals.projectId} and a.version = d.policy_version and r ->> 'id' = d.rule_id limit 1))
  from ${decisions} d join ${people} w on w.id = d.person_id
  where d.proposal_id = ${proposals.id} and d.digest = ${revisions.digest} and d.kind = 'autopilot' order by d.created_at desc limit 1)`;

const columnsOf = (db: Db, projectId: string) => {
  const newest = db.select().from(policies).where(eq(policies.projectId, projectId)).orderBy(desc(policies.version)).limit(1).as('newest');
  const columns = {
    proposal: proposals,
    revision: revisions,
    solo: projects.solo,
    policyVersion: newest.version,
    policyDocument: newest.document,
    paused: switches.paused,
    killed: switches.killed,
    epoch: switches.epoch,
    agentPaused: stoppedAs('paused'),
    agentKilled: stoppedAs('killed'),
    editors: sql<
      string[]
    >`array(select distinct e.edited_by::text from ${revisions} e where e.proposal_id = ${proposals.id} and e.edited_by is not null)`,
    voters: sql<string[]>`array(select v.person_id::text ${counting} order by v.created_at, v.person_id)`,
    /** For cards alone: names, in the order of the voters, and what the revision before said. */
    voterNames: sql<string[]>`array(select w.name ${counting} order by v.created_at, v.person_id)`,
    groupPeople: sql<
      string[] | null
    >`case when ${revisions.approverGroup} is not null then array(select q.person_id::text from (${ofGroup}) q order by 1) end`,
    tie: sql<GroupTie | null>`(select json_build_object('id', k.id, 'platform', k.platform, 'workspace', k.workspace, 'remoteId', k.remote_id, 'name', k.name) ${tieOf})`,
    toldTo: sql<
      string[]
    >`array(select t.data ->> 'rung' from ${events} t where t.proposal_id = ${proposals.id} and t.kind = 'proposal.escalated' and t.data ->> 'revision' = ${proposals.revision}::text order by t.id)`,
    deciderName: sql<string | null>`(select w.name from ${people} w where w.id = ${proposals.decidedBy})`,
    editorName: sql<string | null>`(select w.name from ${people} w where w.id = ${revisions.editedBy})`,
    beforeText: sql<
      string | null
    >`(select b.input_text from ${revisions} b where b.proposal_id = ${proposals.id} and b.revision = ${proposals.revision} - 1)`,
    undo: sql<
      Standing['undo']
    >`(select json_build_object('id', u.id, 'state', u.state) from ${proposals} u where u.undoes = ${proposals.id} and u.state not in ('rejected', 'expired', 'withdrawn', 'void') limit 1)`,
    decisionId: sql<
      string | null
    >`(select d.id::text from ${decisions} d where d.proposal_id = ${proposals.id} and d.digest = ${revisions.digest} and d.kind in ('approved', 'retried', 'scheduled', 'autopilot') order by d.created_at desc limit 1)`,
    spentMicros: sql<
      number | null
    >`case when ${proposals.state} in ('executed', 'failed', 'unknown') then (select r.cost_micros::float from ${runs} r where r.proposal_id = ${proposals.id} and r.finished_at is not null order by r.started_at desc limit 1) end`,
    autopilot: autopilotOf,
    ageSeconds: sql<number>`extract(epoch from now() - ${proposals.proposedAt})::float`,
  };
  return db
    .select(columns)
    .from(proposals)
    .innerJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .innerJoin(projects, eq(projects.id, proposals.projectId))
    .innerJoin(newest, eq(newest.projectId, proposals.projectId))
    .leftJoin(switches, eq(switches.projectId, proposals.projectId))
    .$dynamic();
};

type Row = Awaited<ReturnType<typeof columnsOf>>[number];

const standingOf = (row: Row): Standing => {
  const { proposal, revision, solo, editors } = row;
  const requesters = [...new Set([...(proposal.proposedBy ? [proposal.proposedBy] : []), ...editors])];
  // Given in solo mode, which has ended since.
  const counts = row.voters.map((id) => solo || revision.selfApproval || !requesters.includes(id));
  return {
    proposal,
    revision,
    policy: readPolicy(row.policyVersion, row.policyDocument),
    switch: { paused: row.paused === true || row.agentPaused, killed: row.killed === true || row.agentKilled, epoch: row.epoch ?? 0 },
    agentStopped: (row.agentPaused || row.agentKilled) && row.paused !== true && row.killed !== true,
    solo,
    requesters,
    voters: row.voters.filter((_, at) => counts[at]),
    voterNames: row.voterNames.filter((_, at) => counts[at]),
    groupPeople: row.groupPeople,
    tie: row.tie,
    toldTo: row.toldTo,
    deciderName: row.deciderName,
    editorName: row.editorName,
    beforeText: row.beforeText,
    undo: row.undo,
    decisionId: row.decisionId,
    spentMicros: row.spentMicros,
    autopilot: row.autopilot && { ...row.autopilot, rule: AutopilotRule.safeParse(row.autopilot.rule).data ?? null },
    ageSeconds: row.ageSeconds,
  };
};

/** Under a lock, to be read in a statement after it: the snapshot is then younger than whatever was waited for. */
export const readStanding = async (db: Db, projectId: string, id: string): Promise<Standing | undefined> => {
  if (!isUuid(id)) return undefined;
  const [row] = await columnsOf(db, projectId).where(and(eq(proposals.id, id), eq(proposals.projectId, projectId)));
  return row && standingOf(row);
};

/** Which proposals a list is of: newest first, unless told otherwise. Pages with cursors are for `db/read/proposals.ts`. */
export type Listing = {
  projectId: string;
  ids?: string[];
  states?: readonly ProposalState[];
  limit: number;
  oldestFirst?: boolean;
};

export const listStandings = async (db: Db, listing: Listing): Promise<Standing[]> => {
  const { projectId, ids, states, limit, oldestFirst } = listing;
  if (ids?.length === 0) return [];
  const where = and(eq(proposals.projectId, projectId), ids && inArray(proposals.id, ids), states && inArray(proposals.state, [...states]));
  const order = oldestFirst ? [asc(proposals.proposedAt), asc(proposals.id)] : [desc(proposals.proposedAt), desc(proposals.id)];
  const rows = await columnsOf(db, projectId)
    .where(where)
    .orderBy(...order)
    .limit(limit);
  return rows.map(standingOf);
};

/** The role that counts now: the member's own, never more than the door (a key) allows. Undefined for nobody, invited or removed. */
export const roleNow = async (db: Db, actor: Actor): Promise<Role | undefined> => {
  if (actor.personId === null) return undefined;
  const [member] = await db
    .select({ role: members.role })
    .from(members)
    .where(
      and(
        eq(members.projectId, actor.projectId),
        eq(members.personId, actor.personId),
        sql`${members.joinedAt} is not null and ${members.removedAt} is null`,
      ),
    );
  if (!member) return undefined;
  return roleAtLeast(member.role, actor.role) ? actor.role : member.role;
};

export type Refusal = 'not_an_approver' | 'only_a_suggestion' | 'self_approval' | 'already_voted';

/** Whether somebody is among those whom a revision asks: of the role, and of the group where it names one. Pure. */
export const mayJudge = ({ revision, groupPeople }: Standing, personId: string, role: Role | undefined): boolean =>
  role !== undefined &&
  roleAtLeast(role, revision.approverRole) &&
  (revision.approverGroup === null || (groupPeople?.includes(personId) ?? false));

/** Why this person may not approve, or undefined. Pure, so that a card can say it before anybody presses. */
export const refusalFor = (standing: Standing, personId: string | null, role: Role | undefined): Refusal | undefined => {
  const { revision, requesters, voters, solo } = standing;
  if (personId === null || !mayJudge(standing, personId, role)) return 'not_an_approver';
  if (revision.decider === 'nobody') return 'only_a_suggestion';
  if (voters.includes(personId)) return 'already_voted';
  if (requesters.includes(personId) && !solo && !revision.selfApproval) return 'self_approval';
  return undefined;
};
