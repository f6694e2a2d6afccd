import { configInForce, unreadableConfig } from '../db/agent-config.ts';
import { agentRows } from '../db/agents.ts';
import type { Db } from '../db/client.ts';
import type { AgentState } from '../db/states.ts';
import type { Team } from '../tools/autonomy-change.ts';
import type { Agent } from './agent.ts';

/**
 * An agent as a project has it. `shipped`: it comes with Wilco, and what the project keeps of it is only what was changed. `broken`: what is
 * stored of it does not hold, and it is not at work.
 */
export type Member = { agent: Agent; state: AgentState; shipped: boolean; broken: boolean };

/** Who works here besides people, read anew each time: what was just decided counts at once. */
export type Roster = {
  /** All of a project's, those that ship first, retired ones included. */
  members(projectId: string): Promise<readonly Member[]>;
  /** By its key; undefined for one that is not there or was retired. */
  find(projectId: string, key: string): Promise<Member | undefined>;
};

type Row = Awaited<ReturnType<typeof agentRows>>[number];

const memberOf = (key: string, shipped: Agent | undefined, row: Row | undefined): Member => {
  const { starts = 'active', otherwise, alone, ...config } = shipped ?? {};
  const own = { starts, ...(otherwise ? { otherwise } : {}), ...(alone ? { alone } : {}) };
  const read = configInForce(key, shipped && { ...unreadableConfig(key), ...config }, row?.config ?? {});
  const state = row?.state ?? starts;
  if (read) return { agent: { ...read, ...own }, state, shipped: shipped !== undefined, broken: false };
  return { agent: { ...unreadableConfig(key), starts }, state, shipped: shipped !== undefined, broken: true };
};

/** The agents that ship, with what a project has changed, and those that it deployed itself. */
export const createRoster = (db: Db, shipped: readonly Agent[]): Roster => {
  const members = async (projectId: string): Promise<readonly Member[]> => {
    const rows = await agentRows(db, projectId);
    const keys = new Set(shipped.map(({ key }) => key));
    const ours = shipped.map((agent) =>
      memberOf(
        agent.key,
        agent,
        rows.find(({ key }) => key === agent.key),
      ),
    );
    return [...ours, ...rows.filter(({ key }) => !keys.has(key)).map((row) => memberOf(row.key, undefined, row))];
  };
  return {
    members,
    async find(projectId, key) {
      const found = (await members(projectId)).find(({ agent }) => agent.key === key);
      return found?.state === 'retired' ? undefined : found;
    },
  };
};

/** The roster as what changes autonomy knows it; who was retired is nobody any more. */
export const createTeam =
  (roster: Roster): Team =>
  async (projectId) =>
    (await roster.members(projectId))
      .filter(({ state }) => state !== 'retired')
      .map(({ agent: { key, name, domain, autonomy } }) => ({ key, name, domain, autonomy }));
