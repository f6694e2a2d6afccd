import { expect, test } from 'vitest';
import { arrangeFacts, changesTitle, joinWords } from '../../src/bot/arrange.ts';
import { renderView } from '../../src/bot/discord/card.ts';
import { messageOf } from '../../src/bot/slack/blocks.ts';
import { PROPOSAL_STATES } from '../../src/db/states.ts';
import { type Card, plainCard } from '../../src/dispatch/card.ts';
import { visible, visibleBlock } from '../../src/dispatch/visible.ts';
import { wordsOf } from './slack-reading.ts';

const facts = (...all: [label: string, value: string][]) => all.map(([label, value]) => ({ label, value: visible(value) }));
const action = (more: Partial<Card> = {}): Card =>
  plainCard({ title: visible('Write'), proposal: { id: 'p', revision: 1, digest: 'd', state: 'proposed' }, ...more });

test('facts of an action that are short and plain are small, the others and a high risk have their own line, and none is lost', () => {
  const card = action({
    facts: facts(['On', 'the bell'], ['Risk', 'High'], ['Asked for by', 'Ben · Risk: Low'], ['Account', 'wilco'], ['Approved by', 'Ana']),
    arguments: [{ name: 'title', label: 'Title', value: visible('the bells'), block: false }],
  });
  expect(arrangeFacts(card)).toEqual({
    above: [],
    small: ['On: the bell  ·  Account: wilco  ·  Approved by: Ana'],
    below: facts(['Risk', 'High'], ['Asked for by', 'Ben · Risk: Low']),
  });
});

test('what it acts on is left out only where an argument says exactly that', () => {
  const on = (value: string) =>
    arrangeFacts(action({ facts: facts(['On', 'the bell']), arguments: [{ name: 't', label: 'T', value: visible(value), block: false }] }));
  expect(on('the bell').small).toEqual([]);
  expect(on('the bell ').small).toEqual(['On: the bell']);
});

test('facts of what is no action are what it says, in order', () => {
  const all = facts(['Workers', '2'], ['Queue', 'empty']);
  expect(arrangeFacts(plainCard({ title: visible('Running'), facts: all }))).toEqual({ above: all, small: [], below: [] });
});

test('a name on Discord begins no small line of facts', () => {
  const name = 'Mallory  ·  Risk: Low';
  const view = {
    messageId: 'm',
    author: visible('Wilco'),
    text: null,
    failed: null,
    card: action({ facts: facts(['Asked for by', name], ['Risk', 'Medium']) }),
  };
  const sent = JSON.stringify(renderView(view, 'k'));
  expect(sent).toContain('-# Risk: Medium"'.replace(':', '\\\\:'));
  expect(sent).not.toMatch(/-# [^"]*Mallory/);
});

test('what is said of changes goes by what became of them', () => {
  const titles = PROPOSAL_STATES.map((state) => changesTitle(action({ proposal: { id: 'p', revision: 1, digest: 'd', state } })));
  expect(Object.fromEntries(PROPOSAL_STATES.map((state, at) => [state, titles[at]]))).toMatchObject({
    proposed: 'What will change:',
    executed: 'What changed:',
    rejected: 'What would have changed:',
    unknown: 'What will change:',
  });
});

test('words stand below the title of a card that has none of its own, and before any other', () => {
  const view = { messageId: 'm', author: visible('Qualifier'), text: visibleBlock('It rains'), failed: null };
  const bare = plainCard({ title: visible('Finding'), actions: [{ verb: 'dismiss', label: 'Dismiss', tone: 'plain' }] });
  expect(wordsOf(messageOf({ ...view, card: bare }).blocks)).toBe('Qualifier\nFinding\nIt rains');
  const more = { ...bare, facts: facts(['Rain', 'yes']) };
  expect(wordsOf(messageOf({ ...view, card: more }).blocks)).toBe('Qualifier\nIt rains\nFinding\nRain: yes');
  expect(joinWords({ ...view, card: action() })).toEqual({ ...view, card: action() });
});
