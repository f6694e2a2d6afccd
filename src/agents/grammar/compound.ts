import { interpret, isFull, type Said } from './interpret.ts';
import { DASHES, FILLERS, MAKING, NEGATIONS } from './lexicon.ts';
import { behindNumber, isMark, isQuote, type Line, type Range, wordAt } from './line.ts';
import type { Found } from './match.ts';
import type { Spoken } from './phrases.ts';

/**
 * `one`: one reading, which may lack something. `many`: each part is complete by itself. `unsure`: it begins like several actions of which
 * some cannot be read; nothing of it is done, since half of an order is another order.
 */
export type Actions = { kind: 'one'; found: Found } | { kind: 'many'; found: Found[] } | { kind: 'unsure' } | { kind: 'none' };

/** `blocks`: "or" and "but" part what is not done both. */
type Joint = { end: number; start: number; blocks: boolean };

/** An order of more parts than this is not read; nor is one whose parts begin far in. */
const MOST_JOINTS = 10;
const FURTHEST = 2000;
const GLUE = new Set(['and', 'then', 'also', 'please', 'afterwards', 'finally', 'plus', '&', ...DASHES]);
const BLOCKING = new Set(['or', 'but']);
const BREAKS = ',;.\n';

export type Heard = { line: Line; spoken: readonly Spoken[]; orders: ReadonlySet<string> };

type Firsts = { verbs: ReadonlySet<string>; nouns: ReadonlySet<string> };

/** With which words the phrases begin. */
const firstsOf = (spoken: readonly Spoken[]): Firsts => {
  const patterns = spoken.flatMap((one) => one.patterns);
  const words = (nounFirst: boolean) =>
    patterns
      .filter((pattern) => pattern.nounFirst === nounFirst)
      .flatMap(({ steps: [first] }) => (first?.kind === 'word' ? [first.word] : []));
  const verbs = words(false);
  return { verbs: new Set(verbs.some((verb) => MAKING.has(verb)) ? [...verbs, ...MAKING] : verbs), nouns: new Set(words(true)) };
};

const negated = (line: Line, at: number): boolean =>
  NEGATIONS.has(wordAt(line, at)) || (wordAt(line, at) === 'do' && wordAt(line, at + 1) === 'not');

/** “… and assign it to Ana” says who does what was just asked for: it is no other order. */
const isClause = (word: string, next: string): boolean => word === 'assign' && next === 'it';

/** Whether another order may begin here: with a verb of some phrase, with "a task …", with the name of a command, or by ruling one out. */
const createBeginning = ({ line, spoken, orders }: Heard) => {
  const { verbs, nouns } = firstsOf(spoken);
  return (at: number): boolean => {
    const [word, next] = [wordAt(line, at), wordAt(line, at + 1)];
    if (isQuote(line, at) || word === '' || isClause(word, next)) return false;
    if (nouns.has(word) && next === ':') return true;
    if (verbs.has(word) || orders.has(word) || (FILLERS.has(word) && nouns.has(next))) return true;
    return negated(line, at) && (verbs.has(next) || verbs.has(wordAt(line, at + 2)));
  };
};

const isGlue = (line: Line, at: number): boolean =>
  GLUE.has(wordAt(line, at)) ||
  BLOCKING.has(wordAt(line, at)) ||
  isMark(line, at, BREAKS) ||
  (wordAt(line, at) === 'to' && wordAt(line, at - 1) === 'and');

const blocksIn = (line: Line, { from, to }: Range): boolean => line.tokens.slice(from, to).some((token) => BLOCKING.has(token.word));

const endOfGlue = (line: Line, { from, to }: Range): number => {
  let at = from;
  for (;;) {
    const behind = behindNumber(line, at);
    const following = wordAt(line, at) === 'after' && /^(?:that|this)$/.test(wordAt(line, at + 1)) ? at + 2 : behind;
    if (following > at && following < to) at = following;
    else if (at < to && isGlue(line, at)) at++;
    else return at;
  }
};

