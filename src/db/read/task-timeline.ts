import { and, asc, desc, eq, or, sql } from 'drizzle-orm';
import type { Database, Db } from '../client.ts';
import { record } from '../record.ts';
import { events } from '../tables/control.ts';
import { people } from '../tables/people.ts';
import { taskNotes } from '../tables/tasks.ts';
import type { TaskRow } from './tasks.ts';

/** Something that happened to a task. `note` holds the words where somebody said something; `data` codes and numbers. */
export type TimelineEntry = { id: string; kind: string; by: string | null; note: string | null; data: Record<string, unknown>; at: Date };

/** The most that one page of a task holds; the newest. */
const LIMIT = 500;

const noteOf = (data: Record<string, unknown>): string | undefined => (typeof data.noteId === 'string' ? data.noteId : undefined);

/**
 * The one timeline of a task, in the order in which things happened: its own events, those of the proposal that made it, and what people
 * said. The words stand in rows that can be erased; an event whose words are gone stays.
 */
export const readTimeline = async (db: Db, task: TaskRow): Promise<TimelineEntry[]> => {
  const concerns = task.proposalId ? or(eq(events.taskId, task.id), eq(events.proposalId, task.proposalId)) : eq(events.taskId, task.id);
  const happened = await db
    .select({ id: events.id, kind: events.kind, by: people.name, data: events.data, at: events.at })
    .from(events)
    .leftJoin(people, eq(people.id, events.personId))
    .where(and(eq(events.projectId, task.projectId), concerns))
    .orderBy(desc(events.id))
    .limit(LIMIT);
  const said = await db
    .select({ id: taskNotes.id, kind: taskNotes.kind, text: taskNotes.text, by: people.name, at: taskNotes.createdAt })
    .from(taskNotes)
    .leftJoin(people, eq(people.id, taskNotes.personId))
    .where(eq(taskNotes.taskId, task.id))
    .orderBy(desc(taskNotes.createdAt), desc(taskNotes.id))
    .limit(LIMIT);
  const words = new Map(said.map((note) => [note.id, note.text]));
  const told = new Set(happened.map((event) => noteOf(event.data)));
  const entries = [
    ...happened.map((event) => ({ ...event, id: String(event.id), note: words.get(noteOf(event.data) ?? '') ?? null })),
    ...said
      .filter((note) => !told.has(note.id))
      .map(({ id, kind, by, text, at }) => ({ id, kind: `task.${kind}`, by, note: text, data: {}, at })),
  ];
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime());
};

/** Writes what somebody says about a task, with its event, together. */
export const addComment = (
  database: Database,
  comment: { task: TaskRow; personId: string | null; text: string },
): Promise<{ id: string; at: Date }> =>
  database.transaction(async ({ db }) => {
    const { task, personId, text } = comment;
    const [note] = await db
      .insert(taskNotes)
      .values({ taskId: task.id, kind: 'commented', personId, text })
      .returning({ id: taskNotes.id });
    if (!note) throw new Error('the comment was not written');
    await record(db, { projectId: task.projectId, kind: 'task.commented', taskId: task.id, personId, data: { noteId: note.id } });
    const [event] = await db
      .select({ id: events.id, at: events.at })
      .from(events)
      .where(and(eq(events.taskId, task.id), sql`${events.data}->>'noteId' = ${note.id}`))
      .orderBy(asc(events.id));
    if (!event) throw new Error('the comment has no event');
    return { id: String(event.id), at: event.at };
  });
