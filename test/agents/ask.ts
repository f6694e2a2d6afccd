import { z } from 'zod';
import type { Ask } from '../../src/agents/router.ts';
import { plainCard } from '../../src/dispatch/card.ts';
import { type Command, defineCommand } from '../../src/dispatch/command.ts';
import { visible } from '../../src/dispatch/visible.ts';
import { ok } from '../../src/result.ts';
import { createTools } from '../../src/tools/registry.ts';

/** The tools as they ship; nothing here runs them. */
export const tools = createTools({ home: '.wilco', post: async () => ok({ threadId: '', messageId: '' }) }).filter(
  ({ internal }) => !internal,
);

const command = (name: string, changes: boolean, summary: string): Command =>
  defineCommand({
    name,
    summary,
    usage: `/${name}`,
    changes,
    role: 'viewer',
    args: z.strictObject({ about: z.string().optional() }),
    rest: 'about',
    run: async () => ok(plainCard({ title: visible(name) })),
  });

export const commands: readonly Command[] = [
  command('approvals', false, 'What waits for a decision, oldest first'),
  command('tasks', false, "The team's tasks, most urgent first"),
  command('metrics', false, 'What was proposed, decided and run, and what it cost'),
  command('status', false, 'Whether everything works: mode, workers, queue, database'),
  command('help', false, 'What you can write here'),
  command('pause', true, 'Hold all work: what is approved waits, what runs may finish'),
  command('resume', true, 'Go on with the work that a pause held'),
  command('kill', true, 'Stop everything at once: running work is aborted, approved work is void'),
  command('unkill', true, 'Allow work again after a kill; only the owner may. Nothing old runs'),
];

/** Monday 23 November 2026, noon in Berlin. */
export const NOON = new Date('2026-11-23T11:00:00Z');

export const ask = (text: string, more: Partial<Ask> = {}): Ask => ({
  text,
  tools,
  commands,
  now: NOON,
  timeZone: 'Europe/Berlin',
  ...more,
});

export const toolNamed = (name: string) => {
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new Error(`There is no tool ${name}.`);
  return tool;
};
