import { expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import type { Routed } from '../../src/agents/router.ts';
import { ask, toolNamed, tools } from './ask.ts';
import { type Expected, sentences as planned, type Sentence } from './sentences.ts';
import { found } from './sentences-found.ts';

const sentences = [...planned, ...found];

const grammar = createGrammar();
const route = ({ say, only }: Sentence): Promise<Routed> => grammar.route(ask(say, only === undefined ? {} : { only: toolNamed(only) }));

const sameCalls = (routed: Routed, expected: Expected): boolean =>
  routed.kind === 'calls' && 'calls' in expected && JSON.stringify(sorted(routed.calls)) === JSON.stringify(sorted(expected.calls));
const sorted = (calls: readonly { tool: string; input: Record<string, unknown> }[]) =>
  calls.map(({ tool, input }) => [tool, Object.entries(input).sort(([a], [b]) => a.localeCompare(b))]);

const isExact = (routed: Routed, expected: Expected): boolean => {
  if ('calls' in expected) return sameCalls(routed, expected);
  if ('command' in expected) return routed.kind === 'command' && routed.name === expected.command;
  if ('missing' in expected) {
    return (
      routed.kind === 'missing' && routed.tool === expected.missing && routed.fields.join() === expected.fields.join() && routed.say !== ''
    );
  }
  if (routed.kind !== expected.nothing || routed.say === '') return false;
  return expected.suggests === undefined || (routed.kind === 'suggest' && routed.suggestions[0] === expected.suggests);
};

/** A wrong action costs as much as five questions that were not needed. */
const COST = { exact: 0, question: 1, wrong: 5 };

const judge = (routed: Routed, expected: Expected): keyof typeof COST => {
  if (isExact(routed, expected)) return 'exact';
  return routed.kind === 'calls' || routed.kind === 'command' ? 'wrong' : 'question';
};

const judged = async () =>
  Promise.all(
    sentences.map(async (sentence) => {
      const routed = await route(sentence);
      return { sentence, routed, verdict: judge(routed, sentence.expect) };
    }),
  );

test('of the table, no sentence leads to a wrong action and nearly every one to exactly what it says', async () => {
  const all = await judged();
  const off = all.filter(({ verdict }) => verdict !== 'exact').map(({ sentence, routed }) => `${sentence.say} → ${JSON.stringify(routed)}`);
  const cost = all.reduce((sum, { verdict }) => sum + COST[verdict], 0);
  expect(sentences.length).toBeGreaterThanOrEqual(150);
  expect(
    all.filter(({ verdict }) => verdict === 'wrong').map(({ sentence, routed }) => `${sentence.say} → ${JSON.stringify(routed)}`),
  ).toEqual([]);
  expect(off.length / all.length, off.join('\n')).toBeLessThanOrEqual(0.05);
  expect(cost / all.length).toBeLessThanOrEqual(0.05);
});

test('every call passes the schema of its tool', async () => {
  for (const { routed } of await judged()) {
    const calls = routed.kind === 'calls' ? routed.calls : [];
    for (const { tool, input } of calls) expect(toolNamed(tool).input.safeParse(input).success).toBe(true);
  }
});

test('every question names fields of its tool and asks in a sentence', async () => {
  for (const { sentence, routed } of await judged()) {
    if (routed.kind !== 'missing') continue;
    expect(routed.fields.length, sentence.say).toBeGreaterThan(0);
    for (const name of [...routed.fields, ...Object.keys(routed.input)]) expect(toolNamed(routed.tool).input.shape).toHaveProperty(name);
    expect(routed.say, sentence.say).toMatch(/[.?]$/);
    expect(routed.say, sentence.say).not.toMatch(/expected|invalid|undefined|\[object|zod/i);
  }
});

test('every suggestion can be pressed: it is a command, or a sentence that is understood', async () => {
  const suggested = new Set((await judged()).flatMap(({ routed }) => (routed.kind === 'suggest' ? routed.suggestions : [])));
  expect(suggested.size).toBeGreaterThan(5);
  for (const say of suggested) {
    const routed = await grammar.route(ask(say));
    expect(say.startsWith('/') || routed.kind === 'calls' || routed.kind === 'missing', `${say} → ${JSON.stringify(routed)}`).toBe(true);
  }
});

test('no more than three suggestions are made, and each once', async () => {
  for (const { routed } of await judged()) {
    if (routed.kind !== 'suggest') continue;
    expect(routed.suggestions.length).toBeLessThanOrEqual(3);
    expect(new Set(routed.suggestions).size).toBe(routed.suggestions.length);
  }
});

test('every example of every tool is understood as that tool', async () => {
  for (const tool of tools) {
    for (const example of tool.examples) {
      const routed = await grammar.route(ask(example));
      const named = routed.kind === 'calls' ? routed.calls.map((call) => call.tool) : routed.kind === 'missing' ? [routed.tool] : [];
      expect(named, `${example} → ${JSON.stringify(routed)}`).toEqual([tool.name]);
    }
  }
});

test('the sentence about a day that does not exist names the day', async () => {
  const routed = await grammar.route(ask('create a task for X, due 30 February'));
  expect(routed).toEqual({
    kind: 'missing',
    tool: 'create_task',
    input: { title: 'X' },
    fields: ['due_on'],
    say: '“30 February” does not exist: February 2027 has 28 days. Which day do you mean?',
  });
});

test('of several orders none is carried out when the tool refuses what one of them says', async () => {
  const routed = await grammar.route(ask('create a task for A and write hello to ../../b.md'));
  expect(routed.kind === 'suggest' && routed.say).toMatch(/stays inside the files folder\. Nothing is done yet\./);
});

test('a greeting is answered with sentences to try', async () => {
  const routed = await grammar.route(ask('hi there'));
  expect(routed.kind === 'text' && routed.say).toContain(tools[0]?.examples[0]);
});

test('without any tools and commands every sentence is answered in words', async () => {
  for (const { say } of sentences) {
    const routed = await grammar.route(ask(say, { tools: [], commands: [] }));
    expect(['suggest', 'text']).toContain(routed.kind);
  }
});
