import { describe, expect, test } from 'vitest';
import { know } from '../../src/agents/lexical/rank.ts';
import { createLexicalRouter, routeLexically } from '../../src/agents/lexical/route.ts';
import { readTools, type ToolSchema } from '../../src/agents/lexical/schema.ts';
import { createShortlist } from '../../src/agents/shortlist.ts';
import { type Case, tool } from './routing/case.ts';
import { fresh } from './routing/fresh.ts';
import { life } from './routing/life.ts';
import { mixed } from './routing/mixed.ts';
import { science } from './routing/science.ts';
import { judge } from './routing/score.ts';
import { work } from './routing/work.ts';

const all: readonly Case[] = [...science, ...life, ...work, ...mixed, ...fresh];
/** Every third case was never looked at while the router was written. */
const held = all.filter((_, at) => at % 3 === 2);
const worked = all.filter((_, at) => at % 3 !== 2);

const share = (cases: readonly Case[], right: (one: Case) => boolean): number => cases.filter(right).length / cases.length;
const clock = { now: new Date('2026-11-21T10:00:00Z'), timeZone: 'Europe/Berlin' };
const calls = (tools: readonly ToolSchema[], text: string) =>
  routeLexically(tools, text, clock).calls.map(({ name, arguments: given }) => ({ name, arguments: given }));

describe('routing over any list of tools', () => {
  test.each([
    ['worked on', worked, { tool: 0.97, call: 0.92 }],
    ['held apart', held, { tool: 0.96, call: 0.78 }],
  ] as const)('of the sentences %s, the share that is right stays', (_, cases, floor) => {
    expect(share(cases, (one) => judge(one).tool)).toBeGreaterThanOrEqual(floor.tool);
    expect(share(cases, (one) => judge(one).call)).toBeGreaterThanOrEqual(floor.call);
  });

  test('sentences that no tool fits lead to no call', () => {
    const nothing = all.filter((one) => one.calls.length === 0);
    expect(nothing.length).toBeGreaterThan(8);
    expect(nothing.filter((one) => judge(one).got.length > 0).map(({ text }) => text)).toEqual([]);
  });

  test('the right tool is among twenty of all tools', () => {
    const tools = [...new Map(all.flatMap((one) => one.tools.map((each) => [each.name, each] as const))).values()];
    const shortlist = createShortlist(tools.map(know));
    const asked = all.filter((one) => one.calls.length > 0);
    const found = share(asked, (one) => {
      const names = shortlist.pick(one.text, 20).map(({ name }) => name);
      return one.calls.every(({ name }) => names.includes(name));
    });
    expect(tools.length).toBeGreaterThan(120);
    expect(found).toBeGreaterThanOrEqual(0.97);
  });

  test('a call names the fields that the words do not give', () => {
    const restart = tool('service.restart', 'Restart a service on a host.', {
      service: ['string!', 'Name of the service.'],
      host: ['string!', 'Name of the host.'],
    });
    const routed = routeLexically([restart], 'restart the service nginx', clock);
    expect(routed.calls).toEqual([{ name: 'service.restart', arguments: { service: 'nginx' }, missing: ['host'] }]);
  });

  test('why nothing was chosen is said', () => {
    const one = tool('weather.now', 'Current weather of a city.', { city: ['string!', 'The city.'] });
    expect(routeLexically([one], ' ', clock).abstained).toBe('nothing_said');
    expect(routeLexically([], 'hello', clock).abstained).toBe('no_tools');
    expect(routeLexically([one], 'please peel me an apple', clock).abstained).toBe('nothing_fits');
  });

  test('days are days of the person', () => {
    const book = tool('room.book', 'Book a room for a day.', {
      room: ['string!', 'Name of the room.'],
      day: ['string!', 'Day in the format YYYY-MM-DD.'],
    });
    const late = { now: new Date('2026-11-21T23:30:00Z'), timeZone: 'Europe/Berlin' };
    const routed = createLexicalRouter([book]).route('book the room Oslo tomorrow', late);
    expect(routed.calls[0]?.arguments).toEqual({ room: 'Oslo', day: '2026-11-23' });
  });

  test('the same sentence gets the same answer', () => {
    const router = createLexicalRouter(life[0]?.tools ?? []);
    expect(router.route('weather in Rome', clock)).toEqual(router.route('weather in Rome', clock));
  });
});

describe('shapes of tool lists', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string', description: 'Name of the city' } }, required: ['city'] };
  const plain = { name: 'get_weather', description: 'Weather of a city', parameters };
  const expected = [{ name: 'get_weather', arguments: { city: 'Oslo' } }];

  test.each<[string, unknown]>([
    ['a plain list', [plain]],
    ['one alone', plain],
    ['wrapped in tools', { tools: [plain] }],
    ['those of OpenAI', [{ type: 'function', function: plain }]],
    ['those of MCP', { tools: [{ name: plain.name, description: plain.description, inputSchema: parameters }] }],
    ['those of Anthropic', [{ name: plain.name, description: plain.description, input_schema: parameters }]],
    ['dict for object', [{ ...plain, parameters: { ...parameters, type: 'dict' } }]],
    ['String with a capital', [{ ...plain, parameters: { ...parameters, properties: { city: { type: 'String' } } } }]],
    [
      'references',
      [
        {
          ...plain,
          parameters: { type: 'object', $defs: { c: { type: 'string' } }, properties: { city: { $ref: '#/$defs/c' } }, required: ['city'] },
        },
      ],
    ],
    [
      'values that may be null',
      [{ ...plain, parameters: { ...parameters, properties: { city: { anyOf: [{ type: 'null' }, { type: 'string' }] } } } }],
    ],
  ])('%s are read', (_, raw) => {
    expect(calls(readTools(raw), 'what is the weather in Oslo?')).toEqual(expected);
  });

  test('what is no tool is left out', () => {
    expect(readTools([null, 1, 'x', {}, { name: 5 }, { function: null }, plain])).toHaveLength(1);
    expect(readTools('nonsense')).toEqual([]);
  });
});
