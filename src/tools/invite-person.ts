import { z } from 'zod';
import { record } from '../db/record.ts';
import { members, people } from '../db/tables/people.ts';
import { ok } from '../result.ts';
import { lockMembers, type MemberNow, membersNow, OWNER_ONLY, ownerAgreed, personName, roleField, withArticle } from './member-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type PreviewContext, type Undo } from './tool.ts';

const Input = z.strictObject({
  name: personName().meta(field({ title: 'Name', control: 'line', slot: 'name' })),
  role: roleField(),
});

const plain = (name: string): string => name.normalize('NFKC').toLowerCase();

/** Cards and records name people by name: two of the same could not be told apart there. */
const namesake = (present: readonly MemberNow[], name: string): MemberNow | undefined =>
  present.find((member) => plain(member.name) === plain(name));
const taken = (name: string): string => `There is somebody called ${name} already. Add something that tells the two apart.`;

const Done = z.object({ personId: z.uuid() });

/** Taking the invitation back, as long as nobody has joined by it. */
const takeBack = async ({ db, projectId }: PreviewContext, data: Record<string, unknown>): Promise<Undo> => {
  const done = Done.safeParse(data);
  const found = done.success && (await membersNow(db, projectId)).find(({ personId }) => personId === done.data.personId);
  if (!found) return { ok: false, why: 'Whoever was invited is not here any more.' };
  if (found.joined) return { ok: false, why: `${found.name} has joined since. Remove the person if that is what you want.` };
  return { ok: true, tool: 'remove_person', input: { person: found.name, person_id: found.personId } };
};

/** Makes a person who may join with a role. The one-time link for it is made where it is shown. */
export const invitePerson = defineTool({
  name: 'invite_person',
  slash: 'invite',
  title: 'Invite a person',
  summary: 'Invites a person to this project with a role',
  examples: ['invite Ana as an approver', 'invite "Tom Berg" as operator'],
  phrases: [
    'invite {name} as an {role}',
    'invite {name} as a {role}',
    'invite {name} as {role}',
    'invite {name} to the team as {role}',
    'invite {name} to the project as {role}',
    'add {name} to the team as {role}',
    'add {name} to the project as {role}',
    'add {name} as an {role}',
    'add {name} as a {role}',
    'invite {name}',
  ],
  ...POWER,
  version: 1,
  input: Input,
  target: ({ name }) => name,
  async preview({ name, role }, { db, projectId }) {
    const reversible = 'Can be undone by removing the person';
    if (namesake(await membersNow(db, projectId), name)) return { changes: [`Would be refused: ${taken(name)}`], reversible };
    return { changes: [`Invites ${name} to join as ${withArticle(role)}`], reversible };
  },
  undo: ({ data }, ctx) => takeBack(ctx, data),
  async execute({ name, role }, ctx) {
    const { tx, projectId, proposalId, threadId, requesterId } = ctx;
    if (namesake(await lockMembers(tx, projectId), name)) return refuse('name_taken', taken(name));
    if (role === 'owner' && !(await ownerAgreed(ctx))) return OWNER_ONLY;
    const [person] = await tx.insert(people).values({ name }).returning({ id: people.id });
    if (!person) throw new Error('the person was not written');
    await tx.insert(members).values({ projectId, personId: person.id, role });
    await record(tx, {
      projectId,
      kind: 'person.invited',
      proposalId,
      threadId,
      personId: requesterId,
      data: { invited: person.id, role },
    });
    return ok({ summary: `${name} is invited as ${withArticle(role)}`, data: { personId: person.id } });
  },
});
