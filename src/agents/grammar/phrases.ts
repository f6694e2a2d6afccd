import type { Tool } from '../../tools/tool.ts';
import { type Field, fieldsOf } from './fields.ts';
import { ARTICLES, LINE_CONNECTORS, TEXT_CONNECTORS } from './lexicon.ts';

/**
 * One step of a pattern. A `word` is matched as it is; `joint` is the little word before free words ("for", "that"), for which a colon, a quote or
 * another of its kind may stand; a `gap`, written `…`, is words that only describe ("write the agenda to …"); a `slot` is an argument.
 */
export type Step =
  | { kind: 'word'; word: string }
  | { kind: 'gap'; word: string }
  | { kind: 'joint'; of: Field; word: string }
  | { kind: 'slot'; field: Field };

export type Pattern = {
  steps: readonly Step[];
  /** Words before the first argument, articles left out: how sure a match of them alone is. */
  head: number;
  /** It begins with the noun ("task for …"), so a statement may begin like it. */
  nounFirst: boolean;
};

/** A clause for one optional argument that may stand anywhere: "due {due_on}", "{priority} priority", "assigned to {assignee}". */
export type Clause = { field: Field; before: readonly string[]; after: readonly string[]; strong: boolean };

/** A tool as the grammar hears it. */
export type Spoken = {
  tool: Tool;
  fields: readonly Field[];
  patterns: readonly Pattern[];
  /** For `/task …`: the same without the verb. */
  bare: readonly Pattern[];
  clauses: readonly Clause[];
};

type Piece = { word: string } | { slot: string };

const pieces = (text: string): Piece[] =>
  (text.match(/\{[^{}]*\}|[^\s{},:;]+|:/g) ?? []).map((part) =>
    part.startsWith('{') ? { slot: part.slice(1, -1) } : { word: part.toLowerCase() },
  );

const isFree = (field: Field): boolean => field.slot === 'words';
const movable = (field: Field | undefined): field is Field =>
  field !== undefined && !field.required && (field.slot === 'date' || field.slot === 'priority');

const DATE_WORDS = new Set(['due', 'by', 'on', 'until', 'before', 'for', 'deadline']);

const connectorOf = (word: string, field: Field): boolean =>
  word === ':' || (field.text ? TEXT_CONNECTORS.has(word) : LINE_CONNECTORS.has(word) || TEXT_CONNECTORS.has(word));

/** The date words that stand right before an argument, taken off the end. */
const takeDateWords = (rest: Piece[]): string[] => {
  const words: string[] = [];
  for (let last = rest.at(-1); last && 'word' in last && DATE_WORDS.has(last.word); last = rest.at(-1)) {
    words.unshift(last.word);
    rest.pop();
  }
  return words;
};

const fieldOf = (piece: Piece | undefined, byName: ReadonlyMap<string, Field>): Field | undefined =>
  piece && 'slot' in piece ? byName.get(piece.slot) : undefined;

/** Takes optional dates and priorities, with the words that belong to them, out of a phrase: people say them anywhere. */
const liftClauses = (parts: readonly Piece[], byName: ReadonlyMap<string, Field>): { rest: Piece[]; clauses: Clause[] } => {
  const rest: Piece[] = [];
  const clauses: Clause[] = [];
  for (const [at, part] of parts.entries()) {
    const field = fieldOf(part, byName);
    const lifted = fieldOf(parts[at - 1], byName);
    const ownNoun = movable(lifted) && lifted.slot === 'priority' && 'word' in part && part.word === 'priority';
    if (ownNoun) continue;
    if (!movable(field)) {
      rest.push(part);
      continue;
    }
    const before = field.slot === 'date' ? takeDateWords(rest) : [];
    if (before.length > 0) clauses.push({ field, before, after: [], strong: before[0] === 'due' || before[0] === 'deadline' });
  }
  return { rest, clauses };
};

const toStep = (part: Piece, of: Field | undefined, byName: ReadonlyMap<string, Field>): Step | null => {
  if ('slot' in part) {
    const field = byName.get(part.slot);
    return field ? { kind: 'slot', field } : null;
  }
  if (part.word === '…') return { kind: 'gap', word: part.word };
  return of && isFree(of) && connectorOf(part.word, of) ? { kind: 'joint', of, word: part.word } : { kind: 'word', word: part.word };
};

/** Null when the phrase names an argument that the tool does not have. */
const toSteps = (parts: readonly Piece[], byName: ReadonlyMap<string, Field>): Step[] | null => {
  const steps = parts.map((part, index) => toStep(part, index > 0 ? fieldOf(parts[index + 1], byName) : undefined, byName));
  const known = steps.filter((step) => step !== null);
  return known.length > 0 && known.length === steps.length ? known : null;
};

