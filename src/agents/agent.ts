import type { z } from 'zod';
import { AgentConfig } from '../db/agent-config.ts';

/**
 * Somebody in the team who is not a person: what it is called, what it is for and what it may propose. Configuration, not code; what it does
 * without a model is said here, too, so that nobody has to guess.
 */
export type Agent = AgentConfig & {
  /** Whether a new project has it at work, or finds it in the catalogue to begin with. */
  starts: 'active' | 'planned';
  /** Without a model, or when it could make nothing of the words: the one action that any message to it becomes. */
  otherwise?(text: string): { tool: string; input: Record<string, unknown> };
  /** Of use without a model, too; any other is offline then. */
  alone?: boolean;
};

/** An agent that ships: its configuration with what is usual filled in. Throws where it does not hold. */
export const defineAgent = ({ starts = 'planned', otherwise, alone, ...given }: z.input<typeof AgentConfig> & Partial<Agent>): Agent => ({
  ...AgentConfig.parse({ ...given, tools: given.tools ? [...given.tools].sort() : given.tools }),
  starts,
  ...(otherwise ? { otherwise } : {}),
  ...(alone ? { alone } : {}),
});

/** Whether it can do nothing while no model is connected. */
export const needsModel = ({ otherwise, alone }: Agent): boolean => !otherwise && !alone;
