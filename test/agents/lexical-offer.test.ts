import { expect, test } from 'vitest';
import { z } from 'zod';
import { createOffers } from '../../src/agents/lexical/offer.ts';
import type { Risk } from '../../src/db/states.ts';
import { ok } from '../../src/result.ts';
import { defineTool, type Tool } from '../../src/tools/tool.ts';
import { tools } from './ask.ts';

/** As it would come from another server: a schema and a summary, no phrases. */
const imported: Tool = defineTool({
  name: 'inventory_restock',
  slash: 'restock',
  title: 'Restock an item',
  summary: 'Orders more of an item for a warehouse',
  examples: [],
  phrases: [],
  effect: 'write',
  replay: 'keyed',
  version: 1,
  account: 'test',
  input: z.strictObject({
    item: z.string().describe('Name of the item.'),
    quantity: z.int().describe('How many to order.'),
    warehouse: z.string().optional().describe('City of the warehouse.'),
  }),
  target: () => 'somewhere',
  risk: (): Risk => 'low',
  preview: async () => ({ changes: [], reversible: '' }),
  execute: async () => ok({ summary: '' }),
});

const clock = { now: new Date('2026-11-21T10:00:00Z'), timeZone: 'UTC' };
const offers = createOffers([...tools, imported]);

test('a tool without phrases is found and filled in, and its own schema accepts it', () => {
  const { calls } = offers.route('restock 40 "blue pens" for the warehouse in Rotterdam', clock);
  expect(calls).toEqual([
    { name: 'inventory_restock', arguments: { item: 'blue pens', quantity: 40, warehouse: 'Rotterdam' }, missing: [] },
  ]);
  expect(imported.input.safeParse(calls[0]?.arguments).success).toBe(true);
});

test('tools that bring phrases are left to the grammar', () => {
  expect(offers.route('create a task: call Ann', clock).calls).toEqual([]);
});

test('what may have been meant is found among all tools', () => {
  expect(offers.near('put some words into a text file on disk', 3).map(({ name }) => name)).toContain('file_write');
  expect(offers.near('more pens, the inventory is low', 1)).toEqual([imported]);
});
