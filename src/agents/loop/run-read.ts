import { readOnly } from '../../db/read-only.ts';
import { storable } from '../../dispatch/thread.ts';
import { err, type Result } from '../../result.ts';
import type { Read } from '../../tools/read.ts';
import type { LoopDeps, Working } from './deps.ts';

const STATEMENT_MS = 5000;
const READ_MS = 8000;
const MOST_CHARACTERS = 8000;

/** Looks something up where nothing can be written, within time and size. Never throws: what it looks at may be anything. */
export const runRead = async (
  { heart, log }: LoopDeps,
  { run, signal }: Working,
  { read, input }: { read: Read; input: Record<string, unknown> },
): Promise<Result<string, { code: string; message: string }>> => {
  const both = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)]);
  const { projectId, agentKey, threadId } = run;
  try {
    const found = await readOnly(heart.database, STATEMENT_MS, (db) =>
      read.run(input, { db, projectId, agentKey, threadId, signal: both }),
    );
    if (!found.ok) return found;
    const text = storable(found.value);
    return { ok: true, value: text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS).toWellFormed()}… (cut)` };
  } catch (error) {
    log.warn({ runId: run.id, read: read.name, err: error instanceof Error ? error.name : 'unknown' }, 'read.failed');
    return err({ code: 'read_failed', message: 'That could not be looked up.' });
  }
};
