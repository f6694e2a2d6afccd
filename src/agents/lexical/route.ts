import { createRanking, type Ranking, rankTools, type Scored } from './rank.ts';
import { type Clock, read } from './reading.ts';
import type { ToolSchema } from './schema.ts';
import { partsOf, spread } from './several.ts';

/** One call that the words ask for. `missing` names required fields that they do not give: a question to ask, not an action to take. */
export type LexicalCall = { name: string; arguments: Record<string, unknown>; missing: readonly string[] };

/** `confidence` is 0 to 1; `abstained` says why there are no calls. */
export type LexicalRouting = { calls: LexicalCall[]; confidence: number; abstained: 'nothing_said' | 'no_tools' | 'nothing_fits' | null };

/** How much a tool must speak of what was said, and how much more where it could not be filled in. */
const LEAST_EVIDENCE = 0.55;
const LEAST_UNFILLED = 1.3;

const stands = ({ evidence, filled, inputs }: Scored): boolean => {
  const required = inputs.filter((field) => field.required).length;
  const hollow = required > 0 && filled.missing.length * 2 >= required;
  return evidence >= (hollow ? LEAST_UNFILLED : LEAST_EVIDENCE);
};

const callsOf = (best: Scored, reading: ReturnType<typeof read>): LexicalCall[] =>
  spread(best, reading).map((given) => ({ name: best.tool.name, arguments: given, missing: best.filled.missing }));

const confidenceOf = (best: Scored, second: Scored | undefined): number => {
  const lead = second ? Math.min(1, Math.max(0, best.score - second.score) * 1.5) : 1;
  const whole = best.filled.missing.length === 0 ? 1 : 0.4;
  return Math.min(1, best.evidence / 3) * (0.5 + 0.5 * lead) * whole;
};

type Answer = { calls: LexicalCall[]; confidence: number };

const one = (ranking: Ranking, text: string, clock: Clock): Answer | null => {
  const reading = read(text, clock);
  const ranked = rankTools(ranking, reading);
  const best = ranked.find(stands);
  const second = ranked.find((other) => other !== best);
  return best ? { calls: callsOf(best, reading), confidence: confidenceOf(best, second) } : null;
};

/** Several orders in one sentence: only when each of its parts is whole by itself. */
const several = (ranking: Ranking, text: string, clock: Clock): Answer | null => {
  const parts = partsOf(text);
  if (parts.length < 2) return null;
  const answers = parts.map((part) => one(ranking, part, clock));
  const whole = answers.flatMap((answer) => (answer?.calls.every(({ missing }) => missing.length === 0) ? [answer] : []));
  if (whole.length < parts.length) return null;
  return { calls: whole.flatMap(({ calls }) => calls), confidence: Math.min(...whole.map(({ confidence }) => confidence)) };
};

export type LexicalRouter = { route(text: string, clock: Clock): LexicalRouting };

/** Reads the tools once; contract: `route` never throws, whatever the text and the schemas are, and never acts. */
export const createLexicalRouter = (tools: readonly ToolSchema[]): LexicalRouter => {
  const ranking = createRanking(tools);
  return {
    route(text, clock) {
      if (text.trim() === '') return { calls: [], confidence: 0, abstained: 'nothing_said' };
      if (tools.length === 0) return { calls: [], confidence: 0, abstained: 'no_tools' };
      const answer = several(ranking, text, clock) ?? one(ranking, text, clock);
      return answer ? { ...answer, abstained: null } : { calls: [], confidence: 0, abstained: 'nothing_fits' };
    },
  };
};

/** Chooses among tools and fills them in from the words alone: no model, the same answer every time. */
export const routeLexically = (tools: readonly ToolSchema[], text: string, clock: Clock): LexicalRouting =>
  createLexicalRouter(tools).route(text, clock);
