import { z } from 'zod';
import { AgentConfig } from '../db/agent-config.ts';
import { agentRows } from '../db/agents.ts';
import type { Db } from '../db/client.ts';
import type { AgentState } from '../db/states.ts';
import type { Agent } from './agent.ts';

/** An agent as a project has it. `shipped`: it comes with Wilco, and what the project keeps of it is only what was changed. */
export type Member = { agent: Agent; state: AgentState; shipped: boolean };

/** Who works here besides people, read anew each time: what was just decided counts at once. */
export type Roster = {
  /** All of a project's, those that ship first, retired ones included. */
  members(projectId: string): Promise<readonly Member[]>;
  /** By its key; undefined for one that is not there or was retired. */
  find(projectId: string, key: string): Promise<Member | undefined>;
};

/** What was changed and nothing else: a default is no change. */
const Changes = z.record(z.string(), z.unknown());

const shippedMember = (agent: Agent, row: { state: AgentState; config: unknown } | undefined): Member => {
  if (!row) return { agent, state: agent.starts, shipped: true };
  const { starts, otherwise, ...config } = agent;
  const changed = AgentConfig.parse({ ...config, ...Changes.parse(row.config), key: agent.key });
  return { agent: { ...changed, starts, ...(otherwise ? { otherwise } : {}) }, state: row.state, shipped: true };
};

/** The agents that ship, with what a project has changed, and those that it deployed itself. */
export const createRoster = (db: Db, shipped: readonly Agent[]): Roster => {
  const members = async (projectId: string): Promise<readonly Member[]> => {
    const rows = await agentRows(db, projectId);
    const keys = new Set(shipped.map(({ key }) => key));
    const own = rows
      .filter(({ key }) => !keys.has(key))
      .map(({ state, config }): Member => ({ agent: { ...AgentConfig.parse(config), starts: 'active' }, state, shipped: false }));
    return [
      ...shipped.map((agent) =>
        shippedMember(
          agent,
          rows.find(({ key }) => key === agent.key),
        ),
      ),
      ...own,
    ];
  };
  return {
    members,
    async find(projectId, key) {
      const found = (await members(projectId)).find(({ agent }) => agent.key === key);
      return found?.state === 'retired' ? undefined : found;
    },
  };
};
