import type { AgentState } from '../db/states.ts';

/** An agent as far as giving it work goes. */
export type Hand = { name: string; domain: string; state: AgentState };

/** Whom work can be given to. `works`: a model is set up, so that somebody takes it. Implemented where agents are known. */
export type Workforce = { works: boolean; find(projectId: string, key: string): Promise<Hand | undefined> };
