import type { types } from '@slack/bolt';
import type { Card, CardArgument, CardFact, CardTable, CardTone } from '../../dispatch/card.ts';
import { arrangeFacts, changesTitle } from '../arrange.ts';
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
const PLAIN = { block: false, before: false };

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

/** A list with many lines, which would not fit with each of them set by itself. */
const tightTable = ({ columns, rows }: CardTable): Elements =>
  lines([italic(columns.join('  ·  ')), words(rows.map(({ cells }) => `• ${cells.join('  ·  ')}`).join('\n'))]);

const tableOf = ({ columns, rows, empty }: CardTable): Elements =>
  rows.length === 0
    ? lines([words(empty)])
    : [...lines([italic(columns.join('  ·  '))]), ...bullets(rows.map(({ cells }) => cellsOf(cells)))];

const factLines = (facts: readonly CardFact[]): Elements => lines(facts.map(({ label, value }) => labelled(label, value, PLAIN).line));

const changesOf = (card: Card): Elements => {
  const shown = card.changes.filter((change) => change !== '');
  return shown.length === 0 ? [] : [...lines([bold(changesTitle(card))]), ...bullets(shown.map(words))];
};

const noteOf = (note: string): Elements => (note.includes('\n') ? quoted(note) : lines([words(note)]));

const proseOf = (prose = ''): Elements => (prose === '' ? [] : [...lines([bold('A model wrote:')]), ...quoted(prose)]);

/** What is to be known about it, and what came of it. */
const aroundOf = (card: Card): Elements => [
  ...factLines(arrangeFacts(card).below),
  ...card.notes.filter((note) => note !== '').flatMap(noteOf),
  ...proseOf(card.prose),
];

const footOf = (card: Card): Block[] => {
  const calm = arrangeFacts(card).small;
  return calm.length === 0 ? [] : small(calm.join('\n'));
};

/** What a card says: an action with every argument, and what comes of it; or facts, and a list. `tight`: a long list is one run of words. */
export const bodyOf = (card: Card, tight = false): Block[] => [
  ...rich([
    ...paragraphs(card.arguments.flatMap(rowsOf)),
    ...changesOf(card),
    ...(card.difference === undefined ? [] : [...lines([bold('What becomes of the text:')]), ...boxed(card.difference)]),
    ...factLines(arrangeFacts(card).above),
    ...(card.table ? (tight ? tightTable : tableOf)(card.table) : []),
    ...aroundOf(card),
  ]),
  ...footOf(card),
];

/** The same without the action itself: what it acts on is then said among the facts. */
export const outlineOf = (card: Card): Block[] => {
  const bare = { ...card, arguments: [] };
  return [...rich(aroundOf(bare)), ...footOf(bare)];
};
