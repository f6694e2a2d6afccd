import { setTimeout as sleep } from 'node:timers/promises';
import { inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { openDatabase } from '../src/db/client.ts';
import { ensureInstalled } from '../src/db/install.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { pageOfProposals } from '../src/db/read/proposals.ts';
import { openSignals } from '../src/db/signals.ts';
import { revisions } from '../src/db/tables/proposals.ts';
import { channelThread } from '../src/db/thread-id.ts';
import type { Actor } from '../src/dispatch/actor.ts';
import { decide } from '../src/dispatch/decide.ts';
import { byName, type Heart } from '../src/dispatch/heart.ts';
import { throwSwitch } from '../src/dispatch/power.ts';
import { proposalCard } from '../src/dispatch/proposal-card.ts';
import { propose } from '../src/dispatch/propose.ts';
import { listStandings } from '../src/dispatch/standing.ts';
import { openQueue } from '../src/queue/boss.ts';
import { startHousekeeping } from '../src/queue/housekeeping.ts';
import { startPump } from '../src/queue/pump.ts';
import { startWorker } from '../src/queue/worker.ts';
import { ok } from '../src/result.ts';
import { defineTool, type Replay, type Tool } from '../src/tools/tool.ts';
import { inLanes } from './harness.ts';
import { createDatabase, silent } from './server.ts';

// As in src/main.ts.
const CONNECTIONS = 14;
export const SLOTS = 10;

export type Waiting = { id: string; revision: number; digest: string; text: string };

/** The heart as the program wires it, on one database, with actions that tell when they start and are settled. */
export type Ours = {
  /** Makes `count` proposals that wait for a decision. */
  propose(count: number, replay: Replay): Promise<Waiting[]>;
  approve(card: Waiting): Promise<void>;
  /** When the action of this card starts, by `performance.now()`. To be asked before it is approved. */
  started(card: Waiting): Promise<number>;
  settled(card: Waiting): Promise<void>;
  /** While shut, approved actions wait in the queue, as they do under a pause. */
  gate(open: boolean): void;
  /** The first page of what is newest, with each card made. */
  list(): Promise<number>;
  /** Kills everything and lifts it again: how long the answer took, and how many actions started after the kill had committed. */
  kill(): Promise<{ ms: number; late: number; voided: number }>;
  url: string;
  stop(): Promise<void>;
};

export type Bells = Map<string, () => void>;

const ring = (bells: Bells, key: string): void => {
  bells.get(key)?.();
  bells.delete(key);
};

/** Actions that do nothing, one for each way to replay. */
export const noteTools = (bells: Bells, takesMs: number): Tool[] => {
  const tool = (replay: Replay) =>
    defineTool({
      name: replay,
      slash: replay,
      title: 'Do nothing',
      summary: 'Do nothing',
      examples: [],
      phrases: [],
      effect: 'write',
      replay,
      version: 1,
      account: 'this installation',
      input: z.strictObject({ text: z.string() }),
      target: () => 'nothing',
      risk: () => 'low',
      preview: async () => ({ changes: ['Nothing'], reversible: 'Yes' }),
      async execute({ text }, ctx) {
        ring(bells, text);
        if (replay !== 'transactional') await ctx.beforeDispatch();
        if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
        return ok({ summary: 'Done' });
      },
    });
  return [tool('transactional'), tool('keyed'), tool('unsafe')];
};

/** The heart on a database of its own, with these actions. */
export const openHeart = async (serverUrl: string, name: string, tools: Tool[]) => {
  const base = await createDatabase(serverUrl, name);
  const { url } = base;
  const migrated = await migrateDatabase(url);
  if (!migrated.ok) throw new Error(migrated.error.message);
  let told: () => void = () => undefined;
  const database = openDatabase(url, { max: CONNECTIONS, onIdleError: () => undefined, onCommit: () => told() });
  const { ownerId } = await ensureInstalled(database, { ownerName: 'Owner', timeZone: 'UTC' });
  const signals = await openSignals({ url, pool: database.pool, log: silent });
  told = () => signals.tell('wilco_events');
  const queue = await openQueue({ url, log: silent, supervise: true });
  const enqueue: Heart['enqueue'] = async (tx, job) => {
    await queue.enqueue(tx, 'execute', job);
    tx.afterCommit(() => signals.tell('wilco_jobs'));
  };
  const heart: Heart = { database, signals, log: silent, tools: byName(tools), enqueue };
  const close = async () => {
    await queue.stop();
    await signals.stop();
    await database.close();
    await base.drop();
  };
  return { heart, queue, ownerId, close };
};

export const openOurs = async (serverUrl: string, options: { takesMs?: number; database?: string } = {}): Promise<Ours> => {
  const [starts, ends]: [Bells, Bells] = [new Map(), new Map()];
  const { heart, queue, ownerId, close } = await openHeart(
    serverUrl,
    options.database ?? 'bench_wilco',
    noteTools(starts, options.takesMs ?? 0),
  );
  const { database, signals } = heart;
  const shared = { database, heart, queue, signals, log: silent };
  const worker = await startWorker({ ...shared, host: 'bench', roles: 'worker' });
  const housekeeping = startHousekeeping(shared);
  let open = true;
  const pump = startPump({
    ...shared,
    names: ['execute'],
    handlers: {
      route: async () => 'done',
      async execute(data, ctx) {
        const ended = await worker.handler(data, ctx);
        ring(ends, data.proposalId);
        return ended;
      },
    },
    slots: SLOTS,
    held: () => !open,
  });
  const owner: Actor = { projectId: 'default', personId: ownerId, name: 'Owner', role: 'owner', via: 'bench' };
  let made = 0;
  const proposeOne = async (replay: Replay): Promise<{ id: string; text: string }> => {
    made += 1;
    const text = `action ${made}`;
    const proposed = await propose(heart, owner, { threadId: channelThread('general'), tool: replay, input: { text } });
    if (!proposed.ok) throw new Error(proposed.error.message);
    return { id: proposed.value.proposalId, text };
  };
  const waitFor = (bells: Bells, key: string) => new Promise<void>((resolve) => bells.set(key, resolve));
  return {
    async propose(count, replay) {
      const texts = new Map<string, string>();
      await inLanes(8, count, async () => {
        const { id, text } = await proposeOne(replay);
        texts.set(id, text);
      });
      const columns = { id: revisions.proposalId, revision: revisions.revision, digest: revisions.digest };
      const rows = await database.db
        .select(columns)
        .from(revisions)
        .where(inArray(revisions.proposalId, [...texts.keys()]));
      return rows.map((row) => ({ ...row, text: texts.get(row.id) ?? '' }));
    },
    async approve({ id, revision, digest }) {
      const decided = await decide(heart, owner, { verb: 'approve', proposalId: id, revision, digest });
      if (!decided.ok) throw new Error(decided.error.message);
    },
    started: ({ text }) => waitFor(starts, text).then(() => performance.now()),
    settled: ({ id }) => waitFor(ends, id),
    gate(to) {
      open = to;
      if (open) signals.tell('wilco_jobs');
    },
    async list() {
      const { projectId } = owner;
      const page = await pageOfProposals(database.db, { projectId, state: undefined, cursor: undefined, limit: 50, oldestFirst: false });
      const ids = page.ok ? page.value.items : [];
      const standings = await listStandings(database.db, { projectId, ids, limit: ids.length });
      return standings.map((standing) => proposalCard(standing, heart.tools.get(standing.proposal.tool))).length;
    },
    async kill() {
      const began = performance.now();
      const killed = await throwSwitch(heart, owner, { verb: 'kill', reason: null });
      const ms = performance.now() - began;
      if (!killed.ok) throw new Error(killed.error.message);
      open = true;
      signals.tell('wilco_jobs');
      await sleep(500);
      const late = await database.db.execute(sql`select 1 from wilco.events s where s.kind = 'proposal.started'
        and s.xid > (select max(k.xid) from wilco.events k where k.kind = 'switch.killed')`);
      await throwSwitch(heart, owner, { verb: 'unkill', reason: null });
      return { ms, late: late.rows.length, voided: killed.value.voided };
    },
    url: database.url,
    async stop() {
      await pump.stop(5000);
      await worker.stop();
      await housekeeping.stop();
      await close();
    },
  };
};
