import type { TimelineEntry } from '../db/read/task-timeline.ts';
import type { TaskRow } from '../db/read/tasks.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';
import type { Task, TaskDetail } from './schemas.ts';

/** What a person reads in a timeline; a kind without a sentence is read out as it is named. */
const SAY: Record<string, string> = {
  'proposal.proposed': 'Asked for this task',
  'proposal.revised': 'Edited the proposal',
  'proposal.voted': 'Approved it; more approvals are needed',
  'proposal.approved': 'Approved it',
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
};

const ERASED = '(these words were erased)';

const inWords = (kind: string): string => {
  const words = kind.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const textOf = ({ kind, note, data }: TimelineEntry): string => {
  if (note !== null) return note;
  return 'noteId' in data ? ERASED : (SAY[kind] ?? inWords(kind));
};

type Entry = TaskDetail['timeline'][number];

const entryOf = (entry: TimelineEntry): Entry => ({
  id: entry.id,
  kind: entry.kind,
  by: visible(entry.by ?? 'Wilco'),
  text: visibleBlock(textOf(entry)),
  at: entry.at.toISOString(),
});

export const taskOf = (row: TaskRow): Task => ({
  id: row.id,
  title: visible(row.title),
  description: visibleBlock(row.description),
  assigneeAgentKey: row.assigneeAgentKey,
  priority: row.priority,
  dueOn: row.dueOn,
  status: row.state,
  proposalId: row.proposalId,
  createdAt: row.createdAt.toISOString(),
});

export const taskDetail = (row: TaskRow, timeline: readonly TimelineEntry[]): TaskDetail => ({
  ...taskOf(row),
  timeline: timeline.map(entryOf),
});
