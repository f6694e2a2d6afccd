import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { record } from '../db/record.ts';
import { apiKeys } from '../db/tables/people.ts';
import { ok } from '../result.ts';
import { line } from './plain-text.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field } from './tool.ts';

const Input = z.strictObject({
  name: line({ max: 60, empty: 'Say which key.' }).meta(field({ title: 'Name', control: 'line', slot: 'name' })),
  key_id: z
    .uuid('This is not the id of a key.')
    .toLowerCase()
    .meta(field({ title: 'Key id', control: 'line', slot: 'name' })),
});

/** Ends a key for good. Name and id have to belong together, so that a card cannot mean another key than it shows. */
export const revokeApiKey = defineTool({
  name: 'revoke_api_key',
  slash: 'revoke',
  title: 'Revoke an API key',
  summary: 'Ends an API key at once and for good',
  examples: ['revoke the api key deploy-bot'],
  phrases: ['revoke the api key {name}', 'revoke the key {name}'],
  ...POWER,
  version: 1,
  input: Input,
  target: ({ name }) => name,
  async complete(input, { db, projectId }) {
    const { name, key_id } = input;
    if (typeof name !== 'string' || key_id !== undefined) return input;
    const named = and(eq(apiKeys.projectId, projectId), eq(apiKeys.name, name.trim()), isNull(apiKeys.revokedAt));
    const [found, ...others] = await db.select({ id: apiKeys.id }).from(apiKeys).where(named).limit(2);
    return found && others.length === 0 ? { ...input, key_id: found.id } : input;
  },
  async preview({ name }) {
    return {
      changes: [`Revokes the key "${name}": every program that uses it stops working`],
      reversible: 'Cannot be undone: create another key instead',
    };
  },
  async execute({ name, key_id }, { tx, projectId, proposalId, threadId, requesterId }) {
    const live = and(eq(apiKeys.id, key_id), eq(apiKeys.projectId, projectId), eq(apiKeys.name, name), isNull(apiKeys.revokedAt));
    const [revoked] = await tx.update(apiKeys).set({ revokedAt: new Date() }).where(live).returning({ id: apiKeys.id });
    if (!revoked) return refuse('key_missing', 'There is no such key, or it was revoked already.');
    await record(tx, { projectId, kind: 'key.revoked', proposalId, threadId, personId: requesterId, data: { keyId: key_id } });
    return ok({ summary: `The key "${name}" no longer works`, data: { keyId: key_id } });
  },
});
