import { readTask, type TaskRow } from '../db/read/tasks.ts';
import { record } from '../db/record.ts';
import { roleAtLeast } from '../db/states.ts';
import { TASK_MOVES, type TaskMove, writeTaskMove } from '../db/task-work.ts';
import { err, ok, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import type { Heart } from './heart.ts';
import { propose } from './propose.ts';
import { type HeartError, heartError } from './sentences.ts';
import { roleNow } from './standing.ts';

export type TaskMoveError = HeartError | { code: 'task_missing'; message: string };

const MISSING: TaskMoveError = { code: 'task_missing', message: 'That task does not exist here.' };

const isThere = ({ state }: TaskRow, move: TaskMove): boolean => (TASK_MOVES[move].from as readonly string[]).includes(state);

const elsewhere = ({ state }: TaskRow): TaskMoveError =>
  heartError('wrong_state', { message: `The task is ${state.replace('_', ' ')} already.` });

/** At once, while the task is this person's own. Null: it is not, or not any more. */
const moveOwn = (heart: Heart, actor: Actor, at: { taskId: string; move: TaskMove }): Promise<boolean> =>
  heart.database.transaction(async ({ db }) => {
    const { projectId, personId, via } = actor;
    const role = await roleNow(db, actor);
    if (personId === null || actor.agent || !role || !roleAtLeast(role, 'operator')) return false;
    const moved = await writeTaskMove(db, { projectId, taskId: at.taskId, assigneeId: personId }, at.move);
    if (!moved) return false;
    const { threadId, id: taskId } = moved;
    await record(db, { projectId, kind: TASK_MOVES[at.move].event, taskId, threadId, personId, data: { via } });
    return true;
  });

/**
 * Starts, completes or reopens a task. Whoever it is assigned to does so at once: they alone know, nothing outside changes by it, the timeline
 * says who did, and it can be taken back. For everybody else, and for every agent, it is a proposal like any other. Answers that proposal's id, or
 * null when it is done.
 */
export const moveTask = async (
  heart: Heart,
  actor: Actor,
  wanted: { taskId: string; move: TaskMove; threadId: string },
): Promise<Result<{ proposalId: string | null }, TaskMoveError>> => {
  const { taskId, move, threadId } = wanted;
  const task = await readTask(heart.database.db, actor.projectId, taskId);
  if (!task) return err(MISSING);
  if (!isThere(task, move)) return err(elsewhere(task));
  if (await moveOwn(heart, actor, { taskId, move })) return ok({ proposalId: null });
  // Somebody was first: what is done already is not asked for.
  const now = await readTask(heart.database.db, actor.projectId, taskId);
  if (now && !isThere(now, move)) return err(elsewhere(now));
  const input = { task_id: task.id, title: task.title };
  const proposed = await propose(heart, actor, { threadId, tool: `${move}_task`, input });
  return proposed.ok ? ok({ proposalId: proposed.value.proposalId }) : proposed;
};
