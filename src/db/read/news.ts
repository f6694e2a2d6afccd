import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** A heartbeat that is due, how far everything is by now, and whether something that it watches came since it looked last. */
export type News = { id: string; nextAt: Date; pattern: string; timeZone: string; head: string; news: boolean };

type Row = { id: string; next_at: Date; pattern: string; time_zone: string; head: string; news: boolean };

/** Done by a heartbeat, any of them: no heartbeat begins because of another, or two of them would never come to rest. */
const OF_HEARTBEATS = sql`(e.person_id is null and p.agent_heartbeat)`;
/** What Wilco does to itself all day, and what agents report. */
const INNER = sql`(split_part(e.kind, '.', 1) in ('schedule', 'agent', 'team', 'system', 'model', 'worker', 'budget', 'switch', 'notification', 'delivery', 'offer'))`;
/** What this very agent did, where it watches something in particular. */
const OWN = sql`(e.person_id is null and (p.agent_key = s.target_agent_key or e.data->>'agent' = s.target_agent_key))`;
const OF_OWN_RUN = sql`(e.kind like 'agent.%' and exists (select 1 from wilco.agent_runs r where r.schedule_id = s.id and r.id::text = e.data->>'runId'))`;
const WATCHED = sql`exists (select 1 from unnest(s.watches) w
  where (case when split_part(w, '@', 1) like '%.*' then starts_with(e.kind, left(split_part(w, '@', 1), -1)) else e.kind = split_part(w, '@', 1) end)
    and (position('@' in w) = 0 or e.thread_id = substr(w, position('@' in w) + 1)))`;

/**
 * Looks for news, for many heartbeats in one statement: each reads the events behind the place up to which it has seen, in commit-safe order, and
 * stops at the first that counts. One that has never looked has news. Where nothing happened that is one look into an index.
 */
export const readNews = async (db: Db, ids: readonly string[]): Promise<News[]> => {
  if (ids.length === 0) return [];
  const found = await db.execute<Row>(sql`
    with sure as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as xid),
    head as materialized (
      select coalesce((select e.xid::text || '.' || e.id::text from wilco.events e where e.xid < (select xid from sure) order by e.xid desc, e.id desc limit 1), '0.0') as place)
    select s.id, s.next_at, s.pattern, s.time_zone, head.place as head,
      s.fingerprint is null or exists (
        select 1 from wilco.events e left join wilco.proposals p on p.id = e.proposal_id
        where (e.xid, e.id) > (split_part(s.fingerprint, '.', 1)::xid8, split_part(s.fingerprint, '.', 2)::bigint)
          and e.xid < (select xid from sure) and e.project_id = s.project_id
          and case when cardinality(s.watches) = 0 then not ${INNER} and not coalesce(${OF_HEARTBEATS}, false)
            else ${WATCHED} and not coalesce(${OWN}, false) and not ${OF_OWN_RUN} end) as news
    from wilco.schedules s, head
    where s.id in (${sql.join(
      ids.map((id) => sql`${id}::uuid`),
      sql`, `,
    )}) and s.state = 'active' and s.kind = 'heartbeat' and s.next_at is not null`);
  return found.rows.map((row) => ({
    id: row.id,
    nextAt: new Date(row.next_at),
    pattern: row.pattern,
    timeZone: row.time_zone,
    head: row.head,
    news: row.news,
  }));
};