const patternOf = (steps: readonly Step[]): Pattern => {
  const first = steps.findIndex((step) => step.kind !== 'word');
  const head = steps.slice(0, first < 0 ? steps.length : first).filter((step) => step.kind === 'word' && !ARTICLES.has(step.word)).length;
  return { steps, head, nounFirst: false };
};

/** "write {content} to {path}" is also "write to {path}: …": the free words may follow a colon at the end. */
const colonForm = (steps: readonly Step[]): Step[] | null => {
  const at = steps.findIndex((step) => step.kind === 'slot' && isFree(step.field));
  const free = steps[at];
  if (free?.kind !== 'slot' || at === 0) return null;
  const from = steps[at - 1]?.kind === 'joint' ? at - 1 : at;
  const others = [...steps.slice(0, from), ...steps.slice(at + 1)];
  if (others.some((step) => step.kind === 'slot' && isFree(step.field))) return null;
  return [...others, { kind: 'joint', of: free.field, word: ':' }, free];
};

const isTime = (step: Step | undefined): boolean =>
  step?.kind === 'slot' && (step.field.slot === 'recurrence' || step.field.slot === 'moment');

/** A time may also stand in front of everything, and behind it. */
const timeForms = (steps: readonly Step[]): Step[][] => {
  const at = steps.findIndex(isTime);
  const time = steps[at];
  if (!time || steps.length < 3) return [];
  const others = [...steps.slice(0, at), ...steps.slice(at + 1)].filter((step) => step.kind !== 'joint' || step.word !== ':');
  const forms = [[time, ...others]];
  if (at < steps.length - 1) forms.push([...others, time]);
  return forms;
};

/** "create a task for {title}" is also "task for {title}", where the context says that something is asked for. */
const nounForm = (steps: readonly Step[]): Step[] | null => {
  const [verb, article, noun] = steps;
  const nounAfterArticle = verb?.kind === 'word' && article?.kind === 'word' && ARTICLES.has(article.word) && noun?.kind === 'word';
  return nounAfterArticle ? steps.slice(2) : null;
};

const sameSteps = (a: Pattern, b: Pattern): boolean => a.nounFirst === b.nounFirst && keyOf(a) === keyOf(b);
const keyOf = (pattern: Pattern): string =>
  pattern.steps.map((step) => (step.kind === 'slot' ? `{${step.field.name}}` : step.word)).join(' ');
const distinct = (patterns: readonly Pattern[]): Pattern[] =>
  patterns.filter((one, at) => patterns.findIndex((other) => sameSteps(one, other)) === at);

/** After `/file` the verb is said: what follows may be any tail of a phrase, as long as a word of it or an argument shows how to read it. */
const bareForms = (steps: readonly Step[]): Step[][] => {
  const forms: Step[][] = [];
  for (let from = 0; from < steps.length; from++) {
    const [first, second] = steps.slice(from);
    if (first?.kind === 'joint') continue;
    const leadsToFree = first?.kind === 'slot' && !isFree(first.field) && second?.kind === 'joint' && second.word !== ':';
    if (!leadsToFree) forms.push(steps.slice(from));
    if (first?.kind === 'slot') break;
  }
  return forms;
};

const slotsIn = (phrase: string): string[] => pieces(phrase).flatMap((piece) => ('slot' in piece ? [piece.slot] : []));

/** `/post #general hello`: the arguments in the order of the schema, closed ones first, each with or without its little word. */
const argumentForms = (fields: readonly Field[], said: ReadonlySet<string>): Step[][] => {
  const required = fields.filter((field) => field.required && (said.size === 0 || said.has(field.name)));
  const closed = required.filter((field) => !isFree(field));
  const free = required.filter(isFree);
  const steps = [...closed, ...free.slice(0, 1)].map((field): Step => ({ kind: 'slot', field }));
  return free.length > 1 || steps.length === 0 ? [] : [steps];
};

