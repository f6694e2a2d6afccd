import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROMISES } from './promises.ts';

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));

/** The ids in brackets at the beginning of each test's title: `test('[once][fenced] …'`. */
const cited = files.flatMap((name) => {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8');
  const titles = [...text.matchAll(/\btest(?:\.\w+(?:\([^)]*\))?)*\(\s*['"`]((?:\[[a-z-]+\])+)/g)];
  return titles.flatMap(([, ids = '']) => [...ids.matchAll(/\[([a-z-]+)\]/g)].map(([, id]) => ({ id, name })));
});

test('every promise is proved by a test whose title cites it', () => {
  const proved = new Set(cited.map(({ id }) => id));
  expect(PROMISES.filter(({ id }) => !proved.has(id)).map(({ id }) => id)).toEqual([]);
});

/** Elsewhere brackets may mean other things. */
const CITING = /^(db|dispatch|queue)\//;

test('every promise that a title of the heart cites is one that was made, once', () => {
  const made = PROMISES.map(({ id }) => id as string);
  expect(cited.filter(({ id, name }) => CITING.test(name) && !made.includes(id ?? ''))).toEqual([]);
  expect(new Set(made).size).toBe(made.length);
});
