import { isDeepStrictEqual } from 'node:util';
import type { Routed, Router } from '../../../src/agents/router.ts';
import { ask } from '../ask.ts';
import type { Call, Example, Wanted } from './expected.ts';
import { routingTools } from './tools.ts';

export type Verdict = 'right' | 'asked' | 'wrong';
export type Scored = { example: Example; routed: Routed; verdict: Verdict };

const acts = (routed: Routed): boolean => routed.kind === 'calls' || routed.kind === 'command';

/** Ids that nobody says: a tool fills them in from the name before its card is made. */
const FILLED_IN = new Set(['person_id', 'task_id', 'key_id']);

const isOnly = (want: Wanted, routed: Routed): boolean =>
  want !== 'nothing' &&
  'calls' in want &&
  routed.kind === 'missing' &&
  routed.fields.every((field) => FILLED_IN.has(field)) &&
  isDeepStrictEqual([{ tool: routed.tool, input: routed.input }], want.calls);

/** A schedule that holds an action is named by the router, not by who asked for it. */
const unnamed = ({ tool, input }: Call): Call => {
  const { name, ...rest } = input;
  return tool === 'schedule_job' && rest.action !== undefined ? { tool, input: rest } : { tool, input };
};

const judge = ({ want }: Example, routed: Routed): Verdict => {
  if (want === 'nothing') return acts(routed) ? 'wrong' : 'right';
  if (!acts(routed)) return isOnly(want, routed) ? 'right' : 'asked';
  if ('command' in want) return routed.kind === 'command' && routed.name === want.command ? 'right' : 'wrong';
  return routed.kind === 'calls' && isDeepStrictEqual(routed.calls.map(unnamed), want.calls) ? 'right' : 'wrong';
};

export const scoreAll = async (router: Router, examples: readonly Example[]): Promise<Scored[]> => {
  const scored: Scored[] = [];
  for (const example of examples) {
    const { say, history } = example;
    const routed = await router.route(ask(say, { tools: routingTools, ...(history ? { history } : {}) }));
    scored.push({ example, routed, verdict: judge(example, routed) });
  }
  return scored;
};

/** A wrong action costs five times what a question costs. */
export const totals = (scored: readonly Scored[]) => {
  const count = (verdict: Verdict, among = scored) => among.filter((one) => one.verdict === verdict).length;
  const answerable = scored.filter(({ example }) => example.want !== 'nothing');
  return {
    sentences: scored.length,
    answerable: answerable.length,
    right: count('right'),
    asked: count('asked'),
    wrong: count('wrong'),
    rightOfAnswerable: count('right', answerable) / answerable.length,
    score: count('right') - 5 * count('wrong'),
  };
};
