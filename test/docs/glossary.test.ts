import { expect, test } from 'vitest';
import { NEXT, PROPOSAL_STATES, ROLES } from '../../src/db/states.ts';
import { read, rows, section, sorted } from './documents.ts';

const glossary = read('docs/glossary.md');
const words = [...glossary.matchAll(/^- \*\*([a-z ]+)\*\*: .{20,}$/gm)].map(([, word = '']) => word);

const NEEDED =
  'surface thread channel message person member operator role agent tool proposal revision digest card vote decision effect run job attempt fence task event seal policy rule switch worker room console home'.split(
    ' ',
  );

test('every word that the project relies on is defined', () => {
  expect([...NEEDED, 'solo mode'].filter((word) => !words.includes(word))).toEqual([]);
});

test('no word is defined twice', () => {
  expect(words).toEqual([...new Set(words)]);
});

test('every state is explained, with the moves that the one table allows', () => {
  const documented = rows(section(glossary, '## The states of a proposal')).map(([state = '', , next = '']) => ({
    state,
    next: [...next.matchAll(/[a-z]+/g)].map(([name]) => name),
  }));
  expect(sorted(documented.map(({ state }) => state))).toEqual(sorted(PROPOSAL_STATES));
  for (const { state, next } of documented)
    expect({ state, next }).toEqual({ state, next: [...((NEXT as Record<string, readonly string[]>)[state] ?? [])] });
});

test('the roles are listed in their order', () => {
  expect(rows(section(read('docs/guides/policies.md'), '## Roles')).map(([role]) => role)).toEqual([...ROLES]);
});
