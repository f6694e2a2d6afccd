import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandsOf } from '../../src/bot/discord/commands.ts';
import type { MenuEntry } from '../../src/bot/menu.ts';
import { commandProblems } from '../fakes/discord/commands.ts';
import type { Json } from '../fakes/discord/world.ts';

test('whatever the registries hold, Discord takes the menu, and /wilco is in it', () => {
  const name = fc.stringMatching(/^[a-z0-9_-]{1,40}$/);
  const entry: fc.Arbitrary<MenuEntry> = fc.record({
    name,
    summary: fc.string({ unit: 'grapheme', maxLength: 200 }),
    proposes: fc.boolean(),
    fields: fc.array(
      fc.record({
        name: fc.stringMatching(/^[A-Za-z0-9_ ]{1,40}$/),
        label: fc.string({ minLength: 1, maxLength: 60 }),
        hint: fc.option(fc.string({ maxLength: 300 }), { nil: undefined }),
        control: fc.constantFrom('line' as const, 'choice' as const, 'number' as const, 'truth' as const),
        choices: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 100 }), { maxLength: 25 }),
        required: fc.constant(false),
        nullable: fc.constant(false),
        suggests: fc.constant(false),
      }),
      { maxLength: 30 },
    ),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 130 }), (menu) => {
      const { commands } = commandsOf(menu);
      expect(commandProblems(commands as unknown as Json[])).toEqual([]);
      expect(commands[0]?.name).toBe('wilco');
    }),
    { numRuns: 40 },
  );
});
