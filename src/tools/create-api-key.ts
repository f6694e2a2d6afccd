import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { record } from '../db/record.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import { apiKeys } from '../db/tables/people.ts';
import { ok } from '../result.ts';
import { membersNow } from './member-change.ts';
import { line } from './plain-text.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type PreviewContext, type Undo } from './tool.ts';

const KINDS = ['service', 'personal'] as const;

const Input = z.strictObject({
  name: line({ max: 60, empty: 'Say what the key is for.' }).meta(field({ title: 'Name', control: 'line', slot: 'name' })),
  kind: z
    .enum(KINDS, 'A key is service (it proposes, and never decides) or personal (it acts as you).')
    .default('service')
    .meta(field({ title: 'Kind', control: 'choice', slot: 'choice' })),
});

/** A key can do no more than whoever asked for it, and a service key can only propose. */
const roleFor = (kind: (typeof KINDS)[number], requester: Role): Role => (kind === 'personal' ? requester : 'operator');

const Done = z.object({ keyId: z.uuid() });

/** Revoking the key, while it is there. */
const takeBack = async ({ db, projectId }: PreviewContext, data: Record<string, unknown>): Promise<Undo> => {
  const done = Done.safeParse(data);
  if (!done.success) return { ok: false, why: 'It is not known which key came of it.' };
  const live = and(eq(apiKeys.id, done.data.keyId), eq(apiKeys.projectId, projectId), isNull(apiKeys.revokedAt));
  const [key] = await db.select({ id: apiKeys.id, name: apiKeys.name }).from(apiKeys).where(live);
  if (!key) return { ok: false, why: 'The key was revoked already.' };
  return { ok: true, tool: 'revoke_api_key', input: { name: key.name, key_id: key.id } };
};

/** Makes a key without its secret. Whoever asked for it fetches that once; it stands on no card and in no log. */
export const createApiKey = defineTool({
  name: 'create_api_key',
  slash: 'key',
  title: 'Create an API key',
  summary: 'Creates a key with which a program uses Wilco over HTTP',
  examples: ['create an api key called deploy-bot', 'create a personal api key called "my laptop"'],
  phrases: [
    'create an api key called {name}',
    'create an api key for {name}',
    'new api key: {name}',
    'create a {kind} api key called {name}',
    'create a {kind} api key for {name}',
  ],
  ...POWER,
  version: 1,
  input: Input,
  target: ({ name }) => name,
  async preview({ name, kind }) {
    const may =
      kind === 'service' ? 'It may read and propose; it never decides' : 'It may do everything that the person who asks for it may';
    return { changes: [`Creates the ${kind} key "${name}"`, may], reversible: 'Can be undone by revoking the key' };
  },
  undo: ({ data }, ctx) => takeBack(ctx, data),
  async execute({ name, kind }, { tx, projectId, proposalId, threadId, requesterId }) {
    const requester = (await membersNow(tx, projectId)).find((member) => member.joined && member.personId === requesterId);
    if (!requester || !roleAtLeast(requester.role, 'admin'))
      return refuse('requester_gone', 'Whoever asked for this key may no longer have one.');
    const values = { projectId, name, maxRole: roleFor(kind, requester.role), createdBy: requester.personId };
    const [key] = await tx
      .insert(apiKeys)
      .values({ ...values, personId: kind === 'personal' ? requester.personId : null })
      .returning({ id: apiKeys.id });
    if (!key) throw new Error('the key was not written');
    await record(tx, { projectId, kind: 'key.created', proposalId, threadId, personId: requesterId, data: { keyId: key.id, kind } });
    return ok({ summary: `The ${kind} key "${name}" is there; ${requester.name} can fetch its secret once`, data: { keyId: key.id } });
  },
});
