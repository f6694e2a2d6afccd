import { and, desc, eq, like, ne, or, type SQL, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import { events } from '../tables/control.ts';
import { people } from '../tables/people.ts';
import { proposals, revisions } from '../tables/proposals.ts';
import { type TaskOutput, taskNotes } from '../tables/tasks.ts';
import { type BadCursor, type Page, pageOf, placeOf } from './place.ts';
import type { TaskRow } from './tasks.ts';

/**
 * Something that happened to a task. `note` holds the words where somebody said something; `data` codes and numbers. `request`: the proposal
 * that asked for approval, or that was resolved.
 */
export type TimelineEntry = {
  id: string;
  kind: string;
  by: string | null;
  note: string | null;
  output: TaskOutput | null;
  request: { id: string; tool: string; target: string } | null;
  data: Record<string, unknown>;
  at: Date;
};

/** What a timeline may be cut down to. */
export const ENTRY_TYPES = ['comment', 'status', 'update', 'output', 'approval'] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

const NOTES: Partial<Record<EntryType, string>> = { comment: 'task.commented', update: 'task.updated', output: 'task.output' };

const ofType = (type: EntryType): SQL | undefined => {
  const note = NOTES[type];
  if (note) return eq(events.kind, note);
  if (type === 'approval') return like(events.kind, 'proposal.%');
  return and(like(events.kind, 'task.%'), sql`${events.kind} not in ('task.commented', 'task.updated', 'task.output')`);
};

/** What kind of entry an event is, as readers cut a timeline down. */
export const typeOf = (kind: string): EntryType => {
  for (const type of ENTRY_TYPES) if (NOTES[type] === kind) return type;
  return kind.startsWith('proposal.') ? 'approval' : 'status';
};

/** Everything of the task itself, of the proposal that made it, and of each that names it or that its agent made while at it. */
const concerning = (task: TaskRow): SQL | undefined => {
  const linked = sql`select ${proposals.id} from ${proposals} where ${proposals.taskId} = ${task.id}`;
  const own = task.proposalId ? sql`${task.proposalId}::uuid` : sql`null::uuid`;
  return or(eq(events.taskId, task.id), sql`${events.proposalId} in (${linked})`, sql`${events.proposalId} = ${own}`);
};

/** Who did it. What an agent asked for is its own request, whoever's order it works on. */
const BY = sql<string | null>`case when ${events.kind} = 'proposal.proposed' and ${proposals.agentKey} is not null
  then ${proposals.proposedByName} || coalesce(', for ' || ${people.name}, '')
  else coalesce(${people.name}, ${taskNotes.authorName}, ${taskNotes.agentKey}) end`;

/**
 * The one timeline of a task, in the order in which things were written down: the newest page first, each page oldest first. The words stand in
 * rows that can be erased; an event whose words are gone stays.
 */
export const readTimeline = async (
  db: Db,
  at: { task: TaskRow; cursor: string | undefined; limit: number; types: readonly EntryType[] },
): Promise<Result<Page<TimelineEntry>, BadCursor>> => {
  const { task, cursor, limit, types } = at;
  const place = cursor === undefined ? undefined : placeOf(cursor, 0);
  if (cursor !== undefined && (!place || !/^\d{1,18}$/.test(place.id))) return err({ code: 'bad_cursor' });
  const rows = await db
    .select({
      id: sql<string>`${events.id}::text`,
      kind: events.kind,
      by: BY,
      note: taskNotes.text,
      output: taskNotes.output,
      proposalId: proposals.id,
      tool: proposals.tool,
      target: revisions.target,
      data: events.data,
      at: events.at,
    })
    .from(events)
    .leftJoin(people, eq(people.id, events.personId))
    .leftJoin(taskNotes, sql`${taskNotes.taskId} = ${task.id} and ${taskNotes.id}::text = ${events.data}->>'noteId'`)
    .leftJoin(proposals, eq(proposals.id, events.proposalId))
    .leftJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(
      and(
        eq(events.projectId, task.projectId),
        concerning(task),
        // The card's own request stands there already.
        ne(events.kind, 'team.posted'),
        types.length > 0 ? or(...types.map(ofType)) : undefined,
        place ? sql`${events.id} < ${place.id}::bigint` : undefined,
      ),
    )
    .orderBy(desc(events.id))
    .limit(limit + 1);
  const page = pageOf(rows, limit, {
    item: ({ proposalId, tool, target, ...row }): TimelineEntry => ({
      ...row,
      request: proposalId !== null && tool !== null && target !== null ? { id: proposalId, tool, target } : null,
    }),
    place: ({ id }) => ({ keys: [], id }),
  });
  return ok({ items: page.items.reverse(), next: page.next });
};