/** Where one order may end and the next begin. */
const jointsOf = (heard: Heard, { from, to }: Range): Joint[] => {
  const { line } = heard;
  const begins = createBeginning(heard);
  const joints: Joint[] = [];
  for (let at = from + 1; at < Math.min(to, from + FURTHEST) && joints.length <= MOST_JOINTS; at++) {
    const start = endOfGlue(line, { from: at, to });
    if (start === at) continue;
    // A full stop belongs to the sentence it ends.
    if (start < to && begins(start))
      joints.push({ end: isMark(line, at, '.') ? at + 1 : at, start, blocks: blocksIn(line, { from: at, to: start }) });
    at = start - 1;
  }
  return joints;
};

/** Clauses in front belong to what follows. After a colon everything is the text, "and post …" too; behind a closing quote the sentence goes on. */
const isOpen = (line: Line, whole: Found | null, joint: Joint): boolean => {
  if (whole && joint.start <= whole.begin) return false;
  if (!whole || whole.bodyFrom < 0 || joint.end <= whole.bodyFrom) return true;
  return isQuote(line, whole.bodyFrom) && joint.end <= whole.bodyFrom + 2;
};

/** What a range comes to: its one reading, or its parts when it splits. `doubtful`: something in it begins like an order that cannot be read. */
type Solved = { whole: Found | null; parts: Found[] | null; doubtful: boolean };

const completeParts = ({ whole, parts, doubtful }: Solved): Found[] | null =>
  parts ?? (whole && !doubtful && isFull(whole) ? [whole] : null);

const createSolver = (heard: Heard, said: Said, joints: readonly Joint[]) => {
  const { line, spoken, orders } = heard;
  const { from: begin, to } = said.range;
  const known = new Map<number, Solved>();
  const part = (from: number, end: number): Found | null => {
    const manner = from === begin ? said.manner : { ...said.manner, nounOk: FILLERS.has(wordAt(line, from)) };
    return interpret(line, spoken, { range: { from, to: end }, manner });
  };
  const rulesOut = (at: number): boolean => orders.has(wordAt(line, at)) || negated(line, at);
  const splitAt = (from: number, joint: Joint, right: Solved): Found[] | null => {
    const rest = joint.blocks ? null : completeParts(right);
    const left = rest ? part(from, joint.end) : null;
    return rest && left && isFull(left) ? [left, ...rest] : null;
  };
  const split = (from: number, whole: Found | null): Solved => {
    let doubtful = false;
    for (const joint of joints) {
      if (joint.end <= from || !isOpen(line, whole, joint)) continue;
      const right = solve(joint.start);
      const parts = splitAt(from, joint, right);
      if (parts) return { whole, parts, doubtful: false };
      doubtful ||= right.whole !== null || right.doubtful || rulesOut(joint.start);
    }
    return { whole, parts: null, doubtful };
  };
  const solve = (from: number): Solved => {
    const before = known.get(from);
    if (before) return before;
    const solved = split(from, part(from, to));
    known.set(from, solved);
    return solved;
  };
  return solve;
};

/** Reads one order or several. Every part has to be complete by itself for several to be meant. */
export const readActions = (heard: Heard, said: Said): Actions => {
  const joints = jointsOf(heard, said.range);
  if (joints.length > MOST_JOINTS) return verbatim(heard, said, joints);
  const { whole, parts, doubtful } = createSolver(heard, said, joints)(said.range.from);
  if (parts) return { kind: 'many', found: parts };
  if (doubtful) return { kind: 'unsure' };
  return whole ? { kind: 'one', found: whole } : { kind: 'none' };
};

/** A long text may hold any number of "and post": it is read only when it follows a colon. */
const verbatim = ({ line, spoken }: Heard, said: Said, joints: readonly Joint[]): Actions => {
  const whole = interpret(line, spoken, said);
  return whole && joints.every((joint) => !isOpen(line, whole, joint)) ? { kind: 'one', found: whole } : { kind: 'unsure' };
};
