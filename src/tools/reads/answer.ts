import { withoutKeys } from '../key-shapes.ts';

/** The most that one answer holds, in characters: a model reads all of it, and each costs. */
export const MOST = 8000;
const MOST_FIELD = 600;

const shortened = (value: unknown, most: number): unknown => {
  if (typeof value !== 'string') return value;
  const clean = withoutKeys(value);
  return clean.length <= most ? clean : `${clean.slice(0, most).toWellFormed()}…`;
};

/** One thing on one line, as JSON: whatever somebody wrote stays inside its quotes. What is null or empty is left out. */
export const lineOf = (item: Record<string, unknown>, mostField = MOST_FIELD): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(item)
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => [name, shortened(value, mostField)]),
    ),
  );

const count = (n: number): string => n.toLocaleString('en');

/**
 * As many items as one answer holds, and how to get the rest: `total` is how many there are, `offset` where these begin. `head` stands above
 * the list and counts, too.
 */
export const listed = (
  items: readonly Record<string, unknown>[],
  { total, offset, none, head = '' }: { total: number; offset: number; none: string; head?: string },
): string => {
  if (items.length === 0) return [head, offset > 0 ? 'No more.' : none].filter(Boolean).join('\n');
  const lines: string[] = head === '' ? [] : [head];
  let room = MOST - head.length - 100;
  let shown = 0;
  for (const item of items) {
    const line = lineOf(item);
    room -= line.length + 1;
    if (room < 0 && shown > 0) break;
    lines.push(line);
    shown += 1;
  }
  const left = total - offset - shown;
  return [...lines, ...(left > 0 ? [`… ${count(left)} more: call this again with offset ${offset + shown}.`] : [])].join('\n');
};

/** A piece of a long text, and how to get the next one. */
export const piece = (text: string, { from, head }: { from: number; head: string }): string => {
  const clean = withoutKeys(text);
  const room = MOST - head.length - 200;
  const shown = clean.slice(from, from + room).toWellFormed();
  const left = clean.length - from - shown.length;
  const tail = left > 0 ? `… ${count(left)} more characters: call this again with from ${from + shown.length}.` : '';
  return [head, JSON.stringify(shown), tail].filter(Boolean).join('\n');
};
