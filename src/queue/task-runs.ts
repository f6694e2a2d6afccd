import type { Roster } from '../agents/roster.ts';
import { type EndedRun, untoldRuns } from '../db/read/task-runs.ts';
import { readTask, type TaskRow } from '../db/read/tasks.ts';
import type { Signals } from '../db/signals.ts';
import { writeNote } from '../db/task-notes.ts';
import type { ActingAgent } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { propose } from '../dispatch/propose.ts';
import { storable } from '../dispatch/thread.ts';
import { startWatch, type Watch } from './watch.ts';

const BATCH = 50;
const SETTLE_MS = 200;
const BACKSTOP_MS = 60_000;

type Deps = { heart: Heart; signals: Signals; agents: Roster; projectId: string };

const wordsOf = ({ state, outcome, problem }: EndedRun): string => {
  if (state === 'done') return outcome?.trim() || 'It is done.';
  return `${state === 'failed' ? 'The work failed' : 'The work was cancelled'}: ${problem ?? 'no reason was given.'}`;
};

const agentOf = async ({ agents }: Deps, { projectId, agentKey }: EndedRun): Promise<ActingAgent> => {
  const found = (await agents.find(projectId, agentKey))?.agent;
  const { name, domain, autonomy } = found ?? { name: agentKey, domain: 'general', autonomy: 'manual' as const };
  return { key: agentKey, name, domain, autonomy, heartbeat: false, runId: null };
};

/** Whether the agent may still say of the task that it is done. */
const isStillIts = (task: TaskRow, { agentKey, state }: EndedRun): boolean =>
  state === 'done' && task.assigneeAgentKey === agentKey && (task.state === 'open' || task.state === 'in_progress');

/** Proposes first and writes last: the note is what says that nothing is left to do, and the origin keeps the proposal one. */
const tellEnd = async (deps: Deps, run: EndedRun): Promise<void> => {
  const { heart } = deps;
  const { id, projectId, taskId, threadId, personId, personName, actorRole: role } = run;
  const task = await readTask(heart.database.db, projectId, taskId);
  if (!task) return;
  const agent = await agentOf(deps, run);
  if (isStillIts(task, run)) {
    const actor = { projectId, personId, name: personName ?? agent.name, role, via: 'agent', agent };
    const input = { task_id: taskId, title: task.title };
    const said = { confidence: run.confidence, reasoning: null };
    const proposed = await propose(heart, actor, { threadId, tool: 'complete_task', input, origin: `run:${id}:complete`, said });
    // It is proposed when the kill is lifted.
    if (!proposed.ok && proposed.error.code === 'killed') return;
  }
  const by = { personId: null, agentKey: agent.key, name: agent.name };
  await heart.database.transaction(({ db }) => writeNote(db, { task, kind: 'updated', by, text: storable(wordsOf(run)), runId: id }));
};

/**
 * Writes the end of an agent's work into the timeline of its task, and proposes that the task is done where it says so. Each end is told once.
 */
export const startTaskRuns = (deps: Deps): Watch<null> => {
  const { heart, signals, projectId } = deps;
  const failed = { code: 'task_runs.untold', found: null };
  return startWatch({ signals, log: heart.log, settleMs: SETTLE_MS, backstopMs: BACKSTOP_MS, failed }, async () => {
    for (const run of await untoldRuns(heart.database.db, projectId, BATCH)) await tellEnd(deps, run);
    return { found: null };
  });
};
