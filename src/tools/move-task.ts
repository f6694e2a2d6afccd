import { z } from 'zod';
import { record } from '../db/record.ts';
import { TASK_MOVES, type TaskMove, writeTaskMove } from '../db/task-work.ts';
import { ok } from '../result.ts';
import { completeTask, NAMED_TASK } from './named-task.ts';
import { refuse } from './refuse.ts';
import { defineTool, type Tool } from './tool.ts';

const Input = z.strictObject(NAMED_TASK);

type Words = { title: string; summary: string; changes: string; done: string; examples: string[]; phrases: string[] };

const WORDS: Record<TaskMove, Words> = {
  start: {
    title: 'Start a task',
    summary: 'Says that work on a task has begun',
    changes: 'is in progress',
    done: 'is in progress',
    examples: ['start the task landing page'],
    phrases: ['start the task {title}'],
  },
  complete: {
    title: 'Complete a task',
    summary: 'Says that a task is done',
    changes: 'is completed',
    done: 'completed',
    examples: ['complete the task landing page'],
    phrases: ['complete the task {title}', 'finish the task {title}'],
  },
  reopen: {
    title: 'Reopen a task',
    summary: 'Puts a task that was completed or cancelled back on the list',
    changes: 'is open again',
    done: 'is open again',
    examples: ['reopen the task landing page'],
    phrases: ['reopen the task {title}', 'reopen task {title}'],
  },
};

const BACK: Partial<Record<TaskMove, TaskMove>> = { complete: 'reopen' };

const moving = (move: TaskMove): Tool => {
  const { title, summary, changes, done, examples, phrases } = WORDS[move];
  const back = BACK[move];
  const tool = defineTool({
    name: `${move}_task`,
    slash: move,
    title,
    summary,
    examples,
    phrases,
    effect: 'write',
    replay: 'transactional',
    version: 1,
    input: Input,
    account: 'wilco',
    target: (input) => input.title,
    risk: () => 'low',
    complete: completeTask(TASK_MOVES[move].from),
    preview: async (input) => ({ changes: [`The task "${input.title}" ${changes}`], reversible: 'Its state can be changed again' }),
    async execute({ task_id, title: named }, { tx, projectId, proposalId, threadId, requesterId }) {
      const moved = await writeTaskMove(tx, { projectId, taskId: task_id, title: named }, move);
      if (!moved) return refuse('task_not_there', 'There is no task with that id and title in a state where that is possible.');
      await record(tx, { projectId, kind: TASK_MOVES[move].event, taskId: task_id, proposalId, threadId, personId: requesterId });
      return ok({ summary: `Task "${named}" ${done}`, data: { taskId: task_id } });
    },
  });
  return back ? { ...tool, undo: async ({ input }) => ({ ok: true, tool: `${back}_task`, input }) } : tool;
};

export const startTask = moving('start');
export const completeTaskTool = moving('complete');
export const reopenTask = moving('reopen');
