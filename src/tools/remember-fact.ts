import { z } from 'zod';
import { addFact } from '../db/facts.ts';
import { ok } from '../result.ts';
import { line } from './plain-text.ts';
import { refuse } from './refuse.ts';
import { defineTool, field } from './tool.ts';

/** What can be remembered: one line that can be read at a glance. */
export const Fact = line({ max: 1000, empty: 'Say what is to be remembered.' });

const Input = z.strictObject({
  text: Fact.meta(field({ title: 'Fact', control: 'text', slot: 'words' })),
  agent_key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'An agent is named by its key: small letters, digits, - and _.')
    .optional()
    .meta(field({ title: 'For the agent alone', control: 'line', slot: 'name' })),
});

/** An agent's wish, or somebody's in passing, that something be known from now on. People say the same at once with /remember. */
export const rememberFact = defineTool({
  name: 'remember_fact',
  slash: 'fact',
  title: 'Remember a fact',
  summary: 'Keeps one fact for good, which every agent is told from then on',
  examples: ['remember that invoices go to Maria'],
  phrases: ['remember that {text}', 'keep in mind that {text}', 'note for the future that {text}'],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  input: Input,
  account: 'wilco',
  target: ({ agent_key }) => (agent_key === undefined ? 'the memory of all agents' : `the memory of ${agent_key}`),
  risk: () => 'low',
  async preview({ agent_key }) {
    const who = agent_key === undefined ? 'Every agent is' : `The agent ${agent_key} is`;
    return {
      changes: [`${who} told this from now on, as something that was said and orders nobody`],
      reversible: 'Yes: delete it under Memory or with /forget',
    };
  },
  async execute({ text, agent_key }, { tx, projectId, proposalId, requesterId }) {
    const kept = await addFact(tx, { projectId, agentKey: agent_key ?? null, text, personId: requesterId, proposalId });
    if (!kept)
      return refuse('facts_full', 'As much is remembered as can be. Delete something that no longer holds under Memory or with /forget.');
    return ok({ summary: kept.known ? 'It was remembered already' : 'It is remembered', data: { factId: kept.id, known: kept.known } });
  },
});
