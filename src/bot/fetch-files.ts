import { visible } from '../dispatch/visible.ts';
import { err, type Result } from '../result.ts';
import { within } from '../within.ts';
import { type AttachmentError, LARGEST_FILE, MOST_FILES, type RawFile, type ReadFiles, readFiles } from './attachments.ts';
import type { Incoming } from './surface.ts';

/** A platform wants to hear within three seconds that a message was taken. */
const FETCH_MS = 2000;

export const NO_FILES: ReadFiles = { files: [], others: [] };

const unread = (name: string): Result<never, AttachmentError> =>
  err({ code: 'attachment_unreadable', message: `${visible(name)} could not be fetched in time. Send it again.` });

/** What came with a message, fetched from the platform all at once; a sentence for what did not come, is too much or too large. */
export const fetchFiles = async (files: readonly Incoming[]): Promise<Result<ReadFiles, AttachmentError>> => {
  // One more than there may be, so that it is seen that there are too many.
  const wanted = files.slice(0, MOST_FILES + 1);
  const fetched = await Promise.all(wanted.map(({ read }) => within(FETCH_MS, read(LARGEST_FILE + 1))));
  const raw: RawFile[] = [];
  for (const [at, { name, mediaType }] of wanted.entries()) {
    const bytes = fetched[at];
    if (!bytes) return unread(name);
    raw.push({ name, mediaType, bytes });
  }
  return readFiles(raw);
};

/** Only text can be worked with: the order stands, and what it came with is said to be left out. */
export const leftOut = (names: readonly string[]): string =>
  `${names.map((name) => visible(name)).join(', ')} is left out: only text can be read here so far. Everything else is taken as you wrote it.`;
