import type { types } from '@slack/bolt';
import type { Card, CardArgument, CardFact, CardTable, CardTone } from '../../dispatch/card.ts';
import { bold, boxed, bullets, italic, lines, quoted, rich, struck, words } from './rich-text.ts';
import { plain, split } from './text.ts';

type Block = types.KnownBlock;
type Elements = types.RichTextBlock['elements'];
type Line = ReturnType<typeof words>;

const SECTION = 3000;
const HEADER = 150;

export const sections = (text: string): Block[] => split(text, SECTION).map((part) => ({ type: 'section', text: plain(part) }));
export const small = (text: string): Block[] => split(text, SECTION).map((part) => ({ type: 'context', elements: [plain(part)] }));

/** A colour for the eye; the words beside it say the same. */
const MARKS: Record<CardTone, string> = {
  neutral: '⚪',
  waiting: '🔵',
  working: '🟣',
  good: '🟢',
  bad: '🔴',
  warning: '🟠',
  muted: '⚪',
};

const header = (title: string): Block[] => {
  const text = plain(title);
  return text.text.length <= HEADER ? [{ type: 'header', text }] : sections(title);
};

export const headOf = ({ title, status }: Card): Block[] => [
  ...header(title),
  ...(status ? small(`${MARKS[status.tone]} ${status.label}`) : []),
];

const EMPTY = italic('empty');

/** One line with its label, or the label with a box below it. */
const labelled = (label: string, value: string, how: { block: boolean; before: boolean }): { line: Line; below: Elements } => {
  const name = bold(`${label}:`);
  if (value === '') return { line: [...name, ...words(' '), ...EMPTY], below: [] };
  if (how.block || value.includes('\n')) return { line: name, below: boxed(value) };
  return { line: [...name, ...words(' '), ...(how.before ? struck(value) : words(value))], below: [] };
};

type Row = ReturnType<typeof labelled>;

const rowsOf = ({ label, value, was, block }: CardArgument): Row[] => [
  labelled(label, value, { block, before: false }),
  ...(was === undefined ? [] : [labelled(`${label}, before`, was, { block, before: true })]),
];

/** Lines that follow one another are one paragraph, as somebody would have typed them. */
const paragraphs = (rows: readonly Row[]): Elements => {
  const elements: Elements = [];
  let open: Line[] = [];
  for (const { line, below } of rows) {
    open.push(line);
    if (below.length === 0) continue;
    elements.push(...lines(open), ...below);
    open = [];
  }
  return [...elements, ...lines(open)];
};

/** A cell without anything keeps its place. */
const cellsOf = (cells: readonly string[]): Line => {
  const [first = '–', ...others] = cells.map((cell) => (cell === '' ? '–' : cell));
  return [...bold(first), ...(others.length === 0 ? [] : words(`  ·  ${others.join('  ·  ')}`))];
};

const tableOf = ({ columns, rows, empty }: CardTable): Elements =>
  rows.length === 0
    ? lines([words(empty)])
    : [...lines([italic(columns.join('  ·  '))]), ...bullets(rows.map(({ cells }) => cellsOf(cells)))];

const MOST_IN_LINE = 90;
const CALM = /^[\p{Lu}\p{Ll}\p{M}\p{N} .,?'’()/$%@_+-]{1,60}$/u;

/**
 * What can share one small line with others: short, and without a sign that could be taken for the beginning of another fact. Whatever else
 * there is (a name may be anything) has a line of its own with its label in bold.
 */
const isCalm = ({ label, value }: CardFact): boolean =>
  CALM.test(label) && CALM.test(value) && value.normalize('NFKC') === value && !value.includes('  ');

const said = ({ label, value }: CardFact): string => (label.endsWith('?') ? `${label} ${value}` : `${label}: ${value}`);

const smallLines = (facts: readonly CardFact[]): Block[] => {
  const full: string[] = [];
  let line = '';
  for (const fact of facts.map(said)) {
    if (line !== '' && line.length + fact.length > MOST_IN_LINE) {
      full.push(line);
      line = '';
    }
    line = line === '' ? fact : `${line}  ·  ${fact}`;
  }
  return [...full, ...(line === '' ? [] : [line])].flatMap(small);
};

const factLine = ({ label, value }: CardFact): Line => [
  ...bold(label.endsWith('?') ? label : `${label}:`),
  ...words(' '),
  ...(value === '' ? EMPTY : words(value)),
];

/** The action itself: every argument, and what comes of it. */
export const bodyOf = (card: Card): Block[] =>
  rich([
    ...paragraphs(card.arguments.flatMap(rowsOf)),
    ...(card.difference === undefined ? [] : [...lines([bold('What becomes of the text:')]), ...boxed(card.difference)]),
    ...bullets(card.changes.map(words).filter((line) => line.length > 0)),
    ...(card.table ? tableOf(card.table) : []),
  ]);

const noteOf = (note: string): Elements => (note.includes('\n') ? quoted(note) : lines([words(note)]));

/** What is to be known about it. */
export const tailOf = ({ facts, notes, prose }: Card): Block[] => [
  ...smallLines(facts.filter(isCalm)),
  ...rich([
    ...lines(facts.filter((fact) => !isCalm(fact)).map(factLine)),
    ...notes.filter((note) => note !== '').flatMap(noteOf),
    ...(prose === undefined || prose === '' ? [] : [...lines([bold('A model wrote:')]), ...quoted(prose)]),
  ]),
];
