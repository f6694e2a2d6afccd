import { structuredPatch } from 'diff';

/** So many lines around a change are shown with it. */
const AROUND = 3;
/** Texts further apart than this are shown as one taken out and one put in: finding the shortest way between them could take a minute. */
const FARTHEST = 1000;

/** Every line ended, so that a last line to which others are added is the same line still. */
const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
const linesOf = (text: string): string[] => ended(text).split('\n').slice(0, -1);

const unchanged = (count: number): string[] => (count > 0 ? [`… ${count} unchanged ${count === 1 ? 'line' : 'lines'}`] : []);

/** What `ended` made alike is told in words. */
const lastBreak = (before: string, after: string): string[] => {
  const had = before === '' || before.endsWith('\n');
  const has = after === '' || after.endsWith('\n');
  if (had === has || before === '' || after === '') return [];
  return [has ? '… and a line break at the end' : '… and no line break at the end any more'];
};

const whole = (before: string, after: string): string[] => [
  ...linesOf(before).map((line) => `- ${line}`),
  ...linesOf(after).map((line) => `+ ${line}`),
];

const changed = (before: string, after: string): string[] => {
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', { context: AROUND, maxEditLength: FARTHEST });
  if (!patch) return whole(before, after);
  const shown: string[] = [];
  let at = 1;
  for (const { oldStart, oldLines, lines } of patch.hunks) {
    shown.push(...unchanged(oldStart - at), ...lines.map((line) => `${line.slice(0, 1)} ${line.slice(1)}`));
    at = oldStart + oldLines;
  }
  return [...shown, ...unchanged(linesOf(before).length - at + 1)];
};

/**
 * What becomes of a text, line by line: `- ` goes, `+ ` comes, two spaces stay. Lines that stay and are far from any change are counted and
 * not shown; no line that changes is ever left out. Empty when nothing changes.
 */
export const difference = (before: string, after: string): string =>
  before === after ? '' : [...changed(before, after), ...lastBreak(before, after)].join('\n');
