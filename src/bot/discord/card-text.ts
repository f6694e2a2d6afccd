import type { Card, CardArgument } from '../../dispatch/card.ts';
import { inert, quoted } from './inert.ts';

const bold = (label: string): string => `**${inert(label)}:**`;

const shownValue = ({ value, block }: Pick<CardArgument, 'value' | 'block'>): string =>
  value === '' ? ' _empty_' : block || value.includes('\n') ? `\n${quoted(value)}` : ` ${inert(value)}`;

const argumentText = (argument: CardArgument): string => {
  const { label, was, block } = argument;
  const now = `${bold(label)}${shownValue(argument)}`;
  return was === undefined ? now : `${now}\n${bold(`${label}, before`)}${shownValue({ value: was, block })}`;
};

const tableText = ({ columns, rows, empty }: NonNullable<Card['table']>): string[] => {
  if (rows.length === 0) return [inert(empty)];
  return [`**${columns.map(inert).join(' · ')}**`, ...rows.map(({ cells }) => `• ${cells.map(inert).join(' · ')}`)];
};

export const headText = ({ title, status }: Card): string => `### ${inert(title)}${status ? `\n**${inert(status.label)}**` : ''}`;

/** Everything that stands on a card, whole, in order, as inert text; what was there as `Shown` is only ever quoted or escaped. */
export const bodyText = (card: Card): string =>
  [
    ...card.arguments.map(argumentText),
    ...card.changes.map((change) => `• ${inert(change)}`),
    ...(card.difference === undefined ? [] : [`**What becomes of the text:**\n${quoted(card.difference)}`]),
    ...card.facts.map(({ label, value }) => `${bold(label)} ${inert(value)}`),
    ...(card.table ? tableText(card.table) : []),
    ...card.notes.map((note) => (note.includes('\n') ? quoted(note) : inert(note))),
    ...(card.prose === undefined ? [] : [`**A model wrote:**\n${quoted(card.prose)}`]),
  ].join('\n');

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

/** Splits text into pages at the ends of lines; a line that is longer than a page is split where no escape is cut in two. */
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
      const at = rest[limit - 1] === '\\' && rest[limit - 2] !== '\\' ? limit - 1 : limit;
      add(rest.slice(0, at));
      rest = `${line.startsWith('> ') ? '> ' : ''}${rest.slice(at)}`;
    }
    add(rest);
  }
  return [...pages, page];
};
