import type { Card, CardArgument, CardFact, CardTable } from '../../dispatch/card.ts';
import { arrangeFacts, changesTitle } from '../arrange.ts';
import { inert, quoted } from './inert.ts';

type CardTableRow = CardTable['rows'][number];

const bold = (label: string): string => `**${inert(label)}:**`;

const shownValue = ({ value, block }: { value: string; block: boolean }): string =>
  value === '' ? ' _empty_' : block || value.includes('\n') ? `\n${quoted(value)}` : ` ${inert(value)}`;

/** What stood before is struck through where it is one line; where it begins or ends with a space Discord would not draw it so. */
const shownBefore = (was: string, block: boolean): string =>
  !block && /^\S(.*\S)?$/.test(was) ? ` ~~${inert(was)}~~` : shownValue({ value: was, block });

const argumentText = (argument: CardArgument): string => {
  const { label, was, block } = argument;
  const now = `${bold(label)}${shownValue(argument)}`;
  return was === undefined ? now : `${now}\n${bold(`${label}, before`)}${shownBefore(was, block)}`;
};

/** The first cell is what the line is about. */
const rowText = ({ cells }: Pick<CardTableRow, 'cells'>): string =>
  `- ${cells.map((cell, at) => (at === 0 && /^\S(.*\S)?$/.test(cell) ? `**${inert(cell)}**` : inert(cell))).join(' · ')}`;

const columnsText = (columns: readonly string[]): string => `**${columns.map(inert).join(' · ')}**`;

const tableText = ({ columns, rows, empty }: NonNullable<Card['table']>): string[] => {
  if (rows.length === 0) return [inert(empty)];
  return [columnsText(columns), ...rows.map(rowText)];
};

export const headText = ({ title, status }: Card): string => `### ${inert(title)}${status ? `\n**${inert(status.label)}**` : ''}`;

const factText = ({ label, value }: CardFact): string => `${bold(label)}${shownValue({ value, block: false })}`;

/** Everything that stands on a card, whole, in order, as inert text in parts; what was there as `Shown` is only ever quoted or escaped. */
export const bodyParts = (card: Card): string[] => {
  const { above, small, below } = arrangeFacts(card);
  const { changes, difference, table, notes, prose } = card;
  const parts = [
    card.arguments.map(argumentText),
    changes.length === 0 ? [] : [`**${changesTitle(card)}**`, ...changes.map((change) => `- ${inert(change)}`)],
    difference === undefined ? [] : [`**What becomes of the text:**\n${quoted(difference)}`],
    [...above.map(factText), ...(table ? tableText(table) : [])],
    below.map(factText),
    notes.map((note) => (note.includes('\n') ? quoted(note) : inert(note))),
    prose === undefined ? [] : [`**A model wrote:**\n${quoted(prose)}`],
    small.map((line) => `-# ${inert(line)}`),
  ];
  return parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
};

export const bodyText = (card: Card): string => bodyParts(card).join('\n');

/** As many lines of a list as get a button of their own. */
const MOST_OPENED = 8;

/** As many more as can be chosen from lists of 25. */
const MOST_CHOSEN = 50;

/** A line of a list that can be opened, as it stands in its section; `label`: the same without any mark-up. */
export type OpenedRow = { said: string; label: string; proposalId: string };

/**
 * A card whose list leads to other cards, in parts: the lines that have a button, those that are chosen from a list, and the card with whatever
 * is not in the first. `short` leaves the second out of it, too. Undefined for any other, and for one that has buttons for its lines already.
 */
export const splitRows = (card: Card): { columns: string; rows: OpenedRow[]; chosen: OpenedRow[]; rest: Card; short: Card } | undefined => {
  const { table, actions } = card;
  if (!table || actions.some((action) => 'of' in action && action.of !== undefined)) return undefined;
  const openable = new Map<string, CardTableRow>();
  for (const row of table.rows)
    if (row.proposalId !== undefined && !openable.has(row.proposalId) && openable.size < MOST_OPENED + MOST_CHOSEN)
      openable.set(row.proposalId, row);
  if (openable.size === 0) return undefined;
  const lines = [...openable].map(([proposalId, row]) => ({ said: rowText(row), label: row.cells.join(' · '), proposalId }));
  const [rows, chosen] = [lines.slice(0, MOST_OPENED), lines.slice(MOST_OPENED)];
  const without = (gone: readonly OpenedRow[]): Card => {
    const left = table.rows.filter((row) => !gone.some(({ proposalId }) => openable.get(proposalId) === row));
    const { table: _list, ...rest } = card;
    return left.length === 0 ? rest : { ...rest, table: { ...table, rows: left } };
  };
  return { columns: columnsText(table.columns), rows, chosen, rest: without(rows), short: without(lines) };
};

/** The same as plain text, for a file. */
export const plainText = (card: Card): string =>
  [
    card.title,
    ...(card.status ? [card.status.label] : []),
    ...card.arguments.flatMap(({ label, value, was }) => [
      `${label}: ${value}`,
      ...(was === undefined ? [] : [`${label}, before: ${was}`]),
    ]),
    ...card.changes,
    ...(card.difference === undefined ? [] : [card.difference]),
    ...card.facts.map(({ label, value }) => `${label}: ${value}`),
    ...(card.table ? [card.table.columns.join('\t'), ...card.table.rows.map(({ cells }) => cells.join('\t'))] : []),
    ...card.notes,
    ...(card.prose === undefined ? [] : [`A model wrote: ${card.prose}`]),
  ].join('\n');

/** What stands in for a card that does not fit: how long each argument is, and nothing cut. */
export const outlineText = (card: Card): string =>
  [
    'This is too long for one message here. Open it in full: nothing of it is left out there.',
    ...card.arguments.map(({ label, value }) => `${bold(label)} ${value.length} characters`),
  ].join('\n');

/** What belongs to the character before it: half of a pair, a mark above or below, a colour of skin, or what joins two to one. */
const JOINED = /^(?:[\uDC00-\uDFFF]|\p{M}|\p{Emoji_Modifier}|\u200D|\uFE0F)/u;
const LONGEST_CHARACTER = 64;

/** Whether a text may be cut here: between two characters, and not behind a backslash that means the next one. */
const mayCut = (text: string, at: number): boolean => {
  let escapes = 0;
  while (text[at - 1 - escapes] === '\\') escapes += 1;
  const isHalf = /[\uD800-\uDBFF]/.test(text[at - 1] ?? '');
  return escapes % 2 === 0 && !isHalf && text[at - 1] !== '\u200D' && !JOINED.test(text.slice(at, at + 2));
};

/** The last place before the limit at which a text may be cut; a character that is longer than anybody's is cut all the same. */
const cutAt = (text: string, limit: number): number => {
  for (let at = limit; at > Math.max(1, limit - LONGEST_CHARACTER); at -= 1) if (mayCut(text, at)) return at;
  return limit;
};

/** Splits text into pages at the ends of lines; a line that is longer than a page is split where no character and no escape is cut in two. */
export const pagesOf = (text: string, limit: number): string[] => {
  const pages: string[] = [];
  let page = '';
  const add = (line: string): void => {
    if (page.length + line.length + 1 > limit && page !== '') {
      pages.push(page);
      page = '';
    }
    page = page === '' ? line : `${page}\n${line}`;
  };
  for (const line of text.split('\n')) {
    let rest = line;
    while (rest.length > limit) {
      const at = cutAt(rest, limit);
      add(rest.slice(0, at));
      rest = `${line.startsWith('> ') ? '> ' : ''}${rest.slice(at)}`;
    }
    add(rest);
  }
  return [...pages, page];
};
