import { deployAgent } from '../../src/tools/agents/deploy-agent.ts';
import { assignTask } from '../../src/tools/assign-task.ts';
import { cancelTask } from '../../src/tools/cancel-task.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { setTeamChannel } from '../../src/tools/set-team-channel.ts';
import type { Tool } from '../../src/tools/tool.ts';

/** What the contract asks of every surface besides create_task and cancel_task. */
export const deploying = (): Tool =>
  deployAgent({ find: (name) => [createTask, cancelTask].find((tool) => tool.name === name), reads: [], shipped: [] });

export const contractTools = (): Tool[] => [createTask, cancelTask, assignTask, setTeamChannel, deploying()];
