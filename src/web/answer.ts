import { STATUS_CODES } from 'node:http';
import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ProblemCode, STATUS, sentenceOf } from './problems.ts';
import { Problem } from './schemas.ts';

/** An error on its way out. `message` says what is particular to the case. */
export type Trouble<Code extends ProblemCode = ProblemCode> = {
  code: Code;
  message?: string;
  fields?: { name: string; message: string }[];
};

const MOST_FIELDS = 50;
const words = (code: string): string => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ');

export const problemOf = ({ code, message, fields }: Trouble): Problem => ({
  type: `urn:wilco:problem:${code}`,
  title: words(code),
  status: STATUS[code],
  code,
  detail: message ?? sentenceOf(code),
  ...(fields && fields.length > 0 ? { fields: fields.slice(0, MOST_FIELDS) } : {}),
});

export const PROBLEM_JSON = { 'content-type': 'application/problem+json' } as const;

/** Answers a problem, with the status that its code has. */
export const problem = <Code extends ProblemCode>(c: Context, trouble: Trouble<Code>) =>
  c.json(problemOf(trouble), STATUS[trouble.code], PROBLEM_JSON);

const PROBLEM_ANSWER = { 'application/problem+json': { schema: Problem } };
type Problems<Code extends ProblemCode> = {
  [Each in Code as (typeof STATUS)[Each]]: { description: string; content: typeof PROBLEM_ANSWER };
};

/** Declares which problems a route may answer: one response for each status, its codes and sentences in the description. */
export const problems = <const Codes extends readonly ProblemCode[]>(...codes: Codes): Problems<Codes[number]> => {
  const lines = new Map<number, string[]>();
  for (const code of new Set(codes)) lines.set(STATUS[code], [...(lines.get(STATUS[code]) ?? []), `- \`${code}\`: ${sentenceOf(code)}`]);
  const answers = [...lines].map(([status, said]) => [
    status,
    { description: `${STATUS_CODES[status] ?? 'Problem'}\n\n${said.join('\n')}`, content: PROBLEM_ANSWER },
  ]);
  return Object.fromEntries(answers) as Problems<Codes[number]>; // `fromEntries` cannot say which keys it was given
};

/** Declares a JSON answer. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** Declares a JSON body. One without a field that is required may be left out. */
export const bodyOf = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: !schema.safeParse({}).success, content: { 'application/json': { schema } } },
});