/** Clauses that need no phrase: a due date is "due …" and "by …", and any optional argument can be named. */
const namedClauses = (fields: readonly Field[]): Clause[] =>
  fields.flatMap((field): Clause[] => {
    const label = field.title.toLowerCase().split(/\s+/);
    const named: Clause = { field, before: [...label, ':'], after: [], strong: true };
    if (field.slot === 'date' && /due|deadline/i.test(`${field.name} ${field.title}`)) {
      const strong = [
        ['with', 'a', 'due', 'date', 'of'],
        ['with', 'due', 'date'],
        ['with', 'a', 'deadline', 'of'],
        ['due', 'date', 'is'],
        ['due', 'no', 'later', 'than'],
        ['due', 'not', 'later', 'than'],
        ['due', 'date', 'of'],
        ['due', 'date', ':'],
        ['due', 'date'],
        ['deadline', 'is'],
        ['a', 'deadline', 'of'],
        ['deadline', 'of'],
        ['due', 'by'],
        ['due', 'on'],
        ['due', ':'],
        ['due'],
        ['deadline', ':'],
        ['deadline'],
      ];
      const weak = [['by'], ['no', 'later', 'than'], ['not', 'later', 'than']];
      return [
        ...strong.map((before) => ({ field, before, after: [], strong: true })),
        ...weak.map((before) => ({ field, before, after: [], strong: false })),
        named,
      ];
    }
    if (field.required) return [];
    const introduced = field.text ? [[], ['a'], ['the']].map((article) => ({ ...named, before: ['with', ...article, ...label] })) : [];
    // "assignee: …" for an argument that is called assignee_agent_key and labelled Agent.
    const byName: Clause = { ...named, before: [field.name.split('_')[0] ?? '', ':'] };
    return [named, byName, ...introduced.flatMap((one) => [{ ...one, before: [...one.before, ':'] }, one])];
  });

/** "assigned to {agent}" is also "and assign it to …". */
const activeForms = (clause: Clause): Clause[] => {
  const [first = '', ...rest] = clause.before;
  if (first !== 'assigned') return [];
  return [['assign', 'it'], ['and', 'assign', 'it'], ['assign']].map((verb) => ({ ...clause, before: [...verb, ...rest] }));
};

const clauseOf = (parts: readonly Piece[], byName: ReadonlyMap<string, Field>): Clause[] => {
  const at = parts.findIndex((part) => 'slot' in part);
  const field = fieldOf(parts[at], byName);
  if (!field || field.required || field.slot === 'priority') return [];
  const word = (piece: Piece): string[] => ('word' in piece ? [piece.word] : []);
  const before = parts.slice(0, at).flatMap(word);
  return before.length === 0 ? [] : [{ field, before, after: parts.slice(at + 1).flatMap(word), strong: true }];
};

type Heard = { steps: Step[]; clauses: Clause[] };

const hear = (phrase: string, byName: ReadonlyMap<string, Field>): Heard | null => {
  const [main = '', ...others] = phrase.split(/,\s+/);
  const lifted = liftClauses(pieces(main), byName);
  const steps = toSteps(lifted.rest, byName);
  if (!steps) return null;
  return { steps, clauses: [...lifted.clauses, ...others.flatMap((other) => clauseOf(pieces(other), byName))] };
};

const compile = (tool: Tool): Spoken => {
  const fields = fieldsOf(tool);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const heard = tool.phrases.map((phrase) => hear(phrase, byName)).filter((one) => one !== null);
  const said = heard.flatMap(({ steps }) => [steps, ...timeForms(steps)]);
  const whole = said.flatMap((steps) => [steps, colonForm(steps)]).filter((steps) => steps !== null);
  const declared = heard.flatMap(({ clauses }) => clauses);
  const nouns = whole.map(nounForm).filter((steps) => steps !== null);
  const nounPatterns = nouns.map((steps) => ({ ...patternOf(steps), nounFirst: true }));
  return {
    tool,
    fields,
    patterns: distinct([...whole.map(patternOf), ...nounPatterns]),
    bare: distinct([...whole.flatMap(bareForms), ...argumentForms(fields, new Set(tool.phrases.flatMap(slotsIn)))].map(patternOf)),
    clauses: distinctClauses([...declared, ...declared.flatMap(activeForms), ...namedClauses(fields)]),
  };
};

const clauseKey = ({ field, before, after }: Clause): string => `${field.name}|${before.join(' ')}|${after.join(' ')}`;
const distinctClauses = (clauses: readonly Clause[]): Clause[] => [
  ...new Map(clauses.map((clause) => [clauseKey(clause), clause])).values(),
];

/** A tool's phrases never change, so each tool is compiled once, whichever lists it is in. */
export const createCompiler = (): ((tool: Tool) => Spoken) => {
  const known = new WeakMap<Tool, Spoken>();
  return (tool) => {
    const before = known.get(tool);
    if (before) return before;
    const spoken = compile(tool);
    known.set(tool, spoken);
    return spoken;
  };
};
