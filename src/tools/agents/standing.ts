import { createHash } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { AgentConfig, configInForce } from '../../db/agent-config.ts';
import type { Db } from '../../db/client.ts';
import { record } from '../../db/record.ts';
import type { AgentState } from '../../db/states.ts';
import { agents } from '../../db/tables/agents.ts';
import type { ToolContext } from '../tool.ts';

/** An agent that ships: its configuration, and whether a new project has it at work. */
export type ShippedAgent = AgentConfig & { starts: 'active' | 'planned' };

/** How an agent stands at a moment. `config` undefined: what is stored of it does not hold. */
export type AgentNow = {
  state: AgentState;
  config: AgentConfig | undefined;
  shipped: ShippedAgent | undefined;
  /** The action that made it what it is. */
  proposalId: string | null;
};

type Which = { projectId: string; key: string };

/** An agent as it stands; undefined where nobody goes by that key. `lock`: it stays so until the transaction ends. */
export const agentNow = async (
  db: Db,
  { projectId, key }: Which,
  { shipped: all, lock = false }: { shipped: readonly ShippedAgent[]; lock?: boolean },
): Promise<AgentNow | undefined> => {
  const found = db
    .select()
    .from(agents)
    .where(and(eq(agents.projectId, projectId), eq(agents.key, key)));
  const [row] = await (lock ? found.for('update') : found);
  const shipped = all.find((one) => one.key === key);
  if (!row) return shipped && { state: shipped.starts, config: AgentConfig.strip().parse(shipped), shipped, proposalId: null };
  const base = shipped && AgentConfig.strip().parse(shipped);
  return { state: row.state, config: configInForce(key, base, row.config), shipped, proposalId: row.proposalId };
};

const sorted = (config: AgentConfig): string => JSON.stringify(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A short name for exactly this configuration: a change that was made from another one is refused. */
export const fingerprintOf = (now: AgentNow): string =>
  now.config ? createHash('sha256').update(sorted(now.config)).digest('hex').slice(0, 12) : 'unreadable';

/** Of a shipped one only what differs is kept, so that an update reaches all that nobody changed. */
const kept = (config: AgentConfig, shipped: ShippedAgent | undefined): Record<string, unknown> => {
  const before: Record<string, unknown> = shipped ?? {};
  return Object.fromEntries(Object.entries(config).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)));
};

type Written = { key: string; state: AgentState; config: AgentConfig | undefined; shipped: ShippedAgent | undefined; kind: string };

/** Writes how an agent stands from now on, with the event of it. Without a configuration the one that is stored stays. False: somebody was first. */
export const writeAgent = async (ctx: ToolContext, { key, state, config, shipped, kind }: Written, anew: boolean): Promise<boolean> => {
  const { tx, projectId, proposalId, threadId, requesterId } = ctx;
  const values = { projectId, key, state, proposalId, ...(config ? { config: kept(config, shipped) } : {}) };
  const set = { ...values, updatedAt: sql`now()` };
  const insert = tx.insert(agents).values(values);
  const target = [agents.projectId, agents.key];
  const written = await (anew ? insert.onConflictDoNothing() : insert.onConflictDoUpdate({ target, set })).returning({ key: agents.key });
  if (written.length === 0) return false;
  await record(tx, { projectId, kind, proposalId, threadId, personId: requesterId, data: { agent: key } });
  return true;
};
