import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { type PolicyDocument, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { openSignals, type Signals } from '../../src/db/signals.ts';
import type { Role } from '../../src/db/states.ts';
import { policies } from '../../src/db/tables/control.ts';
import { members, people } from '../../src/db/tables/people.ts';
import { proposals, revisions } from '../../src/db/tables/proposals.ts';
import { channelThread } from '../../src/db/thread-id.ts';
import { enterWorker } from '../../src/db/workers.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { execute, type Worker } from '../../src/dispatch/execute.ts';
import { byName, type Heart } from '../../src/dispatch/heart.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { createLog, type Log } from '../../src/log.ts';
import { openQueue, type Queue } from '../../src/queue/boss.ts';
import { type Pump, startPump } from '../../src/queue/pump.ts';
import { type ActionWorker, startWorker } from '../../src/queue/worker.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { PATIENCE_MS } from '../eventually.ts';
import { fakeTools, type Outside } from '../fakes/tools.ts';

export const THREAD = channelThread('general');

/** The heart on a real database and a real queue, with people and tools of the test's own. */
export type Rig = TestDatabase & {
  heart: Heart;
  signals: Signals;
  queue: Queue;
  outside: Outside;
  owner: Actor;
  /** Makes a person of this role. */
  person(name: string, role: Role): Promise<Actor>;
  proposed(actor: Actor, input: object, tool?: string): Promise<{ id: string; revision: number; digest: string }>;
  stateOf(id: string): Promise<string>;
  approve(actor: Actor, card: { id: string; revision: number; digest: string }): ReturnType<typeof decide>;
  work(slots?: number): Promise<{ worker: ActionWorker; pump: Pump }>;
  settled(id: string): Promise<string>;
  /** One wake-up for the attempt that the proposal is at, without a queue, by a worker that lives; answers what came of it. */
  step(id: string, by?: { worker?: Worker; jobId?: string; signal?: AbortSignal }): Promise<string>;
  /** Puts the shipped policy with these changes in force. */
  policy(changes: Partial<PolicyDocument>): Promise<void>;
  sql<Row>(text: string): Promise<Row[]>;
  /** What somebody with a superuser's console could do: no trigger and no foreign key stands in the way. */
  tamper(text: string, values?: unknown[]): Promise<void>;
  stop(): Promise<void>;
};

const FINAL = ['executed', 'failed', 'unknown', 'void', 'rejected', 'expired', 'withdrawn'];

export const actorOf = (personId: string | null, role: Role, name = 'Somebody'): Actor => ({
  projectId: 'default',
  personId,
  name,
  role,
  via: 'test',
});

/** A worker that is on no list, as one that died; nobody else has noticed yet. */
export const aWorker = (): Worker => ({ id: randomUUID(), leaseHolds: () => true });

/** `wrap`: what the test makes of the fake tools. `supervise` false: nobody looks for dead workers, so that a slow machine makes none of it. */
type Options = {
  tools?: Tool[];
  wrap?: (tool: Tool) => Tool;
  max?: number;
  solo?: boolean;
  log?: Log;
  open?: typeof freshDatabase;
  supervise?: boolean;
};

export const createRig = async (options: Options = {}): Promise<Rig> => {
  let told: () => void = () => undefined;
  const base = await (options.open ?? freshDatabase)({ max: options.max ?? 12, onCommit: () => told() });
  const { database, url, installed } = base;
  const log = options.log ?? createLog(process.env.TEST_LOG ?? 'silent');
  const signals = await openSignals({ url, pool: database.pool, log });
  told = () => signals.tell('wilco_events');
  const queue = await openQueue({ url, log, supervise: options.supervise ?? true });
  const outside: Outside = { calls: [] };
  await database.db.execute('create table if not exists notes (key text, text text)');
  if (options.solo === false) await database.db.execute('update wilco.projects set solo = false');
  const heart: Heart = {
    database,
    signals,
    log,
    tools: byName((options.tools ?? fakeTools(outside)).map(options.wrap ?? ((tool) => tool))),
    async enqueue(tx, job) {
      await queue.enqueue(tx, 'execute', job);
      tx.afterCommit(() => signals.tell('wilco_jobs'));
    },
  };
  // Lives for as long as the test; its role keeps it from being asked to acknowledge.
  const alive = aWorker();
  await enterWorker(database.db, { id: alive.id, host: 'test', pid: 0, roles: 'test' });
  await database.db.execute(`update wilco.workers set heartbeat_at = now() + interval '1 day'`);
  const stops: (() => Promise<void>)[] = [];
  const rig: Rig = {
    ...base,
    heart,
    signals,
    queue,
    outside,
    owner: actorOf(installed.ownerId, 'owner', 'Owner'),
    async person(name, role) {
      const [person] = await database.db.insert(people).values({ name }).returning();
      if (!person) throw new Error('no person');
      await database.db.insert(members).values({ projectId: 'default', personId: person.id, role, joinedAt: new Date() });
      return actorOf(person.id, role, name);
    },
    async proposed(actor, input, tool = 'note_unsafe') {
      const made = await propose(heart, actor, { threadId: THREAD, tool, input });
      if (!made.ok) throw new Error(`${made.error.code}: ${made.error.message}`);
      const [row] = await database.db.select().from(revisions).where(eq(revisions.proposalId, made.value.proposalId));
      if (!row) throw new Error('no revision');
      return { id: made.value.proposalId, revision: row.revision, digest: row.digest };
    },
    async stateOf(id) {
      const [row] = await database.db.select({ state: proposals.state }).from(proposals).where(eq(proposals.id, id));
      return row?.state ?? 'missing';
    },
    approve: (actor, card) => decide(heart, actor, { verb: 'approve', proposalId: card.id, revision: card.revision, digest: card.digest }),
    async work(slots = 10) {
      const worker = await startWorker({ database, heart, queue, signals, log, host: 'test', roles: 'worker' });
      const pump = startPump({
        queue,
        signals,
        log,
        names: ['execute'],
        handlers: { execute: worker.handler, route: async () => 'done' },
        slots,
        held: () => worker.held(),
      });
      stops.push(async () => {
        await pump.stop(5000);
        await worker.stop();
      });
      return { worker, pump };
    },
    async settled(id) {
      for (const late = performance.now() + PATIENCE_MS; performance.now() < late; ) {
        const state = await rig.stateOf(id);
        if (FINAL.includes(state)) return state;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return rig.stateOf(id);
    },
    step(id, by = {}) {
      const came = (async () => {
        const [row] = await database.db.select().from(proposals).where(eq(proposals.id, id));
        if (!row) throw new Error('no proposal');
        const { projectId, attempt } = row;
        const { jobId = randomUUID(), signal = new AbortController().signal, worker = alive } = by;
        return execute(heart, { jobId, projectId, proposalId: id, attempt, signal, complete: async () => undefined }, worker);
      })();
      // What a test leaves hanging ends when the database is gone, and nobody is there to hear of it.
      came.catch(() => undefined);
      return came;
    },
    async policy(changes) {
      const [row] = await rig.sql<{ next: number }>('select max(version) + 1 as next from wilco.policies');
      await database.db
        .insert(policies)
        .values({ projectId: 'default', version: row?.next ?? 1, document: { ...SHIPPED_POLICY, ...changes } });
    },
    sql: async <Row>(text: string) => (await database.pool.query(text)).rows as Row[],
    async tamper(text, values = []) {
      const client = await database.pool.connect();
      try {
        await client.query('set session_replication_role = replica');
        await client.query(text, values);
      } finally {
        await client.query('reset session_replication_role');
        client.release();
      }
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
      await queue.stop();
      await signals.stop();
      await base.drop();
    },
  };
  return rig;
};

/**
 * Rule 8, as the one query that must answer nothing after every test. An occurrence of a schedule is decided by somebody who approved that:
 * whose vote, on exactly what made the schedule, is on record. What an agent did by itself is decided by a rule that was in force, and that the
 * person named signed.
 */
export const effectsWithoutDecision = async (rig: Rig): Promise<number> => {
  const { rows } = await rig.database.db.execute<{ n: number }>(`
    select count(*)::int as n from wilco.effects e left join wilco.decisions d
      on d.id = e.decision_id and d.proposal_id = e.proposal_id and d.digest = e.digest and d.person_id is not null
      and (d.kind in ('approved', 'retried') or (d.kind = 'autopilot' and exists (
        select 1 from wilco.proposals o
        join wilco.revisions r on r.proposal_id = o.id and r.revision = d.revision and r.digest = d.digest and r.decider = 'autopilot'
        join wilco.policies p on p.project_id = o.project_id and p.version = d.policy_version
        cross join lateral jsonb_array_elements(p.document -> 'autopilot') a
        where o.id = e.proposal_id and o.agent_key = a ->> 'agent' and not o.agent_heartbeat and a ->> 'id' = d.rule_id
          and a ->> 'signedBy' = d.person_id::text and d.created_at < (a ->> 'until')::timestamptz)) or (d.kind = 'scheduled' and exists (
        select 1 from wilco.proposals o
        join wilco.schedules s on o.origin like 'schedule:' || s.id || ':%'
        join wilco.decisions a on a.proposal_id = s.proposal_id and a.kind = 'approved'
        join wilco.votes v on v.proposal_id = s.proposal_id and v.revision = a.revision and v.shown_digest = a.digest and v.person_id = d.person_id
        where o.id = e.proposal_id)))
    where d.id is null`);
  return rows[0]?.n ?? -1;
};

export const unique = (): string => randomUUID();

/** Does it for all, so many at a time: as many as wait for one of a pool's connections without any giving up. */
export const atOnce = async <T, Made>(list: readonly T[], width: number, act: (one: T) => Promise<Made>): Promise<Made[]> => {
  const made: Made[] = [];
  const entries = list.entries();
  const lane = async () => {
    for (const [at, one] of entries) made[at] = await act(one);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return made;
};
