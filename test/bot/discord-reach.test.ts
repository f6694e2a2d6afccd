import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');

test('outside its folder Discord is known to its settings, its set-up and check, a line in each registry, its name, and a few sentences', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('bot/discord/'),
  );
  const knowing = files.filter((name) => /discord/i.test(readFileSync(join(SRC, name), 'utf8')));
  expect(knowing.sort()).toEqual([
    'bot/commands/team.ts',
    'bot/surfaces.ts',
    'config.ts',
    'config/discord.ts',
    'ops.ts',
    'ops/checks/discord.ts',
    'ops/discord-setup.ts',
    'ops/doctor.ts',
    'tools/platform-groups.ts',
    'tools/tie-group.ts',
    'web/routes/sign-in.ts',
  ]);
});
