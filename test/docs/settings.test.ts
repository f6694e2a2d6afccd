import { expect, test } from 'vitest';
import { z } from 'zod';
import { ROLES_OF_A_PROCESS, SETTINGS } from '../../src/config.ts';
import { firstCells, read, rows, section, sorted } from './documents.ts';

const guide = read('docs/guides/settings.md');
const variables = guide.slice(0, guide.indexOf('\n## '));

test('every setting is documented, and every documented one exists', () => {
  expect(sorted(firstCells(variables))).toEqual(sorted(Object.keys(SETTINGS)));
});

test('a documented default is the default', () => {
  const defaults: Record<string, unknown> = z.object(SETTINGS).parse({});
  const documented = rows(variables).map(([name = '', value]) => [name, value]);
  const declared = Object.keys(SETTINGS).map((name) => [name, String(defaults[name] ?? 'none')]);
  expect(documented).toEqual(declared);
});

test('the roles of a process are documented', () => {
  expect(sorted(firstCells(section(guide, '## Arguments')))).toEqual(sorted(ROLES_OF_A_PROCESS));
});

test('every argument is documented, and every documented one exists', () => {
  const named = (text: string) => sorted([...text.matchAll(/(?<=['`\s])--[a-z-]+(?=['`\s])/g)].map(([name]) => name));
  expect(named(section(guide, '## Arguments'))).toEqual(named(read('src/config.ts').replace(/message: '[^']*'/g, '')));
});
