import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { record } from '../db/record.ts';
import { apiKeys, members, sessions } from '../db/tables/people.ts';
import { ok, type Result } from '../result.ts';
import {
  completePerson,
  findPerson,
  keepsAnOwner,
  LAST_OWNER,
  lockMembers,
  type MemberNow,
  membersNow,
  OWNER_ONLY,
  ownerAgreed,
  type PersonInput,
  personFields,
} from './member-change.ts';
import { POWER } from './power.ts';
import { defineTool, type ToolContext, type ToolError } from './tool.ts';

const mayRemove = (present: readonly MemberNow[], input: PersonInput): Result<MemberNow, ToolError> => {
  const found = findPerson(present, input);
  if (!found.ok) return found;
  return keepsAnOwner(present, found.value) ? found : LAST_OWNER;
};

/** Every way in closes with the membership. Sessions are not kept by project: elsewhere the person signs in again. */
const shutOut = async ({ tx, projectId }: ToolContext, personId: string): Promise<{ endedSessions: number; revokedKeys: number }> => {
  const now = sql`now()`;
  await tx
    .update(members)
    .set({ removedAt: now })
    .where(and(eq(members.projectId, projectId), eq(members.personId, personId)));
  const ended = await tx
    .update(sessions)
    .set({ endedAt: now })
    .where(and(eq(sessions.personId, personId), isNull(sessions.endedAt)))
    .returning({ hash: sessions.tokenHash });
  const revoked = await tx
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.projectId, projectId), eq(apiKeys.personId, personId), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return { endedSessions: ended.length, revokedKeys: revoked.length };
};

/** Ends everything that a person may do in this project, at once. */
export const removePerson = defineTool({
  name: 'remove_person',
  slash: 'remove',
  title: 'Remove a person',
  summary: 'Removes a person from this project: signs them out everywhere and revokes their API keys',
  examples: ['remove Tom from the project'],
  phrases: ['remove {person} from the project', 'remove {person} from the team', 'remove the person {person}'],
  ...POWER,
  version: 1,
  input: z.strictObject(personFields),
  target: ({ person }) => person,
  complete: completePerson,
  async preview(input, { db, projectId }) {
    const found = mayRemove(await membersNow(db, projectId), input);
    if (!found.ok) return { changes: [`Would be refused: ${found.error.message}`], reversible: 'Nothing changes' };
    const { name, role, joined } = found.value;
    if (!joined)
      return {
        changes: [`Takes back the invitation of ${name} (${role})`],
        reversible: 'Cannot be undone: invite the person again instead',
      };
    const changes = [`Removes ${name} (${role})`, `Signs ${name} out everywhere and revokes their API keys`];
    return { changes, reversible: 'Cannot be undone: the person can be invited again, as a new one' };
  },
  async execute(input, ctx) {
    const { tx, projectId, proposalId, threadId, requesterId } = ctx;
    const found = mayRemove(await lockMembers(tx, projectId), input);
    if (!found.ok) return found;
    const { personId, name, role } = found.value;
    if (role === 'owner' && !(await ownerAgreed(ctx))) return OWNER_ONLY;
    const closed = await shutOut(ctx, personId);
    await record(tx, {
      projectId,
      kind: 'person.removed',
      proposalId,
      threadId,
      personId: requesterId,
      data: { person: personId, role, ...closed },
    });
    return ok({ summary: `${name} is removed`, data: { personId, ...closed } });
  },
});
