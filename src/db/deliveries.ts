import { and, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { agentRuns } from './tables/agents.ts';
import { stops } from './tables/control.ts';
import { deliveries, shownCards } from './tables/surfaces.ts';
import { messages, threads } from './tables/talk.ts';

/** One message of a thread that has to be brought to its surface, in the hands of one worker. */
export type Delivery = {
  id: string;
  threadId: string;
  messageId: string;
  /** What this try is to bring about. It may rise meanwhile: another try follows then. */
  desired: number;
  remoteId: string | null;
  /** Tries so far, this one included. From the second on, an earlier one may have arrived unheard. */
  attempts: number;
  /** No try was made before this. */
  createdAt: Date;
};

/** Deliveries, as `o`, that are not as they should be, on these surfaces. */
const open = (surfaces: readonly string[]) =>
  sql`o.sent < o.desired and o.state <> 'failed' and split_part(o.thread_id, ':', 1) = any(${sql.param([...surfaces])}::text[])`;

/**
 * Takes the first open delivery of each thread that nobody is at: within a thread everything arrives in order, and one that is stuck holds up
 * no other thread. `surfaces`: those that this process is connected to. A worker that is not heard of for `leaseSeconds` is gone.
 */
export const claimDeliveries = async (
  db: Db,
  by: { workerId: string; surfaces: readonly string[]; limit: number; leaseSeconds: number },
): Promise<Delivery[]> => {
  const claimed = await db.execute<{
    id: string;
    thread_id: string;
    message_id: string;
    desired: number;
    remote_id: string | null;
    attempts: number;
    made_at: number;
  }>(sql`
    update ${deliveries} d set state = 'sending', leased_by = ${by.workerId}, attempts = d.attempts + 1,
      leased_until = now() + make_interval(secs => ${by.leaseSeconds})
    where d.id in (
      select h.id from (
        select distinct on (o.thread_id) o.id, o.next_at, o.leased_until from ${deliveries} o
        where ${open(by.surfaces)} order by o.thread_id, o.seq
      ) h where h.next_at <= now() and (h.leased_until is null or h.leased_until < now()) limit ${by.limit}
    ) and (d.leased_until is null or d.leased_until < now())
    returning d.id, d.thread_id, d.message_id, d.desired, d.remote_id, d.attempts, extract(epoch from d.created_at)::float as made_at`);
  return claimed.rows.map((row) => ({
    id: row.id,
    threadId: row.thread_id,
    messageId: row.message_id,
    desired: row.desired,
    remoteId: row.remote_id,
    attempts: row.attempts,
    createdAt: new Date(row.made_at * 1000),
  }));
};

/** In how many milliseconds the first open delivery of some thread is due; undefined when none waits. */
export const nextDelivery = async (db: Db, surfaces: readonly string[]): Promise<number | undefined> => {
  const { rows } = await db.execute<{ ms: number | null }>(sql`
    select extract(epoch from min(greatest(h.next_at, coalesce(h.leased_until, h.next_at))) - now())::float * 1000 as ms from (
      select distinct on (o.thread_id) o.next_at, o.leased_until from ${deliveries} o where ${open(surfaces)} order by o.thread_id, o.seq
    ) h`);
  const ms = rows[0]?.ms;
  return ms === null || ms === undefined ? undefined : Math.max(0, ms);
};

const mine = (at: { id: string; workerId: string }) => and(eq(deliveries.id, at.id), eq(deliveries.leasedBy, at.workerId));

/** A try that takes long is at it still. Where it was given up for lost, it is another's by now, and stays so. */
export const holdDelivery = async (db: Db, at: { id: string; workerId: string; leaseSeconds: number }): Promise<void> => {
  await db
    .update(deliveries)
    .set({ leasedUntil: sql`now() + make_interval(secs => ${at.leaseSeconds})` })
    .where(mine(at));
};

/** It stands there now. What it showed is kept, so that a press on it can be held against that. */
export const settleDelivery = async (
  db: Db,
  at: { id: string; workerId: string; desired: number; remoteId: string; shown?: { revision: number; digest: string } },
): Promise<void> => {
  const shown = at.shown ? { [String(at.shown.revision)]: at.shown.digest } : {};
  await db
    .update(deliveries)
    .set({
      sent: at.desired,
      remoteId: at.remoteId,
      shown: sql`${deliveries.shown} || ${JSON.stringify(shown)}::jsonb`,
      state: sql`(case when ${deliveries.desired} > ${at.desired} then 'queued' else 'sent' end)::wilco.delivery_state`,
      attempts: 0,
      leasedBy: null,
      leasedUntil: null,
      problem: null,
    })
    .where(mine(at));
};

/** Not now: it is tried again after `afterMs`. */
export const postponeDelivery = async (db: Db, at: { id: string; workerId: string; afterMs: number; problem: string }): Promise<void> => {
  const nextAt = sql`now() + make_interval(secs => ${at.afterMs / 1000})`;
  await db.update(deliveries).set({ state: 'queued', nextAt, leasedBy: null, leasedUntil: null, problem: at.problem }).where(mine(at));
};

/** Never: the surface refused it for good. */
export const failDelivery = async (db: Db, at: { id: string; workerId: string; problem: string }): Promise<void> => {
  await db.update(deliveries).set({ state: 'failed', leasedBy: null, leasedUntil: null, problem: at.problem }).where(mine(at));
};

/** What a delivery brings: the message as it stands now, and whose project it is of. */
export const readOutgoing = async (
  db: Db,
  messageId: string,
): Promise<(typeof messages.$inferSelect & { projectId: string }) | undefined> => {
  const [row] = await db
    .select({ message: messages, projectId: threads.projectId })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .where(eq(messages.id, messageId));
  return row && { ...row.message, projectId: row.projectId };
};

/** Whether the card of a proposal stands in a thread, or is on its way there. */
export const standsIn = async (db: Db, at: { threadId: string; proposalId: string }): Promise<boolean> => {
  const [row] = await db
    .select({ id: deliveries.id })
    .from(deliveries)
    .innerJoin(messages, eq(messages.id, deliveries.messageId))
    .where(and(eq(deliveries.threadId, at.threadId), eq(messages.proposalId, at.proposalId), sql`${deliveries.state} <> 'failed'`))
    .limit(1);
  return row !== undefined;
};

/** What was said to an agent that is paused, by itself or with its domain, waits: nobody is at it. */
const waitsForAgent = sql`m.state = 'queued' and m.agent_key is not null and exists (
  select 1 from ${stops} s join ${threads} t on t.project_id = s.project_id
  where t.id = m.thread_id and s.paused and (s.scope = 'agent:' || m.agent_key or s.scope like 'domain:%'))`;

/** The first message of the same run that stands in a channel which only mirrors the thread of this one; undefined: this is the first. */
export const firstOfRun = async (db: Db, at: { threadId: string; messageId: string }): Promise<string | undefined> => {
  const { rows } = await db.execute<{ remote_id: string }>(sql`
    select d.remote_id from ${deliveries} d join ${messages} m on m.id = d.message_id
      join ${messages} mine on mine.id = ${at.messageId} and mine.run_id = m.run_id and mine.id <> m.id and mine.thread_id <> ${at.threadId}
    where d.thread_id = ${at.threadId} and d.remote_id is not null
    order by d.seq limit 1`);
  return rows[0]?.remote_id;
};

/** Whether anything of Wilco's stands in a thread, or is on its way there. */
export const hasSpokenIn = async (db: Db, threadId: string): Promise<boolean> => {
  const [row] = await db.select({ id: deliveries.id }).from(deliveries).where(eq(deliveries.threadId, threadId)).limit(1);
  return row !== undefined;
};

/** Whether anything is still being made in a thread; what waits for people's decision is not. */
export const isAtWork = async (db: Db, threadId: string): Promise<boolean> => {
  const { rows } = await db.execute<{ busy: boolean }>(sql`
    select exists (select 1 from ${messages} m
        where m.thread_id = ${threadId} and m.state in ('queued', 'delivered') and m.run_id is null and not (${waitsForAgent}))
      or exists (select 1 from ${agentRuns} r where r.thread_id = ${threadId} and r.state in ('queued', 'running')) as busy`);
  return rows[0]?.busy === true;
};

/** The digest that a message on a surface showed for this revision; undefined when it never showed that. */
export const digestOnShow = async (
  db: Db,
  press: { surface: string; channel: string; remoteId: string; proposalId: string; revision: number },
): Promise<string | undefined> => {
  const [row] = await db
    .select({ shown: deliveries.shown })
    .from(deliveries)
    .innerJoin(messages, eq(messages.id, deliveries.messageId))
    .where(
      and(
        eq(deliveries.remoteId, press.remoteId),
        sql`${deliveries.threadId} like ${`${press.surface}:${press.channel}:`} || '%'`,
        sql`${messages.proposalId}::text = ${press.proposalId}`,
      ),
    );
  return row?.shown[String(press.revision)];
};

/** Keeps what one person was shown in full, for what they press on it. */
export const keepShown = async (
  db: Db,
  card: { personId: string; proposalId: string; revision: number; digest: string },
): Promise<void> => {
  await db
    .insert(shownCards)
    .values(card)
    .onConflictDoUpdate({
      target: [shownCards.personId, shownCards.proposalId, shownCards.revision],
      set: { digest: card.digest, shownAt: sql`now()` },
    });
};

/** The digest of what this person was shown in full. */
export const digestShownTo = async (
  db: Db,
  which: { personId: string; proposalId: string; revision: number },
): Promise<string | undefined> => {
  const [row] = await db
    .select({ digest: shownCards.digest })
    .from(shownCards)
    .where(
      and(
        eq(shownCards.personId, which.personId),
        sql`${shownCards.proposalId}::text = ${which.proposalId}`,
        eq(shownCards.revision, which.revision),
      ),
    );
  return row?.digest;
};
