import { z } from 'zod';
import { ok } from '../result.ts';
import { line } from './plain-text.ts';
import { defineTool, field } from './tool.ts';

/** What a reminder comes to where it was asked for: the line that every run leaves in its thread is the reminder itself. */
export const postReminder = defineTool({
  name: 'post_reminder',
  slash: 'post-reminder',
  title: 'Post a reminder',
  summary: 'Posts a reminder in the conversation in which it was asked for',
  examples: [],
  phrases: [],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  internal: true,
  input: z.strictObject({
    text: line({ max: 1000, empty: 'Say what to be reminded of.' }).meta(field({ title: 'Reminder', control: 'line' })),
  }),
  account: 'wilco',
  target: () => 'this conversation',
  risk: () => 'low',
  preview: async ({ text }) => ({
    changes: [`Posts “Reminder: ${text}” here`],
    reversible: 'Cannot be taken back once people have read it',
  }),
  execute: async ({ text }) => ok({ summary: `Reminder: ${text}` }),
});
