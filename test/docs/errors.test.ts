import { expect, test } from 'vitest';
import { HEART_ERROR_CODES } from '../../src/dispatch/sentences.ts';
import { PROBLEM_CODES, STATUS } from '../../src/web/problems.ts';
import { firstCells, read, rows, section, sorted, sources } from './documents.ts';

const guide = read('docs/guides/errors.md');
const http = section(guide, '## What the HTTP API answers');
const results = section(guide, '## What the result of a proposal says');
const starting = section(guide, '## What keeps Wilco from starting');

/** Codes that exist as a type alone: the string literals of the union that `code` is. */
const unionOf = (path: string, type: string): string[] => {
  const [, body = ''] = new RegExp(`type ${type} = \\{\\s*code:([^;]*);`).exec(read(path)) ?? [];
  return [...body.matchAll(/'([a-z_]+)'/g)].map(([, code = '']) => code);
};

const LITERAL = /(?:refuse\(|new FileRefused\(|failure\(|nothingSent\(|lost\(|\bcode: )\s*'([a-z_]+)'/g;
const literalsIn = (paths: readonly string[]): string[] =>
  paths.flatMap((path) => [...read(path).matchAll(LITERAL)].map(([, code = '']) => code));

test('every code of the HTTP API is documented with its status, and every documented one exists', () => {
  const documented = rows(http).map(([code, status]) => `${code} ${status}`);
  const declared = Object.entries(STATUS).map(([code, status]) => `${code} ${status}`);
  expect(sorted(documented)).toEqual(sorted(declared));
});

test('the API can answer whatever the heart, a message and a sign-in link can', () => {
  const answered = [...HEART_ERROR_CODES, ...unionOf('src/bot/receive.ts', 'ReceiveError'), ...unionOf('src/db/access.ts', 'LinkError')];
  expect(answered.length).toBeGreaterThan(20);
  expect(answered.filter((code) => !PROBLEM_CODES.some((known) => known === code))).toEqual([]);
});

test('every code that a result can hold is documented, and every documented one exists', () => {
  const heart = ['begin', 'execute', 'after'].map((name) => `src/dispatch/${name}.ts`);
  expect(sorted(firstCells(results))).toEqual(sorted(literalsIn([...sources('tools'), ...sources('bot/room'), ...heart])));
});

test('every code that keeps Wilco from starting is documented, and every documented one exists', () => {
  const declared = [
    ...unionOf('src/config/invalid.ts', 'ConfigError'),
    ...unionOf('src/db/server-check.ts', 'ServerError'),
    ...unionOf('src/db/embedded/error.ts', 'EmbeddedError'),
    ...unionOf('src/db/migrate.ts', 'MigrateError'),
    ...unionOf('src/web/server.ts', 'WebError'),
    ...unionOf('src/db/secret-key.ts', 'KeyError'),
    ...literalsIn(['src/db/storage.ts']),
  ];
  expect(declared.length).toBeGreaterThan(20);
  expect(sorted(firstCells(starting))).toEqual(sorted(declared));
});

test('no code stands twice in one of the three parts', () => {
  for (const part of [http, results, starting]) expect(firstCells(part)).toEqual([...new Set(firstCells(part))]);
});

test('every code of a backup or a restore is documented, and every documented one exists', () => {
  const documented = firstCells(section(guide, '## What keeps a backup or a restore from being done'));
  const visits = literalsIn(['src/db/visit.ts']).filter((code) => !firstCells(starting).includes(code));
  const declared = [...unionOf('src/db/backup/refused.ts', 'BackupError'), ...visits, ...literalsIn(['src/ops/run.ts'])];
  expect(sorted(documented)).toEqual(sorted(declared));
});
