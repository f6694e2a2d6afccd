import { expect, test } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { AgentConfig } from '../../src/db/agent-config.ts';
import { ok } from '../../src/result.ts';
import { looksLikeSecret } from '../../src/tools/key-shapes.ts';
import { createReads } from '../../src/tools/reads/registry.ts';
import { createTools } from '../../src/tools/registry.ts';

const tools = createTools({ home: '.', post: async () => ok({ threadId: '', messageId: '' }), shipped: AGENTS });
const reads = createReads(async () => []).map(({ name }) => name);
const catalogue = AGENTS.filter(({ starts }) => starts === 'planned');

test('the eight creator agents and the five of an agency are there, with the autonomy that they begin with', () => {
  const levels = Object.fromEntries(catalogue.map(({ key, autonomy }) => [key, autonomy]));
  expect(levels).toEqual({
    content: 'copilot',
    clip: 'copilot',
    publishing: 'copilot',
    moderation: 'autopilot',
    analytics: 'autopilot',
    growth: 'copilot',
    community: 'manual',
    revenue: 'manual',
    qualifier: 'copilot',
    'email-draft': 'copilot',
    outreach: 'copilot',
    caller: 'copilot',
    onboarder: 'copilot',
  });
});

test('nobody works in a new project but those who answer without being asked for', () => {
  expect(AGENTS.filter(({ starts }) => starts === 'active').map(({ key }) => key)).toEqual(['dispatcher', 'note-taker']);
  expect(new Set(AGENTS.map(({ key }) => key)).size).toBe(AGENTS.length);
});

test.each(catalogue)('$key is configuration that holds, with tools of its own that are there and change no power', (agent) => {
  const { starts: _, ...config } = agent;
  expect(AgentConfig.parse(config)).toEqual(config);
  expect(agent.tools?.length).toBeGreaterThan(0);
  for (const name of agent.tools ?? []) {
    const tool = tools.find((one) => one.name === name);
    expect({ name, there: tool !== undefined || reads.includes(name), power: tool?.changesPower ?? false }).toEqual({
      name,
      there: true,
      power: false,
    });
  }
});

test.each(catalogue)('$key claims no tool that it has not, says what it cannot do, and holds no secret', ({ prompt, tools: granted }) => {
  const named = [...prompt.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([name]) => name);
  expect(named.filter((name) => !granted?.includes(name))).toEqual([]);
  expect(prompt).toMatch(/\b(?:cannot|no access|have no|do not see|never|see only)\b/);
  expect(looksLikeSecret(prompt)).toBe(false);
});
