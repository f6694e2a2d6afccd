import { type SQL, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import type { DecisionKind, ProposalState, Risk, Role } from '../states.ts';
import { people } from '../tables/people.ts';
import { decisions, effects, type GroupProof, type Preview, proposals, revisions, runs, votes } from '../tables/proposals.ts';
import { type BadCursor, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

/**
 * What came of a decision. `none`: it let nothing run, such as a rejection. `waiting`: nothing has begun yet; `void`: and nothing will.
 * `undone`: it was executed, and taken back since.
 */
export const OUTCOMES = ['waiting', 'running', 'executed', 'undone', 'failed', 'unknown', 'void', 'none'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type Vote = { personId: string; person: string; digest: string; via: string; at: string; proof: GroupProof | null };

/** One decision with what was decided, as it stood then, and what came of it. Moments are ISO 8601 in UTC, to the microsecond. */
export type DecisionRow = {
  id: string;
  at: string;
  kind: DecisionKind;
  digest: string;
  via: string;
  reason: string | null;
  /** Of an autopilot's: the rule, and the version of the policy that it stood in; the person is then who signed it. */
  ruleId: string | null;
  policyVersion: number | null;
  personId: string;
  person: string;
  projectId: string;
  proposalId: string;
  threadId: string;
  state: ProposalState;
  tool: string;
  requester: string;
  askedBy: string;
  agentKey: string | null;
  confidence: number | null;
  reasoning: string | null;
  revision: number;
  inputText: string;
  toolHash: string;
  account: string;
  ruleHash: string;
  editedBy: string | null;
  /** The digest that the revision holds: the decision's own has to be the same. */
  revisionDigest: string;
  risk: Risk;
  target: string;
  preview: Preview;
  matchedRule: string;
  approvalsNeeded: number;
  approverRole: Role;
  approverGroup: string | null;
  because: string | null;
  /** What the platform that keeps the group said of whoever decided. */
  proof: GroupProof | null;
  votes: Vote[];
  effects: { attempt: number; digest: string; state: string }[];
  outcome: Outcome;
  errorCode: string | null;
  costMicros: number | null;
  ms: number | null;
};

export type DecisionFilters = {
  agent?: string | undefined;
  person?: string | undefined;
  tool?: string | undefined;
  kind?: DecisionKind | undefined;
  outcome?: Outcome | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** Words, or beginnings of words, of the target and of the arguments. */
  words?: string | undefined;
};

export type DecisionListing = DecisionFilters & { projectId: string; cursor?: string | undefined; limit: number };

const iso = (moment: SQL): SQL => sql`to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The index of undos is a partial one: its condition is repeated, or PostgreSQL would not use it. Whoever reads the log sees what ran by this decision; where nothing did, how the proposal stands. */
const OUTCOME = sql`case
  when d.kind in ('rejected', 'withdrawn') then 'none'
  when d.kind = 'settled' then case when p.state in ('executed', 'failed', 'unknown') then p.state::text else 'running' end
  when e.state = 'executed' then case when exists (select 1 from ${proposals} u where u.undoes = p.id and u.undoes is not null
    and u.state not in ('rejected', 'expired', 'withdrawn', 'void') and u.state = 'executed') then 'undone' else 'executed' end
  when e.state = 'started' then 'running'
  when e.state is not null then e.state::text
  when p.state = 'failed' then 'failed'
  when p.state in ('void', 'withdrawn', 'expired') then 'void'
  else 'waiting' end`;

const VOTES = sql`coalesce((select json_agg(json_build_object('personId', v.person_id, 'person', n.name, 'digest', v.shown_digest, 'via', v.via, 'proof', v.proof, 'at', ${iso(sql`v.created_at`)}) order by v.created_at, v.person_id)
  from ${votes} v join ${people} n on n.id = v.person_id where v.proposal_id = d.proposal_id and v.revision = d.revision), '[]')`;

const EFFECTS = sql`coalesce((select json_agg(json_build_object('attempt', x.attempt, 'digest', x.digest, 'state', x.state) order by x.attempt)
  from ${effects} x where x.decision_id = d.id), '[]')`;

const COLUMNS = sql`d.id, ${iso(sql`d.created_at`)} as at, d.kind, d.digest, d.via, d.reason, d.rule_id as "ruleId", d.policy_version as "policyVersion",
  d.person_id as "personId", w.name as person, p.project_id as "projectId", p.id as "proposalId", p.thread_id as "threadId", p.state, p.tool, p.requester,
  p.proposed_by_name as "askedBy", p.agent_key as "agentKey", p.confidence, p.reasoning, d.revision, r.input_text as "inputText", r.tool_hash as "toolHash",
  r.account, r.rule_hash as "ruleHash", r.edited_by as "editedBy", r.digest as "revisionDigest", r.risk, r.target, r.preview, r.rule_id as "matchedRule",
  r.approvals_needed as "approvalsNeeded", r.approver_role as "approverRole", r.approver_group as "approverGroup", r.because, d.proof,
  ${VOTES} as votes, ${EFFECTS} as effects, ${OUTCOME} as outcome, run.error_code as "errorCode", e.cost_micros::float as "costMicros",
  (extract(epoch from e.settled_at - e.started_at) * 1000)::int as ms`;

const SOURCE = sql`${decisions} d
  join ${proposals} p on p.id = d.proposal_id
  join ${revisions} r on r.proposal_id = d.proposal_id and r.revision = d.revision
  join ${people} w on w.id = d.person_id
  left join lateral (select * from ${effects} x where x.decision_id = d.id order by x.attempt desc limit 1) e on true
  left join ${runs} run on run.effect_id = e.id`;

const WORDS = sql`to_tsvector('simple', r.target || ' ' || replace(left(r.input_text, 20000), '\\n', ' '))`;
const MOST_WORDS = 10;

/** Each word as a beginning: nobody remembers how it went on. Undefined: nothing in it is a word. */
const queryOf = (words: string): string | undefined => {
  const found = words
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.slice(0, MOST_WORDS);
  return found?.map((word) => `'${word}':*`).join(' & ');
};

const wordsIn = (words: string | undefined): SQL => {
  const query = words === undefined ? undefined : queryOf(words);
  if (query === undefined) return words === undefined || words.trim() === '' ? sql`true` : sql`false`;
  return sql`${WORDS} @@ to_tsquery('simple', ${query})`;
};

const equal = (column: SQL, value: string | undefined): SQL => (value === undefined ? sql`true` : sql`${column} = ${value}`);

const matching = (projectId: string, filters: DecisionFilters): SQL => {
  const { agent, person, tool, kind, outcome, from, to, words } = filters;
  const parts = [
    sql`p.project_id = ${projectId}`,
    equal(sql`p.agent_key`, agent),
    person === undefined ? sql`true` : sql`(d.person_id::text = ${person} or lower(w.name) = lower(${person}))`,
    equal(sql`p.tool`, tool),
    equal(sql`d.kind::text`, kind),
    equal(OUTCOME, outcome),
    from === undefined ? sql`true` : sql`d.created_at >= ${from.toISOString()}::timestamptz`,
    to === undefined ? sql`true` : sql`d.created_at < ${to.toISOString()}::timestamptz`,
    wordsIn(words),
  ];
  return sql.join(parts, sql` and `);
};

type Stored = DecisionRow & { moment: string };

/** The query behind the log, so that a test and a bench can ask how it is planned. */
export const decisionsQuery = (listing: DecisionListing, behind: SQL = sql`true`): SQL =>
  sql`select ${COLUMNS}, ${micros(sql`d.created_at`)} as moment from ${SOURCE}
      where ${matching(listing.projectId, listing)} and ${behind} order by d.created_at desc, d.id desc limit ${listing.limit + 1}`;

/** A project's decisions, the newest first. */
export const listDecisions = async (db: Db, listing: DecisionListing): Promise<Result<Page<DecisionRow>, BadCursor>> => {
  const { cursor, limit } = listing;
  const place = cursor === undefined ? undefined : uuidPlaceOf(cursor, 1);
  if (cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const behind = place && sql`(d.created_at, d.id) < (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const { rows } = await db.execute<Stored>(decisionsQuery(listing, behind));
  return ok(pageOf(rows, limit, { item: ({ moment, ...row }): DecisionRow => row, place: ({ id, moment }) => ({ keys: [moment], id }) }));
};

export const readDecision = async (db: Db, projectId: string, id: string): Promise<DecisionRow | undefined> => {
  const { rows } = await db.execute<DecisionRow>(
    sql`select ${COLUMNS} from ${SOURCE} where d.id = ${id}::uuid and p.project_id = ${projectId}`,
  );
  return rows[0];
};
