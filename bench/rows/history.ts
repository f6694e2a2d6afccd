import { Client } from 'pg';
import {
  type Context,
  type Figures,
  interleave,
  medianRatio,
  medians,
  quantile,
  type Report,
  type Row,
  round,
  type Verdict,
} from '../harness.ts';
import { openOurs, type Waiting } from '../ours.ts';

const PAST = { proposals: 1_000_000, events: 10_000_000 };
const QUICK = { proposals: 50_000, events: 500_000 };
const GOAL = 1.2;

/** A past as the program leaves it behind, written in bulk: executed proposals with revision, decision, effect and run, and their events. */
const fill = async (url: string, past: typeof PAST): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  const step = (sql: string) => client.query(sql.replaceAll('$n', String(past.proposals)).replaceAll('$e', String(past.events)));
  await step('set session_replication_role = replica');
  await step(`create temp table made as select gen_random_uuid() as id, gen_random_uuid() as decision, gen_random_uuid() as effect, i,
    now() - make_interval(secs => (($n - i) * 30)::float8) as at from generate_series(1, $n) i`);
  const owner = `(select person_id from wilco.members where role = 'owner')`;
  await step(`insert into wilco.proposals (id, project_id, thread_id, tool, state, attempt, proposed_by, requester, input_hash, proposed_by_name,
      proposed_at, decided_by, decided_at, executed_at, result, updated_at)
    select id, 'default', 'room:general:feed', 'keyed', 'executed', 1, ${owner}, 'person:' || ${owner}::text, md5(i::text), 'Owner', at, ${owner}, at, at,
      '{"ok":true,"summary":"Done"}', at from made`);
  await step(`insert into wilco.revisions (proposal_id, revision, input_text, tool_hash, account, digest, risk, target, preview, policy_version, rule_id,
      rule_hash, approvals_needed, approver_role, self_approval, created_at)
    select id, 1, '{"text":"past"}', md5('t'), 'here', md5(i::text), 'low', 'nothing', '{"changes":[],"reversible":"Yes"}', 1, 'otherwise', md5('r'), 1,
      'approver', false, at from made`);
  await step(`insert into wilco.decisions (id, proposal_id, revision, kind, digest, person_id, via, created_at)
    select decision, id, 1, 'approved', md5(i::text), ${owner}, 'room', at from made`);
  await step(`insert into wilco.effects (id, proposal_id, attempt, decision_id, digest, state, worker_id, job_id, idempotency_key, started_at, settled_at)
    select effect, id, 1, decision, md5(i::text), 'executed', gen_random_uuid(), i::text, i::text, at, at from made`);
  await step(`insert into wilco.runs (project_id, proposal_id, effect_id, tool, result, started_at, finished_at)
    select 'default', id, effect, 'keyed', 'success', at, at from made`);
  await step(`insert into wilco.events (project_id, at, kind, thread_id, proposal_id)
    select 'default', at, 'proposal.executed', 'room:general:feed', id from made cross join generate_series(1, $e / $n)`);
  await step(`insert into wilco.event_seals (seq, event_id, hash) select id, id, md5(id::text) from wilco.events where thread_id = 'room:general:feed'
    on conflict do nothing`);
  await step('vacuum analyze');
  await client.end();
};

type Side = Awaited<ReturnType<typeof openOurs>>;

const decideAll = async (side: Side, cards: readonly Waiting[]): Promise<number[]> => {
  const took: number[] = [];
  for (const card of cards) {
    const settled = side.settled(card);
    const at = performance.now();
    await side.approve(card);
    took.push(performance.now() - at);
    await settled;
  }
  return took;
};

const listOften = async (side: Side, times: number): Promise<number[]> => {
  const took: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const at = performance.now();
    await side.list();
    took.push(performance.now() - at);
  }
  return took;
};

const run = async ({ serverUrl, quick }: Context): Promise<Report> => {
  const past = quick ? QUICK : PAST;
  const empty = await openOurs(serverUrl);
  const full = await openOurs(serverUrl, { database: 'bench_wilco_past' });
  await fill(full.url, past);
  const measure = async (name: string, side: Side, samples: number): Promise<Figures> => {
    const decided = await decideAll(side, await side.propose(samples, 'keyed'));
    const listed = await listOften(side, samples);
    return { [`${name} decide`]: quantile(decided, 0.5), [`${name} list`]: quantile(listed, 0.5) };
  };
  await measure('empty', empty, 40);
  await measure('full', full, 40);
  const repetitions = await interleave(quick ? 5 : 7, [() => measure('empty', empty, 60), () => measure('full', full, 60)]);
  await full.stop();
  await empty.stop();
  const m = medians(repetitions);
  const line = (what: string): Verdict => {
    const ratio = medianRatio(repetitions, `full ${what}`, `empty ${what}`);
    const value = `${round(m[`full ${what}`] ?? Number.NaN)} ms`;
    return {
      what: `${what}, p50`,
      value,
      beside: `empty: ${round(m[`empty ${what}`] ?? Number.NaN)} ms`,
      ratio,
      goal: `≤ ${GOAL}×`,
      met: ratio <= GOAL,
    };
  };
  return {
    unit: 'ms',
    repetitions,
    verdicts: [line('decide'), line('list')],
    notes: [
      `${past.proposals.toLocaleString('en')} past proposals and ${past.events.toLocaleString('en')} events on one side, none on the other, on one server. The list is the first page of what is newest, with its cards.`,
    ],
  };
};

export const history: Row = { name: 'history', title: 'With a long past', run };
