import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { GENESIS, linkHash } from '../db/seal.ts';
import { err, ok, type Result } from '../result.ts';
import { number, type OpsCommand, readArguments } from './run.ts';
import { createDecisionCheck, type DecisionCheck } from './verify-decisions.ts';

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

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
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

/** Walks one file: links of the record, lines of the decision log, or both behind one another. */
const walk = async (lines: AsyncIterable<string>, check: DecisionCheck, whole: Whole): Promise<Result<Whole, Broken>> => {
  let { head, links } = whole;
  let at = 0;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    at += 1;
    const value = jsonOf(line);
    const decision = check.line(value);
    if (!decision.ok) return decision;
    if (decision.value) continue;
    const link = Link.safeParse(value);
    if (!link.success) return err({ code: 'log_unreadable', message: `Line ${at} is no link of a record that Wilco exported.` });
    head = linkHash(head, link.data);
    if (link.data.seq !== links + 1 || link.data.hash !== head)
      return err({ code: 'log_broken', message: explain(link.data.seq, links + 1) });
    links += 1;
    check.link(link.data);
  }
  return ok({ links, head });
};

/** Holds an exported record, and an exported decision log, against their own digests and one another, without a database. */
const verifyFile = async (file: string, check: DecisionCheck, whole: Whole): Promise<Result<Whole, Broken>> => {
  const stream = createReadStream(file, 'utf8');
  try {
    return await walk(createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }), check, whole);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return err({ code: 'log_unreadable', message: `${file} cannot be read (${code}).` });
  } finally {
    stream.destroy();
  }
};

type Verified = Whole & { decisions: number; unsealed: number };

const verifyAll = async (files: readonly string[]): Promise<Result<Verified, { code: string; message: string }>> => {
  const check = createDecisionCheck();
  let whole: Whole = { links: 0, head: GENESIS };
  for (const file of files) {
    const read = await verifyFile(file, check, whole);
    if (!read.ok) return read;
    whole = read.value;
  }
  const held = check.end();
  return held.ok ? ok({ ...whole, decisions: held.value.decisions, unsealed: held.value.unsealed }) : held;
};

/** One file, or the record and the decision log. */
const filesOf = (args: readonly string[]): Result<string[], { code: string; message: string }> => {
  const given = [args.slice(0, 1), ...args.slice(1).map((one) => [one])].map((one) => readArguments(one, []));
  const refused = given.find((one) => !one.ok);
  if (refused && !refused.ok) return refused;
  return ok(given.flatMap((one) => (one.ok ? [one.value.file] : [])));
};

const sayWhole = ({ links, head, decisions, unsealed }: Verified, say: (line: string) => void): void => {
  if (links > 0 || decisions === 0) {
    say(`The chain holds: ${number(links)} events, the last hash is ${head}.`);
    say('  Compare that with the one you kept: a record that was cut at its end, or computed anew, shows only there.');
  }
  if (decisions === 0) return;
  say(`The decisions hold: ${number(decisions)}, each with the digest of what was shown, and with the votes that it needed.`);
  if (links === 0) say('  Give the exported record as well, and each is held against that: npm run verify-log -- EVENTS DECISIONS');
  else if (unsealed > 0)
    say(`  ${number(unsealed)} of them are younger than the record, or it is not whole: export it again to check them against it.`);
};

/** `npm run verify-log -- EVENTS [DECISIONS]` */
export const verifyLog: OpsCommand = async ({ args, say }) => {
  const files = filesOf(args);
  const found = files.ok ? await verifyAll(files.value) : files;
  if (!found.ok) {
    say(found.error.message);
    return 1;
  }
  sayWhole(found.value, say);
  return 0;
};
