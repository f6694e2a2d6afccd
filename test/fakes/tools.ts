import { z } from 'zod';
import { err, ok } from '../../src/result.ts';
import { defineTool, field, type Tool, type ToolContext } from '../../src/tools/tool.ts';

const Note = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(20_000)
    .meta(field({ title: 'Text', control: 'text', slot: 'words' })),
  cents: z
    .int()
    .min(0)
    .default(0)
    .meta(field({ title: 'Cents', control: 'number', slot: 'number' })),
});

/** What an outside system would have received: one entry an effect that really left. */
export type Outside = {
  calls: { key: string; text: string }[];
  before?: (ctx: ToolContext) => Promise<void>;
  after?: (ctx: ToolContext) => Promise<void>;
};

const shared = {
  summary: 'Write a note',
  examples: ['note hello'],
  phrases: ['note {text}'],
  effect: 'write',
  version: 1,
  account: 'this installation',
  input: Note,
  target: () => 'the notebook',
  risk: ({ text }: { text: string }) => (text.includes('danger') ? ('high' as const) : ('low' as const)),
  costMicros: ({ cents }: { cents: number }) => cents * 10_000,
  preview: async ({ text }: { text: string }) => ({
    changes: [`Adds a note of ${text.length} characters`],
    reversible: 'Yes, by deleting it',
  }),
} as const;

/** Three tools that differ only in what may happen when a worker dies in mid-effect. */
export const fakeTools = (outside: Outside): Tool[] => {
  const send = async (text: string, ctx: ToolContext) => {
    await outside.before?.(ctx);
    await ctx.beforeDispatch();
    if (text === 'refused') return err({ code: 'refused', message: 'The other side refused.', notDispatched: true });
    if (text === 'lost') return err({ code: 'reply_lost', message: 'The reply was lost.', notDispatched: false });
    outside.calls.push({ key: ctx.idempotencyKey, text });
    await outside.after?.(ctx);
    return ok({ summary: `Noted: ${text}` });
  };
  return [
    defineTool({
      ...shared,
      name: 'note_unsafe',
      slash: 'unsafe',
      title: 'Send a note',
      replay: 'unsafe',
      execute: ({ text }, ctx) => send(text, ctx),
    }),
    defineTool({
      ...shared,
      name: 'note_keyed',
      slash: 'keyed',
      title: 'Put a note',
      replay: 'keyed',
      execute: ({ text }, ctx) => send(text, ctx),
    }),
    defineTool({
      ...shared,
      name: 'note_own',
      slash: 'own',
      title: 'Keep a note',
      replay: 'transactional',
      async execute({ text }, ctx) {
        await outside.before?.(ctx);
        await ctx.tx.execute(`insert into notes (key, text) values ('${ctx.idempotencyKey}', 'kept')`);
        await outside.after?.(ctx);
        if (text === 'refused') return err({ code: 'refused', message: 'Refused.', notDispatched: true });
        return ok({ summary: `Kept: ${text}` });
      },
    }),
  ];
};
