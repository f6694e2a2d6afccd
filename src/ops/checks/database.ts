import { type Check, type Examined, fail, ok, warn } from '../check.ts';

/** So far may the clocks of database and machine be apart before deadlines and lists look wrong; and before they are. */
const SKEW = { warn: 2000, fail: 30_000 };

const one = <Row extends object>({ database }: Examined, sql: string): Promise<Row> => database.one<Row>(sql);

export const tables = (at: Examined): Check => ({
  name: 'database',
  async run() {
    const { version } = await one<{ version: string }>(at, `select current_setting('server_version') as version`);
    const { applied, known, newer } = await at.database.migrations();
    const what = `PostgreSQL ${version.split(' ')[0]}${at.config.databaseUrl === null ? ', embedded' : ''}`;
    if (newer) return fail(`${what}: a newer Wilco has changed its tables.`, 'Start that version, or restore a backup made with this one.');
    if (applied < known) return ok(`${what}; ${known - applied} of ${known} migrations run at the next start.`);
    return ok(`${what}, all ${known} migrations`);
  },
});

export const clock = (at: Examined): Check => ({
  name: 'clock',
  async run() {
    const before = Date.now();
    const { now } = await one<{ now: string }>(at, 'select (extract(epoch from clock_timestamp()) * 1000)::text as now');
    const apart = Math.abs(Number(now) - (before + Date.now()) / 2);
    const say = `The clocks of database and machine are ${(apart / 1000).toFixed(1)} s apart.`;
    const fix = 'Set both by NTP: schedules, heartbeats and deadlines go by them.';
    if (apart > SKEW.fail) return fail(say, fix);
    return apart > SKEW.warn ? warn(say, fix) : ok(say);
  },
});

const LIVING = `select count(*)::int as alive from wilco.workers where stopped_at is null and heartbeat_at > now() - interval '10 seconds'`;

export const workers = (at: Examined): Check => ({
  name: 'workers',
  async run() {
    const { alive } = await one<{ alive: number }>(at, LIVING);
    return ok(alive === 0 ? 'No worker runs: what is approved waits for the next start.' : `${alive} at work`);
  },
});

/** A job that waits this long while somebody works should have been taken. */
const OLD_SECONDS = 60;

export const queue = (at: Examined): Check => ({
  name: 'queue',
  async run() {
    const { there } = await one<{ there: boolean }>(at, `select to_regclass('pgboss.job') is not null as there`);
    if (!there) return ok('There is none yet; the first start makes it.');
    const { depth, oldest, dead } = await one<{ depth: number; oldest: number; dead: number }>(
      at,
      `select count(*) filter (where name <> 'dead')::int as depth, count(*) filter (where name = 'dead')::int as dead,
              coalesce(extract(epoch from now() - min(start_after) filter (where state <> 'active' and start_after <= now())), 0)::int as oldest
       from pgboss.job where state in ('created', 'retry', 'active')`,
    );
    const { alive } = await one<{ alive: number }>(at, LIVING);
    const { held } = await one<{ held: boolean }>(at, 'select coalesce(bool_or(paused or killed), false) as held from wilco.switches');
    const say = `${depth} jobs, the oldest waits ${Math.max(0, oldest)} s`;
    if (dead > 0) return warn(`${say}; ${dead} failed for good`, 'Look at their threads, and in the log for job.failed.');
    if (alive > 0 && !held && oldest > OLD_SECONDS)
      return warn(say, 'Start another process with the role worker or bot, or look in the log for what holds it up.');
    return ok(say);
  },
});

export const switches = (at: Examined): Check => ({
  name: 'switches',
  async run() {
    const { paused, killed } = await one<{ paused: boolean; killed: boolean }>(
      at,
      'select coalesce(bool_or(paused), false) as paused, coalesce(bool_or(killed), false) as killed from wilco.switches',
    );
    if (killed)
      return warn('Wilco is killed: nothing is proposed or carried out.', 'Look at what was stopped; then the owner writes /unkill.');
    return paused ? warn('Wilco is paused: what is approved waits.', 'An approver writes /resume.') : ok('neither paused nor killed');
  },
});

/** Events that have waited longer than this for their link, while a worker is there to make it. */
const UNSEALED_SECONDS = 30;

export const seals = (at: Examined): Check => ({
  name: 'seals',
  async run() {
    const { sealed, rest, oldest } = await one<{ sealed: number; rest: number; oldest: number }>(
      at,
      `select (select coalesce(max(seq), 0) from wilco.event_seals)::int as sealed, count(*)::int as rest, coalesce(extract(epoch from now() - min(e.at)), 0)::int as oldest
       from wilco.events e where e.id > (select coalesce(max(event_id), 0) from wilco.event_seals)`,
    );
    const { alive } = await one<{ alive: number }>(at, LIVING);
    const say = `${sealed} events are sealed${rest > 0 ? `, ${rest} are not yet` : ''}`;
    if (alive > 0 && oldest > UNSEALED_SECONDS)
      return warn(
        `${say}, the oldest for ${oldest} s.`,
        'End whatever holds a transaction open on this server: select * from pg_stat_activity order by xact_start.',
      );
    return ok(say);
  },
});
