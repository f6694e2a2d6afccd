import { z } from 'zod';
import { plainCard } from '../../dispatch/card.ts';
import { type Command, defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

/** `commands` is read when it runs: the list holds this command too. */
export const help = ({ tools }: CommandDeps, commands: () => readonly Command[]) =>
  defineCommand({
    name: 'help',
    summary: 'What you can write here',
    usage: '/help',
    changes: false,
    role: 'viewer',
    args: z.strictObject({ about: z.string().max(100).optional() }),
    rest: 'about',
    async run() {
      const actions = tools.map((tool) => ({ cells: [visible(`/${tool.slash} …`), visible(tool.summary)] }));
      const rest = commands().map((command) => ({ cells: [visible(command.usage), visible(command.summary)] }));
      return ok(
        plainCard({
          title: visible('Write what should happen, or use a command'),
          notes: [visible('Every action becomes a card first. Nothing runs before somebody who may approve it does.')],
          table: { columns: ['Write', 'What it does'], rows: [...actions, ...rest], empty: '' },
          actions: tools
            .flatMap((tool) => tool.examples.slice(0, 1))
            .slice(0, 3)
            .map((text) => ({ verb: 'say', label: text, text, tone: 'plain' })),
        }),
      );
    },
  });
