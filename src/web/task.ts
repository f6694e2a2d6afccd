import { type TimelineEntry, typeOf } from '../db/read/task-timeline.ts';
import type { TaskRow } from '../db/read/tasks.ts';
import type { Heart } from '../dispatch/heart.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';
import type { Task, TaskEvent } from './task-schemas.ts';

/** What a person reads in a timeline; a kind without a sentence is read out as it is named. */
const SAY: Record<string, string> = {
  'proposal.proposed': 'Asked for approval',
  'proposal.revised': 'Edited the proposal',
  'proposal.voted': 'Approved it; more approvals are needed',
  'proposal.approved': 'Approved it',
  'proposal.autopilot': 'A signed rule let the agent do it',
  'proposal.rejected': 'Rejected it',
  'proposal.withdrawn': 'Withdrew it',
  'proposal.retried': 'Decided to try again',
  'proposal.settled': 'Settled what became of it',
  'proposal.voided': 'The proposal no longer stands',
  'proposal.started': 'A worker began',
  'proposal.executed': 'Done by a worker',
  'proposal.failed': 'It failed; nothing was done',
  'proposal.unknown': 'Nobody can tell whether it happened',
  'task.created': 'The task was created',
  'task.cancelled': 'The task was cancelled',
  'task.completed': 'The task was completed',
  'task.started': 'Work on the task began',
  'task.reopened': 'The task was reopened',
  'task.assigned': 'The task was assigned',
  'agent.run_queued': 'An agent was given the task',
};

const ERASED = '(these words were erased)';

const inWords = (kind: string): string => {
  const words = kind.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const textOf = ({ kind, note, data, request }: TimelineEntry, tools: Heart['tools']): string => {
  if (note !== null) return note;
  if ('noteId' in data) return ERASED;
  const said = SAY[kind] ?? inWords(kind);
  return request && kind.startsWith('proposal.') ? `${said}: ${tools.get(request.tool)?.title ?? request.tool} – ${request.target}` : said;
};

const outputOf = ({ output }: TimelineEntry): TaskEvent['output'] => {
  if (output?.type === 'link') return { type: 'link', url: visible(output.url) };
  return output?.type === 'file' ? { type: 'file', path: visible(output.path) } : output;
};

/** One line of a timeline, as a person may be shown it. */
export const taskEventOf = (entry: TimelineEntry, tools: Heart['tools']): TaskEvent => ({
  id: entry.id,
  kind: entry.kind,
  type: typeOf(entry.kind),
  by: visible(entry.by ?? 'Wilco'),
  text: visibleBlock(textOf(entry, tools)),
  output: outputOf(entry),
  proposalId: entry.request?.id ?? null,
  at: entry.at.toISOString(),
});

export const taskOf = (row: TaskRow): Task => ({
  id: row.id,
  title: visible(row.title),
  description: visibleBlock(row.description),
  assignee: row.assigneeId === null ? null : { id: row.assigneeId, name: visible(row.assigneeName ?? 'Somebody') },
  assigneeAgentKey: row.assigneeAgentKey,
  priority: row.priority,
  dueOn: row.dueOn,
  status: row.state,
  proposalId: row.proposalId,
  threadId: row.threadId,
  createdAt: row.createdAt.toISOString(),
});
