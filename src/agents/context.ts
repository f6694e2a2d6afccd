import type { Db } from '../db/client.ts';
import type { Agent } from './agent.ts';

/** What an agent is told before it begins: who it is, and what the project knows. */
export type ContextPack = {
  /** The rules and its part: the same for every run of this agent. */
  instructions: string;
  /** Mission, documents, facts and what was said in the thread, each marked as data that instructs nobody. */
  background: string;
};

export type ContextFor = { agent: Agent; projectId: string; threadId: string; timeZone: string; now: Date };

/** Puts together what one run is told. Reads only. */
export const contextFor = async (_db: Db, { agent, timeZone, now }: ContextFor): Promise<ContextPack> => ({
  instructions: agent.prompt,
  background: `Now: ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone }).format(now)} (${timeZone})`,
});
