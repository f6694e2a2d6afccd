import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The Markdown files that the project speaks with. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];

/** The part of a document below a heading, up to the next one of the same rank or a higher one. */
export const section = (text: string, heading: string): string => {
  const lines = text.split('\n');
  const from = lines.indexOf(heading);
  if (from === -1) throw new Error(`there is no heading "${heading}"`);
  const rank = heading.indexOf(' ');
  const length = lines.slice(from + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= rank);
  return lines.slice(from + 1, length === -1 ? undefined : from + 1 + length).join('\n');
};

/** The rows of every table in a text, as cells without the backticks that wrap a whole cell; head and ruler are left out. */
export const rows = (text: string): string[][] => {
  const lines = text.split('\n');
  const inTable = (line: string | undefined) => line?.startsWith('|') ?? false;
  return lines
    .filter((line, at) => inTable(line) && inTable(lines[at - 1]) && !/^\|[-\s|:]+\|$/.test(line))
    .map((line) =>
      line
        .replace(/^\|/, '')
        .replace(/\|$/, '')
        .split('|')
        .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
    );
};

export const firstCells = (text: string): string[] => rows(text).map(([first = '']) => first);

/** Every file that belongs to the project: what git tracks, and what it would. */
export const projectFiles = (): string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((name) => name !== '');

export const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** Source files below a folder of `src`. */
export const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, 'src', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', folder, name));
