import type { Agent } from '../agents/agent.ts';
import type { Roster } from '../agents/roster.ts';
import type { Routed } from '../agents/router.ts';
import type { Tool } from '../tools/tool.ts';

/** Who answers a message, with what of the tools. `away`: why it does not work here, where it does not. */
export type Speaker = { agent: Agent; tools: readonly Tool[]; away?: 'planned' | 'broken' };

/**
 * Finds who answers: the agent that a message is addressed to, or undefined for the dispatcher. An agent's tools are one list for as long as
 * the program runs, so that what is made of a list once is not made again.
 */
export const createSpeakers = (roster: Roster, tools: readonly Tool[]) => {
  const lists = new Map<string, readonly Tool[]>();
  const listOf = (names: readonly string[]): readonly Tool[] => {
    const key = names.join(' ');
    const list = lists.get(key) ?? tools.filter(({ name }) => names.includes(name));
    lists.set(key, list);
    return list;
  };
  return async (projectId: string, key: string | null): Promise<Speaker | undefined> => {
    const found = key === null ? undefined : await roster.find(projectId, key);
    const away = found?.broken ? 'broken' : found?.state === 'planned' ? 'planned' : undefined;
    return found && { agent: found.agent, tools: found.agent.tools ? listOf(found.agent.tools) : tools, ...(away ? { away } : {}) };
  };
};

/** What is said in the place of one that is not at work, and what to press to change that. */
export const awayReply = ({ agent, away }: Speaker): { say: string; suggestions: string[] } =>
  away === 'broken'
    ? {
        say: `@${agent.key} cannot work: what is stored of its configuration does not hold. Somebody has to change or retire it.`,
        suggestions: [`/agent ${agent.key}`],
      }
    : {
        say: `@${agent.key} is in the catalogue and not at work yet. Deploy it, and an admin decides on the card:`,
        suggestions: [`/deploy the agent ${agent.key}`, `/agent ${agent.key}`],
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
