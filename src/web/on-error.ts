import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { isUnreachable } from '../db/read/unreachable.ts';
import type { Log } from '../log.ts';
import { problem } from './answer.ts';
import type { WebEnv } from './deps.ts';

const FRAMES = 6;

/** Where it happened, without what it says: messages quote queries, and queries hold what people wrote. */
const framesOf = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .slice(0, FRAMES)
    .map((line) => line.trim());

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code).slice(0, 40) : undefined;

/** Answers what nobody expected: a sentence, an id to find it in the log by, and nothing of its cause. Logged here, once. */
export const onError =
  (log: Log) =>
  (error: Error, c: Context<WebEnv>): Response => {
    if (error instanceof HTTPException && error.status < 500) return problem(c, { code: 'bad_request' });
    if (isUnreachable(error)) {
      log.warn({ err: error.name }, 'database.unreachable');
      c.header('retry-after', '1');
      return problem(c, { code: 'database_down' });
    }
    const id = randomUUID();
    log.error({ id, err: error.name, code: codeOf(error) ?? codeOf(error.cause), frames: framesOf(error) }, 'request.crashed');
    return problem(c, { code: 'internal', message: `Something went wrong inside Wilco. Its log has more under the id ${id}.` });
  };
