import { sql } from 'drizzle-orm';
import type { Database, Db } from './client.ts';
import { record } from './record.ts';
import { events } from './tables/control.ts';
import { type TaskOutput, taskNotes } from './tables/tasks.ts';

export const NOTE_KINDS = ['commented', 'updated', 'output'] as const;
export type NoteKind = (typeof NOTE_KINDS)[number];

export type NewNote = {
  task: { id: string; projectId: string };
  kind: NoteKind;
  by: { personId: string | null; agentKey?: string | null; name?: string | null };
  text: string;
  output?: TaskOutput | null;
  /** The message that it was written as, or the run whose end it tells: each makes one note. */
  messageId?: string;
  runId?: string;
};

/** Writes into a task's timeline, words and event together. Undefined: the message or the run that it came of has its note. */
export const writeNote = async (db: Db, note: NewNote): Promise<{ id: string; at: Date } | undefined> => {
  const { task, kind, by, text, output = null, messageId = null, runId = null } = note;
  const { personId, agentKey = null, name = null } = by;
  const [written] = await db
    .insert(taskNotes)
    .values({ taskId: task.id, kind, personId, agentKey, authorName: name, text, output, messageId, runId })
    .onConflictDoNothing()
    .returning({ id: taskNotes.id });
  if (!written) return undefined;
  const data = { noteId: written.id, ...(agentKey ? { agent: agentKey } : {}) };
  await record(db, { projectId: task.projectId, kind: `task.${kind}`, taskId: task.id, personId, data });
  const [event] = await db
    .select({ id: events.id, at: events.at })
    .from(events)
    .where(sql`${events.taskId} = ${task.id} and ${events.data}->>'noteId' = ${written.id}`);
  return event && { id: String(event.id), at: event.at };
};

/** As `writeNote`, in a transaction of its own. */
export const addNote = async (database: Database, note: NewNote): Promise<{ id: string; at: Date }> => {
  const added = await database.transaction(({ db }) => writeNote(db, note));
  if (!added) throw new Error('the note was not written');
  return added;
};
