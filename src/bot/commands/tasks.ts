import { z } from 'zod';
import { readTimeline } from '../../db/read/task-timeline.ts';
import { listTasks, readTask, type TaskRow, tasksLike } from '../../db/read/tasks.ts';
import { TASK_STATES } from '../../db/states.ts';
import { addNote } from '../../db/task-notes.ts';
import { TASK_MOVES, type TaskMove } from '../../db/task-work.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { type Card, type CardAction, plainCard } from '../../dispatch/card.ts';
import { type CommandError, defineCommand } from '../../dispatch/command.ts';
import { heartError } from '../../dispatch/sentences.ts';
import { moveTask } from '../../dispatch/task-moves.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import { looksLikeSecret } from '../../tools/key-shapes.ts';
import { age } from '../age.ts';
import type { CommandDeps } from './deps.ts';
import { shortId } from './which.ts';

const LIMIT = 50;
const LATELY = 8;
const MOVES = Object.keys(TASK_MOVES) as TaskMove[]; // `Object.keys` forgets that these are the literal's own
const LABELS: Record<TaskMove, string> = { start: 'Start', complete: 'Complete', reopen: 'Reopen' };

type Heart = CommandDeps['heart'];

const whose = ({ assigneeName, assigneeAgentKey }: TaskRow): string => assigneeName ?? (assigneeAgentKey ? `@${assigneeAgentKey}` : '–');

/** The task whose id begins like this, when it is the only one. */
const byBeginning = async ({ database: { db } }: Heart, { projectId }: Actor, written: string): Promise<Result<TaskRow, CommandError>> => {
  const [id, ...others] = await tasksLike(db, { projectId, beginning: written, limit: 2 });
  if (others.length > 0)
    return err({ code: 'ambiguous_id', message: `More than one begins with ${visible(written)}. Write more of its id.` });
  const task = id === undefined ? undefined : await readTask(db, projectId, id);
  return task ? ok(task) : err({ code: 'task_missing', message: 'No task here has an id that begins so. /tasks lists them.' });
};

const actionsFor = ({ id, state }: TaskRow): CardAction[] =>
  MOVES.filter((move) => (TASK_MOVES[move].from as readonly string[]).includes(state)).map((move) => ({
    verb: 'say',
    label: LABELS[move],
    text: `/set-task ${shortId(id)} ${move}`,
    tone: 'plain',
  }));

const taskCard = async ({ database: { db }, tools }: Heart, task: TaskRow): Promise<Card> => {
  const read = await readTimeline(db, { task, cursor: undefined, limit: LATELY, types: [] });
  const lately = read.ok ? read.value.items : [];
  const fact = (label: string, value: string) => ({ label, value: visible(value) });
  const rows = lately.map(({ kind, by, note, request, at }) => ({
    cells: [
      kind.replace(/^.*\./, '').replaceAll('_', ' '),
      note?.slice(0, 200) ?? (request ? `${tools.get(request.tool)?.title ?? request.tool}: ${request.target}` : '–'),
      by ?? 'Wilco',
      age((Date.now() - at.getTime()) / 1000),
    ].map(visible),
    ...(request ? { proposalId: request.id } : {}),
  }));
  return plainCard({
    title: visible(task.title),
    facts: [
      fact('State', task.state.replace('_', ' ')),
      fact('Assigned to', whose(task)),
      fact('Priority', String(task.priority)),
      ...(task.dueOn ? [fact('Due', task.dueOn)] : []),
      fact('Id', shortId(task.id)),
    ],
    table: { columns: ['What', 'About', 'By', 'Age'], rows, empty: 'Nothing has happened to it yet.' },
    actions: actionsFor(task),
  });
};

