import { asc, eq, inArray } from 'drizzle-orm';
import type { Db } from './client.ts';
import { attachments } from './tables/talk.ts';

export type StoredFile = { name: string; mediaType: string; text: string };

/** Keeps the files of a message, in the caller's transaction. */
export const storeFiles = async (db: Db, messageId: string, files: readonly StoredFile[]): Promise<void> => {
  if (files.length === 0) return;
  const rows = files.map(({ name, mediaType, text }) => {
    const content = Buffer.from(text, 'utf8');
    return { messageId, name, mediaType, size: content.length, content };
  });
  await db.insert(attachments).values(rows);
};

/** The files of a message, in the order in which they came. */
export const filesOf = async (db: Db, messageId: string): Promise<StoredFile[]> => {
  const rows = await db
    .select()
    .from(attachments)
    .where(eq(attachments.messageId, messageId))
    .orderBy(asc(attachments.createdAt), asc(attachments.id));
  return rows.map(({ name, mediaType, content }) => ({ name, mediaType, text: content.toString('utf8') }));
};

/** Names and sizes of the files of these messages, by message: what a list shows. */
export const fileNames = async (db: Db, messageIds: readonly string[]): Promise<ReadonlyMap<string, { name: string; size: number }[]>> => {
  if (messageIds.length === 0) return new Map();
  const rows = await db
    .select({ messageId: attachments.messageId, name: attachments.name, size: attachments.size })
    .from(attachments)
    .where(inArray(attachments.messageId, [...messageIds]))
    .orderBy(asc(attachments.createdAt), asc(attachments.id));
  return Map.groupBy(rows, ({ messageId }) => messageId);
};
