import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { agentRuns } from '../db/tables/agents.ts';
import { type OfferedItem, offers } from '../db/tables/offers.ts';
import { proposals } from '../db/tables/proposals.ts';
import { schedules } from '../db/tables/schedules.ts';
import { messages, threads } from '../db/tables/talk.ts';
import {
  digestCard,
  digestTitle,
  itemOf,
  type Listed,
  listed,
  type Offers,
  type Report,
  stateCell,
  WITH_BUTTONS,
} from './beat-digest-card.ts';
import type { Card } from './card.ts';
import { makeOffer } from './make-offer.ts';
import type { Tools } from './parts.ts';
import { listStandings, type Standing } from './standing.ts';

type Run = typeof agentRuns.$inferSelect;
type Telling = { tx: Tx; run: Run; tools: Tools; agentName: string };

const MOST = 100;

const standingsOf = async ({ tx, run }: Telling): Promise<Standing[]> => {
  const rows = await tx.db
    .select({ id: proposals.id })
    .from(proposals)
    .where(eq(proposals.agentRunId, run.id))
    .orderBy(asc(proposals.proposedAt), asc(proposals.id))
    .limit(MOST);
  const ids = rows.map(({ id }) => id);
  return listStandings(tx.db, { projectId: run.projectId, ids, limit: MOST, oldestFirst: true });
};

const offerFor =
  (telling: Telling, verb: 'approve' | 'reject') =>
  async (items: OfferedItem[]): Promise<string | undefined> => {
    const { tx, run } = telling;
    const { projectId, threadId, id: runId } = run;
    return items.length === 0 ? undefined : makeOffer(tx.db, { projectId, threadId, personId: null, runId, verb, items });
  };

const each = async (
  rows: readonly Listed[],
  itemFor: (row: Listed) => OfferedItem | undefined,
  make: (items: OfferedItem[]) => Promise<string | undefined>,
): Promise<Map<string, string>> => {
  const made = new Map<string, string>();
  for (const row of rows.slice(0, WITH_BUTTONS)) {
    const item = itemFor(row);
    const offer = item && (await make([item]));
    if (offer) made.set(row.standing.proposal.id, offer);
  }
  return made;
};

/** A yes is only to lines that show everything; a no needs no more than to know which. */
const makeOffers = async (telling: Telling, rows: readonly Listed[]): Promise<Offers> => {
  const open = rows.filter(({ standing }) => standing.proposal.state === 'proposed');
  const [approve, reject] = [offerFor(telling, 'approve'), offerFor(telling, 'reject')];
  const low = open.flatMap(({ standing, whole }) => (standing.revision.risk === 'low' && whole ? [whole] : []));
  return {
    low: await approve(low),
    all: await reject(open.map(({ standing }) => itemOf(standing))),
    approve: await each(open, ({ whole }) => whole, approve),
    reject: await each(open, ({ standing }) => itemOf(standing), reject),
  };
};

const heartbeatName = async ({ tx, run }: Telling): Promise<string> => {
  if (run.scheduleId === null) return run.goal;
  const [row] = await tx.db.select({ name: schedules.name }).from(schedules).where(eq(schedules.id, run.scheduleId));
  return row?.name ?? run.goal;
};

const post = async (telling: Telling, fresh: readonly Standing[]): Promise<void> => {
  const { tx, run, tools, agentName } = telling;
  const { projectId, threadId, agentKey, id: runId } = run;
  const reports: readonly Report[] = run.reports;
  const findings = reports.filter(({ kind }) => kind === 'finding').length;
  const rows = fresh.map((standing, at) => listed(standing, tools, at + 1));
  const title = digestTitle(agentName, { findings, proposals: rows.length, notes: reports.length - findings });
  const about = { title, heartbeat: await heartbeatName(telling), reports };
  const card = digestCard(about, rows, await makeOffers(telling, rows));
  const kind = findings + rows.length > 0 ? 'finding' : 'status';
  const [message] = await tx.db
    .insert(messages)
    .values({ threadId, authorKind: 'agent', agentKey, authorName: agentName, kind, runId, text: '', card })
    .returning({ id: messages.id });
  await tx.db.update(threads).set({ lastMessageAt: sql`now()` }).where(eq(threads.id, threadId));
  const data = { messageId: message?.id, kind, agent: agentKey, runId, findings, proposals: rows.length };
  await record(tx.db, { projectId, kind: 'team.posted', threadId, data });
};

/** What still stands as a digest showed it. */
const standsAs = (items: readonly OfferedItem[], now: ReadonlyMap<string, Standing>): boolean =>
  items.some(({ id, revision, digest }) => {
    const found = now.get(id);
    return found?.proposal.state === 'proposed' && found.proposal.revision === revision && found.revision.digest === digest;
  });

