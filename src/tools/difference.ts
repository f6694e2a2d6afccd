import { structuredPatch } from 'diff';

/** So many lines around a change are shown with it. */
const AROUND = 3;
/** Texts further apart than this are shown as one taken out and one put in: finding the shortest way between them could take a minute. */
const FARTHEST = 1000;
const NO_END = '(no line break at the end)';

const linesOf = (text: string): string[] => {
  if (text === '') return [];
  return text.endsWith('\n') ? text.slice(0, -1).split('\n') : [...text.split('\n'), NO_END];
};

const unchanged = (count: number): string[] => (count > 0 ? [`… ${count} unchanged ${count === 1 ? 'line' : 'lines'}`] : []);

/** "-x" as "- x"; what the patch format says of a missing line break is said in words. */
const spaced = (line: string): string => (line.startsWith('\\') ? `  ${NO_END}` : `${line.slice(0, 1)} ${line.slice(1)}`);

const whole = (before: string, after: string): string[] => [
  ...linesOf(before).map((line) => `- ${line}`),
  ...linesOf(after).map((line) => `+ ${line}`),
];

/**
 * What becomes of a text, line by line: `- ` goes, `+ ` comes, two spaces stay. Lines that stay and are far from any change are counted and
 * not shown; no line that changes is ever left out. Empty when nothing changes.
 */
export const difference = (before: string, after: string): string => {
  if (before === after) return '';
  const patch = structuredPatch('', '', before, after, '', '', { context: AROUND, maxEditLength: FARTHEST });
  if (!patch) return whole(before, after).join('\n');
  const total = before === '' ? 0 : before.split('\n').length - (before.endsWith('\n') ? 1 : 0);
  const shown: string[] = [];
  let at = 1;
  for (const { oldStart, oldLines, lines } of patch.hunks) {
    shown.push(...unchanged(oldStart - at), ...lines.map(spaced));
    at = oldStart + oldLines;
  }
  return [...shown, ...unchanged(total - at + 1)].join('\n');
};
