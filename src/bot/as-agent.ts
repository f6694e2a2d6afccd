import type { Agent } from '../agents/agent.ts';
import type { Routed } from '../agents/router.ts';
import type { Tool } from '../tools/tool.ts';

/** Who answers a message, with what of the tools. */
export type Speaker = { agent: Agent; tools: readonly Tool[] };

/**
 * Finds who answers: the agent that a message is addressed to, or undefined for the dispatcher. An agent's tools are one list for as long as
 * the program runs, so that what is made of a list once is not made again.
 */
export const createSpeakers = (agents: readonly Agent[], tools: readonly Tool[]): ((key: string | null) => Speaker | undefined) => {
  const speakers = new Map(
    agents.map((agent) => [agent.key, { agent, tools: agent.tools ? tools.filter(({ name }) => agent.tools?.includes(name)) : tools }]),
  );
  return (key) => (key === null ? undefined : speakers.get(key));
};

/** The words without the name that they are addressed to. */
export const withoutName = (text: string, key: string): string => {
  const name = `@${key}`;
  const begun = text.trimStart();
  return begun.toLowerCase().startsWith(name) ? begun.slice(name.length).replace(/^[,:]?\s*/, '') : text;
};

/** What an agent makes of words that no router made anything of; as it was routed otherwise. */
export const orOtherwise = (routed: Routed, { agent }: Speaker, text: string): Routed => {
  if (routed.kind !== 'suggest' && routed.kind !== 'missing') return routed;
  const call = text.trim() === '' ? undefined : agent.otherwise?.(text.trim());
  return call ? { kind: 'calls', calls: [call] } : routed;
};
