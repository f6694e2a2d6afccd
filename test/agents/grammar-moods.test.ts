import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import { ask } from './ask.ts';
import { type Sentence, sentences } from './sentences.ts';
import { found } from './sentences-found.ts';

const grammar = createGrammar();

/** What is carried out when it is said as it is. */
const orders = [...sentences, ...found].filter(
  ({ expect: expected, only, say }: Sentence) => 'calls' in expected && only === undefined && !say.startsWith('/'),
);
const bare = orders.map(({ say }) => say.charAt(0).toLowerCase() + say.slice(1));

test('there are orders enough to try the moods on', () => expect(orders.length).toBeGreaterThan(150));

test.each([
  ['ruled out', (say: string) => `don't ${say}`],
  ['ruled out politely', (say: string) => `please do not ${say}`],
  ['ruled out for good', (say: string) => `never ${say}`],
  ['asked about', (say: string) => `should we ${say}`],
  ['asked about in the past', (say: string) => `did you ${say}`],
  ['put under a condition', (say: string) => `if it rains, ${say}`],
  ['put off', (say: string) => `when Ana is back, ${say}`],
  ['reported', (say: string) => `Maya said: ${say}`],
  ['asked of somebody else', (say: string) => `@maya ${say}`],
  ['asked of somebody else by name', (say: string) => `Maya, ${say}`],
  ['only thought', (say: string) => `I think we could ${say}`],
  ['quoted', (say: string) => `> ${say.replaceAll('\n', '\n> ')}`],
])('an order that is %s is not carried out', async (_how, change) => {
  const acted: string[] = [];
  for (const say of bare) {
    const routed = await grammar.route(ask(change(say)));
    if (routed.kind === 'calls') acted.push(`${change(say)} → ${JSON.stringify(routed)}`);
  }
  expect(acted).toEqual([]);
});

test('an order that is repeated is scheduled, and never carried out at once', async () => {
  const acted: string[] = [];
  for (const say of bare) {
    const routed = await grammar.route(ask(`every Monday ${say}`));
    const tools = routed.kind === 'calls' ? routed.calls.map(({ tool }) => tool) : [];
    if (tools.some((tool) => tool !== 'schedule_job')) acted.push(`${say} → ${JSON.stringify(routed)}`);
  }
  expect(acted).toEqual([]);
});

test.each([
  ['a greeting', (say: string) => `Hi Wilco, ${say}`],
  ['manners', (say: string) => `please ${say}`],
  ['the name of the bot', (say: string) => `@wilco ${say}`],
])('%s in front changes nothing about an order', async (_what, change) => {
  for (const { say, expect: expected } of orders) {
    if (/^(hi|hey|hello|wilco|@wilco|-)/i.test(say)) continue;
    const routed = await grammar.route(ask(change(say)));
    expect(routed, change(say)).toEqual({ kind: 'calls', calls: 'calls' in expected ? expected.calls : [] });
  }
});

const TITLES = [
  'landing page',
  'renew the certificate',
  'Q4 plan (draft)',
  'call O’Brien about "the deal"',
  'café & bar',
  'fix #123',
  'buy milk, eggs and bread',
];
const CLAUSES = [
  { field: 'priority', value: 8, ways: ['high priority', 'priority: high', 'priority 8', 'p8', 'with high priority'] },
  { field: 'due_on', value: '2026-11-27', ways: ['due Friday', 'due by 27 Nov', 'by Friday', 'due: 2026-11-27', 'due on Friday'] },
  { field: 'assignee_agent_key', value: 'researcher', ways: ['assigned to researcher'] },
];

test('clauses are understood in any order and wording, and leave the title as it is', async () => {
  const chosen = fc.tuple(
    fc.constantFrom(...TITLES),
    fc
      .shuffledSubarray(CLAUSES)
      .chain((clauses) => fc.tuple(...clauses.map(({ ways, ...rest }) => fc.constantFrom(...ways).map((way) => ({ ...rest, way }))))),
    fc.constantFrom('create a task to ', 'new task: ', 'task: ', 'please add a task called '),
  );
  await fc.assert(
    fc.asyncProperty(chosen, async ([title, clauses, head]) => {
      const say = [head + title, ...clauses.map(({ way }) => way)].join(', ');
      const input = { title, ...Object.fromEntries(clauses.map(({ field, value }) => [field, value])) };
      const routed = await grammar.route(ask(say));
      expect(routed, say).toEqual({ kind: 'calls', calls: [{ tool: 'create_task', input }] });
    }),
    { numRuns: 1000 },
  );
});
