import type { Result } from '../../../src/result.ts';
import type { Read, ReadContext } from '../../../src/tools/read.ts';
import { READS } from '../../../src/tools/reads/registry.ts';
import { THREAD, type ToolRig } from '../rig.ts';

type Answer = Result<string, { code: string; message: string }>;

/** Runs a read as an agent does: its input parsed, in a transaction in which the database itself refuses every write. */
export const look = (rig: ToolRig, read: Read, asked: { input: unknown; ctx?: Partial<ReadContext> }): Promise<Answer> =>
  rig.database.transaction(async ({ db, query }) => {
    await query('set transaction read only');
    const given = { projectId: 'default', agentKey: 'note-taker', threadId: THREAD, signal: new AbortController().signal };
    return read.run(read.input.parse(asked.input), { db, ...given, ...asked.ctx });
  });

/** One read by its name; what it answers, or its error's code. */
export const ask = async (
  rig: ToolRig,
  name: string,
  { ctx, ...input }: { ctx?: Partial<ReadContext>; [argument: string]: unknown } = {},
): Promise<string> => {
  const read = READS.find((one) => one.name === name);
  if (!read) throw new Error(`no read ${name}`);
  const answer = await look(rig, read, { input, ctx: ctx ?? {} });
  return answer.ok ? answer.value : answer.error.code;
};
