import { z } from 'zod';
import { definePolicyTool } from './policy-tool.ts';
import { field } from './tool.ts';

const WRONG = 'Cards expire after a whole number of hours, from 1 to 8760, or after none: never.';

/** Lets cards that nobody decides lapse after a while, which never approves anything. */
export const setExpiry = definePolicyTool({
  name: 'set_expiry',
  slash: 'expiry',
  title: 'Set when cards expire',
  summary: 'Lets undecided cards expire after some hours, or never with "none"; nothing is approved by it',
  examples: ['let cards expire after 24 hours', 'expire after 24 hours'],
  phrases: [
    'let cards expire after {hours} hours',
    'expire after {hours} hours',
    'expire after {hours} h',
    'expire cards after {hours} hours',
    'let undecided cards expire after {hours} hours',
  ],
  input: z.strictObject({
    hours: z.union([z.int().min(1).max(8760), z.literal('none')], WRONG).meta(field({ title: 'Hours', control: 'number', slot: 'number' })),
  }),
  target: () => 'expiry',
  apply: ({ hours }, document) => ({ ...document, expireAfterHours: hours === 'none' ? null : hours }),
  warnings: ({ hours }) => (hours === 'none' ? [] : ['Cards that have waited longer than that already expire at once']),
  done: ({ hours }) => (hours === 'none' ? 'Nothing expires any more' : `Undecided cards expire after ${hours} hours now`),
  undo: (_input, { expireAfterHours }) => ({ tool: 'set_expiry', input: { hours: expireAfterHours ?? 'none' } }),
});
