import { expect, test } from 'vitest';
import { z } from 'zod';
import { toolHash } from '../../src/dispatch/digest.ts';
import { ok } from '../../src/result.ts';
import { createTools } from '../../src/tools/registry.ts';

const tools = createTools({ home: '/nowhere', post: async () => ok({ threadId: 't', messageId: 'm' }) });

const propertiesOf = (schema: z.ZodObject) =>
  z
    .object({ properties: z.record(z.string(), z.object({ title: z.string().optional(), control: z.string().optional() })) })
    .parse(z.toJSONSchema(schema, { io: 'input' })).properties;

test('every tool has a name, a slash command and a title of its own', () => {
  for (const names of [tools.map(({ name }) => name), tools.map(({ slash }) => slash), tools.map(({ title }) => title)])
    expect(new Set(names).size).toBe(tools.length);
});

test.each(tools)('$name has a label and a control for every argument, and takes no others', (tool) => {
  const properties = propertiesOf(tool.input);
  for (const property of Object.values(properties)) expect(property).toEqual({ title: expect.any(String), control: expect.any(String) });
  expect(z.toJSONSchema(tool.input, { io: 'input' })).toMatchObject({ additionalProperties: false });
});

test.each(tools)('$name can be hashed, and names only its own arguments in its phrases', (tool) => {
  expect(toolHash(tool)).toMatch(/^[0-9a-f]{64}$/);
  const names = Object.keys(propertiesOf(tool.input));
  for (const phrase of tool.phrases) for (const [, name = ''] of phrase.matchAll(/\{(\w+)\}/g)) expect(names).toContain(name);
});

test('exactly what changes power is kept for admins', () => {
  const power = tools.filter(({ changesPower }) => changesPower).map(({ name }) => name);
  expect(power).toEqual([
    'invite_person',
    'set_role',
    'remove_person',
    'create_api_key',
    'revoke_api_key',
    'set_approvals',
    'set_budget',
    'grant_budget',
    'set_autonomy',
    'sign_autopilot',
    'end_autopilot',
    'allow_host',
    'disallow_host',
    'deploy_agent',
    'change_agent',
    'retire_agent',
    'set_team_channel',
    'set_digest',
    'set_rule',
    'remove_rule',
    'set_group',
    'leave_group',
    'remove_group',
    'tie_group',
    'untie_group',
    'set_content',
    'set_platform',
    'set_quiet_hours',
    'set_expiry',
    'set_ladder',
  ]);
  expect(tools.filter(({ proposerRole }) => proposerRole === 'admin').map(({ name }) => name)).toEqual(power);
});

test.each([
  ['create_task', 'create a task for the landing page, high priority, due Friday'],
  ['file_write', 'write meeting notes to notes/monday.md: budget agreed, launch on Friday'],
  ['send_message', 'post in #general that we deploy at noon'],
])('%s begins its examples with the sentence that the product shows', (name, sentence) => {
  expect(tools.find((tool) => tool.name === name)?.examples[0]).toBe(sentence);
});
