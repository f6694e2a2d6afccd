import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { GENESIS, linkHash } from '../db/seal.ts';
import { err, ok, type Result } from '../result.ts';
import { number, type OpsCommand, readArguments } from './run.ts';

const text = z.string();
const id = z.string().nullable();
const Link = z.object({
  seq: z.number(),
  hash: text,
  id: text,
  project_id: text,
  at: text,
  kind: text,
  thread_id: id,
  proposal_id: id,
  task_id: id,
  person_id: id,
  data: text,
});

type Whole = { links: number; head: string };
type Broken = { code: 'log_broken' | 'log_unreadable'; message: string };

const parse = (line: string): z.output<typeof Link> | undefined => {
  try {
    return Link.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
};

/** What the first link that does not hold says of what was done to the record. */
const explain = (seq: number, due: number): string => {
  if (seq > due) return `Link ${due} is missing: an event was removed.`;
  if (seq < due) return `Link ${seq} stands where ${due} should: an event was moved or doubled.`;
  return `Link ${due} does not hold: this event, or one before it, was changed.`;
};

const walk = async (lines: AsyncIterable<string>): Promise<Result<Whole, Broken>> => {
  let [head, links] = [GENESIS, 0];
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const link = parse(line);
    const due = links + 1;
    if (!link) return err({ code: 'log_unreadable', message: `Line ${due} is no link of a record that Wilco exported.` });
    head = linkHash(head, link);
    if (link.seq !== due || link.hash !== head) return err({ code: 'log_broken', message: explain(link.seq, due) });
    links = due;
  }
  return ok({ links, head });
};

/** Holds an exported record against its own chain, without a database. */
const verifyFile = async (file: string): Promise<Result<Whole, Broken>> => {
  const stream = createReadStream(file, 'utf8');
  try {
    return await walk(createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return err({ code: 'log_unreadable', message: `${file} cannot be read (${code}).` });
  } finally {
    stream.destroy();
  }
};

/** `npm run verify-log -- FILE` */
export const verifyLog: OpsCommand = async ({ args, say }) => {
  const given = readArguments(args, []);
  const found = given.ok ? await verifyFile(given.value.file) : given;
  if (!found.ok) {
    say(found.error.message);
    return 1;
  }
  const { links, head } = found.value;
  say(`The chain holds: ${number(links)} events, the last hash is ${head}.`);
  say('  Compare that with the one you kept: a record that was cut at its end, or computed anew, shows only there.');
  return 0;
};