type Kept = { offers: ReadonlyMap<string, readonly OfferedItem[]>; now: ReadonlyMap<string, Standing> };

/** The same card with what became of its lines, and without the presses that nothing is left for. */
const refreshed = (card: Card, { offers: made, now }: Kept): Card => {
  const shown = new Map([...made.values()].flat().map(({ id, revision }) => [id, revision]));
  const rows = (card.table?.rows ?? []).map((row) => {
    const found = row.proposalId === undefined ? undefined : now.get(row.proposalId);
    if (!found) return row;
    return { ...row, cells: [...row.cells.slice(0, -1), stateCell(found, shown.get(found.proposal.id) ?? found.proposal.revision)] };
  });
  const actions = card.actions.filter((action) => {
    if (action.verb === 'bulk') return standsAs(made.get(action.offer) ?? [], now);
    return action.verb !== 'open' || (action.of !== undefined && now.get(action.of.id)?.proposal.state === 'proposed');
  });
  return { ...card, ...(card.table ? { table: { ...card.table, rows } } : {}), actions };
};

/** Brings what the run told before up to date; answers the proposals that were told of. */
const refresh = async ({ tx, run }: Telling, standings: readonly Standing[]): Promise<ReadonlySet<string>> => {
  const told = await tx.db
    .select({ id: messages.id, card: messages.card })
    .from(messages)
    .where(and(eq(messages.threadId, run.threadId), eq(messages.runId, run.id), isNotNull(messages.card)));
  if (told.length === 0) return new Set();
  const made = await tx.db.select({ id: offers.id, items: offers.items }).from(offers).where(eq(offers.runId, run.id));
  const kept = {
    offers: new Map(made.map(({ id, items }) => [id, items])),
    now: new Map(standings.map((standing) => [standing.proposal.id, standing])),
  };
  const seen = new Set<string>();
  for (const { id, card: stored } of told) {
    const card = stored as Card; // a digest's, made of `Shown` texts when it was stored
    for (const row of card.table?.rows ?? []) if (row.proposalId) seen.add(row.proposalId);
    const next = refreshed(card, kept);
    if (JSON.stringify(next) === JSON.stringify(card)) continue;
    await tx.db.update(messages).set({ card: next }).where(eq(messages.id, id));
    await record(tx.db, { projectId: run.projectId, kind: 'team.changed', threadId: run.threadId, data: { messageId: id, runId: run.id } });
  }
  return seen;
};

const UNTOLD = sql`${agentRuns.trigger} = 'heartbeat' and ${agentRuns.toldAt} is null`;

const lockUntold = async (tx: Tx, runId: string): Promise<Run | undefined> => {
  const [run] = await tx.db
    .select()
    .from(agentRuns)
    .where(and(eq(agentRuns.id, runId), UNTOLD))
    .for('update', { skipLocked: true });
  return run;
};

/** While it is at work, more may come: it is told when it parks or ends. */
const isAtRest = ({ state }: Run): boolean => state !== 'queued' && state !== 'running';

/**
 * Says in one message what a heartbeat's run has come to since it was last said, if anything: what it found, and every proposal with what may be
 * decided right there. What was said before is brought up to date. False where there is nothing to do.
 */
export const tellDigest = async (
  tx: Tx,
  at: { runId: string; tools: Tools; nameOf: (projectId: string, agentKey: string) => Promise<string> },
): Promise<boolean> => {
  const run = await lockUntold(tx, at.runId);
  if (!run) return false;
  const telling = { tx, run, tools: at.tools, agentName: await at.nameOf(run.projectId, run.agentKey) };
  const standings = await standingsOf(telling);
  const seen = await refresh(telling, standings);
  const fresh = standings.filter(({ proposal }) => !seen.has(proposal.id));
  const rests = isAtRest(run);
  if (rests && (fresh.length > 0 || run.reports.length > 0)) await post(telling, fresh);
  await tx.db
    .update(agentRuns)
    .set({ toldAt: sql`now()`, ...(rests ? { reports: [] } : {}) })
    .where(eq(agentRuns.id, run.id));
  return true;
};

/** The runs whose digest has something to say or to bring up to date, the longest at rest first. */
export const listUntold = async (db: Tx['db'], limit: number): Promise<string[]> => {
  const rows = await db.select({ id: agentRuns.id }).from(agentRuns).where(UNTOLD).orderBy(asc(agentRuns.updatedAt)).limit(limit);
  return rows.map(({ id }) => id);
};
