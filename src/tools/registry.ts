import { cancelTask } from './cancel-task.ts';
import { createApiKey } from './create-api-key.ts';
import { createTask } from './create-task.ts';
import { editDoc } from './edit-doc.ts';
import { fileWrite } from './file-write.ts';
import { invitePerson } from './invite-person.ts';
import { removePerson } from './remove-person.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { type Post, sendMessage } from './send-message.ts';
import { setApprovals } from './set-approvals.ts';
import { setBudget } from './set-budget.ts';
import { setRole } from './set-role.ts';
import type { Tool } from './tool.ts';

/** `home` is where Wilco keeps its own; files go below its `files`. */
export type ToolDeps = { home: string; post: Post };

/** Everything that can be done. */
export const createTools = (deps: ToolDeps): readonly Tool[] => {
  const tools: readonly Tool[] = [
    createTask,
    fileWrite(deps.home),
    sendMessage(deps.post),
    cancelTask,
    editDoc,
    invitePerson,
    setRole,
    removePerson,
    createApiKey,
    revokeApiKey,
    setApprovals((name) => tools.find((tool) => tool.name === name)),
    setBudget,
  ];
  return tools;
};
