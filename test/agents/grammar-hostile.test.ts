import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import { SOAK } from '../soak.ts';
import { ask } from './ask.ts';
import { leastTime } from './cpu-time.ts';
import { routingTools as tools } from './routing-set/tools.ts';

const grammar = createGrammar();
const KINDS = ['calls', 'command', 'missing', 'suggest', 'text'];

/** What was said before must not matter to what nonsense comes to. */
const history = [
  {
    author: 'person' as const,
    text: 'remind me tomorrow at 8 to call',
    calls: [{ tool: 'remind', input: { text: 'call', schedule_expr: '2026-11-24T08:00', time_zone: 'Europe/Berlin', where: 'me' } }],
  },
];

const LONG = 100_000;
const longOf = (piece: string): string => piece.repeat(Math.ceil(LONG / piece.length)).slice(0, LONG);

const pieces = fc.constantFrom(
  ...[
    'create a task',
    'for',
    'post in #general',
    'that',
    ':',
    ',',
    '\n',
    '"',
    '“',
    '”',
    '`',
    '```',
    'due',
    'Friday',
    '30 February',
    'high priority',
  ],
  ...[
    'p8',
    'and',
    'then',
    'write',
    'to a.md',
    '{title}',
    '__proto__',
    'constructor',
    '\u202e',
    '\0',
    '😀',
    '\ud800',
    '/task',
    '@wilco',
    'if',
    '?',
    "don't",
    'every weekday at 9',
    'no, Thursday',
    'remind me',
    'a@b.org',
    'same in',
  ],
);
const mixed = fc.array(fc.oneof({ weight: 3, arbitrary: pieces }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) }), {
  maxLength: 25,
});

test('whatever the text is, it is answered in one of the five ways', async () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    mixed.map((parts) => parts.join(' ')),
    mixed.map((parts) => parts.join('')),
  );
  const only = fc.option(fc.constantFrom(...tools), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(texts, only, async (text, tool) => {
      const routed = await grammar.route(ask(text, { tools, history, ...(tool ? { only: tool } : {}) }));
      expect(KINDS).toContain(routed.kind);
      for (const { tool: name, input } of routed.kind === 'calls' ? routed.calls : []) {
        expect(tools.find((one) => one.name === name)?.input.safeParse(input).success).toBe(true);
      }
    }),
    { numRuns: 800 * SOAK },
  );
});

test('what follows the colon is posted to the last character', async () => {
  const words = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
    .filter((text) => text.trim() === text && /^[\p{L}\p{N}]/u.test(text) && !text.includes('\0'));
  await fc.assert(
    fc.asyncProperty(words, async (text) => {
      const routed = await grammar.route(ask(`post in #general: ${text}`));
      expect(routed).toEqual({ kind: 'calls', calls: [{ tool: 'send_message', input: { channel: '#general', content: text } }] });
    }),
    { numRuns: 500 },
  );
});

test('what stands in quotes is the title as it is, whatever words it holds', async () => {
  const quoted = mixed
    .map((parts) => `x ${parts.join(' ')} x`.replace(/["“”`\n\0]/g, ''))
    .filter((text) => text.isWellFormed() && text.length < 150 && !/\p{Cc}/u.test(text));
  await fc.assert(
    fc.asyncProperty(quoted, async (title) => {
      const routed = await grammar.route(ask(`create a task for “${title}”, due Friday`));
      expect(routed).toEqual({ kind: 'calls', calls: [{ tool: 'create_task', input: { title, due_on: '2026-11-27' } }] });
    }),
    { numRuns: 300 },
  );
});

test.each(['__proto__', 'constructor', 'toString', '{title}', '{{title}}', '$&', '%s', '\u202egnp.exe', '👩‍👩‍👧‍👦'])(
  'a task can be called %s',
  async (title) => {
    const routed = await grammar.route(ask(`create a task called ${title}`));
    expect(routed.kind === 'calls' ? routed.calls[0]?.input.title : routed).toBe(title);
  },
);

test('NUL and half a character are refused by the tool with a question, not with an error', async () => {
  for (const text of ['post in #general: a\0b', 'create a task for \ud800x']) {
    expect((await grammar.route(ask(text))).kind).toBe('missing');
  }
});

const HEADS = [
  '',
  'create a task for ',
  'task: ',
  'post in #general that ',
  'post in #general: ',
  'write "',
  'save the ',
  'could you please ',
  'set the budget to ',
  'what is ',
  'remind me ',
  'every Monday at 9 ',
  'email ',
];
const BODIES = [
  'a',
  'a ',
  'due ',
  'due Friday ',
  'due Friday, ',
  'by 3 ',
  'and post ',
  'and create a task for x ',
  '"',
  '“',
  '`',
  '``` ',
  '"a ',
  'p8, ',
];
const MORE = [
  'in #general ',
  'to a.md ',
  '1 ',
  '1/2 ',
  'if ',
  'every Monday ',
  'at 5 ',
  'on the first ',
  'a@b.org, ',
  'https://a.org ',
  '\n',
  'due Friday\n',
  ': ',
  '. A',
  '#',
  '((((',
  '😀',
  '\ud800',
  'not urgent, ',
  ' description: ',
];

/** A pattern that looks back over what it has read takes a hundred times as long for this, and more. */
const BLOWN_UP_MS = 500;

test('100 kB of anything blows nothing up', async () => {
  const slow: string[] = [];
  for (const head of HEADS) {
    for (const body of [...BODIES, ...MORE]) {
      const text = head + longOf(body);
      const took = await leastTime(() => grammar.route(ask(text, { tools })), BLOWN_UP_MS);
      if (took >= BLOWN_UP_MS) slow.push(`${JSON.stringify(head + body)}: ${took.toFixed(0)} ms`);
    }
  }
  expect(slow).toEqual([]);
});

test('twice the text takes about twice the time', async () => {
  for (const body of ['"a ', '`', 'due Friday, ', 'and post ', 'every Monday ', 'a@b.org, ']) {
    const once = await leastTime(() => grammar.route(ask(longOf(body), { tools })));
    const twice = await leastTime(() => grammar.route(ask(longOf(body) + longOf(body), { tools })));
    expect(twice, body).toBeLessThan(once * 4 + 20);
  }
});