const list = async ({ database: { db } }: Heart, projectId: string, state: TaskRow['state']): Promise<Card> => {
  const page = await listTasks(db, { projectId, state, cursor: undefined, limit: LIMIT });
  const found = page.ok ? page.value.items : [];
  const rows = found.map((task) => ({
    cells: [task.title, String(task.priority), task.dueOn ?? '–', whose(task), shortId(task.id)].map(visible),
  }));
  const count = `${found.length}${page.ok && page.value.next ? ' or more' : ''}`;
  const title = found.length === 0 ? `No tasks are ${state.replace('_', ' ')}` : `${count} ${state.replace('_', ' ')}`;
  const table = { columns: ['Task', 'Priority', 'Due', 'Who', 'Id'], rows, empty: 'Write “create a task …” and approve its card.' };
  return plainCard({ title: visible(title), table });
};

const WHICH = z.union(
  [z.enum(TASK_STATES), z.string().regex(/^[0-9a-f-]{4,36}$/i)],
  'That is neither a state of a task nor the id of one.',
);
const isState = (which: string): which is TaskRow['state'] => (TASK_STATES as readonly string[]).includes(which);

export const tasks = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'tasks',
    summary: "The team's tasks, most urgent first; with an id, that one and what happened to it",
    usage: '/tasks [open, in_progress, completed, cancelled, or an id]',
    changes: false,
    role: 'viewer',
    args: z.strictObject({ state: WHICH.default('open') }),
    rest: 'state',
    async run({ state }, actor) {
      if (isState(state)) return ok(await list(heart, actor.projectId, state));
      const task = await byBeginning(heart, actor, state);
      return task.ok ? ok(await taskCard(heart, task.value)) : task;
    },
  });

const SET = /^([0-9a-f-]{4,36}) +(start|complete|reopen)$/i;
const SET_USE = 'Write the id of a task, then start, complete or reopen.';

/** Starts, completes or reopens a task: at once where it is one's own, and else by a card. */
export const setTask = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'set-task',
    summary: 'Starts, completes or reopens a task: at once if it is yours, else by a card',
    usage: '/set-task <id> start, complete or reopen',
    changes: true,
    role: 'operator',
    args: z.strictObject({ what: z.string(SET_USE).trim().regex(SET, SET_USE) }),
    rest: 'what',
    async run({ what }, actor, { threadId }) {
      const [, id = '', word = ''] = SET.exec(what) ?? [];
      const move = MOVES.find((one) => one === word.toLowerCase());
      const task = await byBeginning(heart, actor, id);
      if (!task.ok) return task;
      if (!move) return err({ code: 'invalid_input', message: SET_USE });
      const moved = await moveTask(heart, actor, { taskId: task.value.id, move, threadId });
      if (!moved.ok) return moved;
      if (moved.value.proposalId !== null) return ok(plainCard({ title: visible('It is not yours, so its card is here to be approved') }));
      const now = (await readTask(heart.database.db, actor.projectId, task.value.id)) ?? task.value;
      return ok(await taskCard(heart, now));
    },
  });

const COMMENT = /^([0-9a-f-]{4,36})\s+(\S[\s\S]{0,9999})$/i;
const COMMENT_USE = 'Write the id of a task, then your words.';

/** Writes into the timeline of a task. */
export const comment = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'comment',
    summary: 'Writes your words into the timeline of a task',
    usage: '/comment <id> <words>',
    changes: true,
    role: 'operator',
    args: z.strictObject({ what: z.string(COMMENT_USE).trim().regex(COMMENT, COMMENT_USE) }),
    rest: 'what',
    async run({ what }, actor) {
      const [, id = '', text = ''] = COMMENT.exec(what) ?? [];
      const task = await byBeginning(heart, actor, id);
      if (!task.ok) return task;
      if (looksLikeSecret(text)) return err(heartError('secret_literal'));
      const { personId, name } = actor;
      await addNote(heart.database, { task: task.value, kind: 'commented', by: { personId, name: personId ? null : name }, text });
      return ok(plainCard({ title: visible(`Noted on the task “${task.value.title}”`) }));
    },
  });
