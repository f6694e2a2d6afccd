import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { endSoloIfShared } from '../db/access.ts';
import { record } from '../db/record.ts';
import { ROLES, type Role, roleAtLeast } from '../db/states.ts';
import { members } from '../db/tables/people.ts';
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
  personFields,
  roleField,
  withArticle,
} from './member-change.ts';
import { POWER } from './power.ts';
import { defineTool, type PreviewContext, type ToolError, type Undo } from './tool.ts';

const Input = z.strictObject({ ...personFields, role: roleField() });
type Input = z.output<typeof Input>;

const mayChange = (present: readonly MemberNow[], input: Input): Result<MemberNow, ToolError> => {
  const found = findPerson(present, input);
  if (!found.ok) return found;
  return input.role === 'owner' || keepsAnOwner(present, found.value) ? found : LAST_OWNER;
};

/** How many could decide if this person had that role. */
const approversWith = (present: readonly MemberNow[], { person_id, role }: Input): number =>
  present.filter((member) => member.joined && roleAtLeast(member.personId === person_id ? role : member.role, 'approver')).length;

const concernsOwners = (from: Role, to: Role): boolean => from !== to && (from === 'owner' || to === 'owner');

const Done = z.object({ personId: z.uuid(), role: z.enum(ROLES), from: z.enum(ROLES) });

/** The role before, as long as the person still has the one that was given. */
const takeBack = async ({ db, projectId }: PreviewContext, data: Record<string, unknown>): Promise<Undo> => {
  const done = Done.safeParse(data);
  if (!done.success || done.data.from === done.data.role)
    return { ok: false, why: 'It changed nothing, so there is nothing to take back.' };
  const { personId, role, from } = done.data;
  const found = (await membersNow(db, projectId)).find((member) => member.personId === personId);
  if (found?.role !== role) return { ok: false, why: 'The person has another role since, or is not here any more.' };
  return { ok: true, tool: 'set_role', input: { person: found.name, person_id: personId, role: from } };
};

/** Gives a person another role, and ends solo mode when that makes a second approver. */
export const setRole = defineTool({
  name: 'set_role',
  slash: 'role',
  title: 'Change a role',
  summary: "Changes a person's role in this project",
  examples: ['make Ana an approver', 'change the role of Tom to operator'],
  phrases: [
    'make {person} an {role}',
    'make {person} a {role}',
    'promote {person} to {role}',
    'change the role of {person} to {role}',
    'set the role of {person} to {role}',
  ],
  ...POWER,
  version: 1,
  input: Input,
  target: ({ person }) => person,
  complete: completePerson,
  async preview(input, { db, projectId }) {
    const present = await membersNow(db, projectId);
    const found = mayChange(present, input);
    if (!found.ok) return { changes: [`Would be refused: ${found.error.message}`], reversible: 'Nothing changes' };
    const { name, role } = found.value;
    if (role === input.role) return { changes: [`${name} is ${withArticle(role)} already`], reversible: 'Nothing changes' };
    const changes = [`${name}: ${role} → ${input.role}`];
    const before = approversWith(present, { ...input, role });
    if (before < 2 && approversWith(present, input) >= 2)
      changes.push('If one person decides alone here, that ends for good: somebody else then approves what one asks for');
    return { changes, reversible: 'Can be undone by changing the role back; what was decided meanwhile stands' };
  },
  undo: ({ data }, ctx) => takeBack(ctx, data),
  async execute(input, ctx) {
    const { tx, projectId, proposalId, threadId, requesterId } = ctx;
    const found = mayChange(await lockMembers(tx, projectId), input);
    if (!found.ok) return found;
    const { personId, name, role: from } = found.value;
    const { role } = input;
    if (concernsOwners(from, role) && !(await ownerAgreed(ctx))) return OWNER_ONLY;
    if (from === role) return ok({ summary: `${name} is ${withArticle(role)} already`, data: { personId, role, from } });
    await tx
      .update(members)
      .set({ role })
      .where(and(eq(members.projectId, projectId), eq(members.personId, personId)));
    await record(tx, {
      projectId,
      kind: 'person.role_changed',
      proposalId,
      threadId,
      personId: requesterId,
      data: { person: personId, from, to: role },
    });
    await endSoloIfShared(tx, projectId);
    return ok({ summary: `${name} is now ${withArticle(role)}`, data: { personId, role, from } });
  },
});
