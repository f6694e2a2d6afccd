import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { readGroups } from '../db/groups.ts';
import { ok } from '../result.ts';
import { putInGroup, recordGroup, tiedWords } from './group-change.ts';
import { groupField } from './group-fields.ts';
import { completePerson, findPerson, lockMembers, type MemberNow, membersNow, personFields } from './member-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool } from './tool.ts';

const Input = z.strictObject({ ...personFields, group: groupField() });
type Input = z.output<typeof Input>;

const isIn = async (db: Db, projectId: string, { group, person_id }: Input): Promise<boolean> =>
  (await readGroups(db, projectId)).some(({ key, people }) => key === group && people.some(({ id }) => id === person_id));

const changesOf = (present: readonly MemberNow[], input: Input, known: readonly string[]): string[] => {
  const { group } = input;
  const found = findPerson(present, input);
  if (!found.ok) return [`Would be refused: ${found.error.message}`];
  const { name, joined, role } = found.value;
  return [
    ...(known.includes(group) ? [] : [`Makes the group ${group}`]),
    `${name} (${role}) is of ${group} from then on, and may approve what asks for it as far as their role goes`,
    ...(joined ? [] : [`${name} has not joined yet, and counts from when they have`]),
  ];
};

/** Of a group that a platform keeps, the platform alone says who is of it. */
const whyNot = async (db: Db, projectId: string, group: string): Promise<string | undefined> => {
  const tie = (await readGroups(db, projectId)).find(({ key }) => key === group)?.tie;
  return tie ? tiedWords(group, tie) : undefined;
};

/** Puts a person into a group, and makes the group where there is none. */
export const setGroup = defineTool({
  name: 'set_group',
  slash: 'group',
  title: 'Put somebody in a group',
  summary: 'Puts a person in a group such as finance or legal, which rules can ask for approvals; makes the group if there is none',
  examples: ['put Ana in finance', 'add Tom to the group legal'],
  phrases: [
    'put {person} in {group}',
    'put {person} into the group {group}',
    'put {person} in the group {group}',
    'add {person} to the group {group}',
  ],
  ...POWER,
  version: 1,
  input: Input,
  target: ({ group, person }) => `${person} in ${group}`,
  complete: completePerson,
  async preview(input, { db, projectId }) {
    const why = await whyNot(db, projectId, input.group);
    if (why) return { changes: ['Nothing: it is refused'], reversible: 'Nothing changes', blocked: { why } };
    const known = (await readGroups(db, projectId)).map(({ key }) => key);
    const changes = changesOf(await membersNow(db, projectId), input, known);
    if (await isIn(db, projectId, input))
      return { changes: [`${input.person} is of ${input.group} already`], reversible: 'Nothing changes' };
    return { changes, reversible: 'Can be undone by taking the person out of the group; what was decided meanwhile stands' };
  },
  async blocked({ group }, { db, projectId }) {
    const why = await whyNot(db, projectId, group);
    return why ? { why } : undefined;
  },
  async undo({ input }, { db, projectId }) {
    if (!(await isIn(db, projectId, input))) return { ok: false, why: 'The person is not of that group any more.' };
    return { ok: true, tool: 'leave_group', input };
  },
  async execute(input, ctx) {
    const { tx, projectId } = ctx;
    const { group } = input;
    const found = findPerson(await lockMembers(tx, projectId), input);
    if (!found.ok) return found;
    const why = await whyNot(tx, projectId, group);
    if (why) return refuse('group_refused', why);
    const { personId, name } = found.value;
    await putInGroup(tx, { projectId, group }, personId);
    await recordGroup(ctx, { group, person: personId, change: 'in' });
    return ok({ summary: `${name} is of ${group} now`, data: { group, personId } });
  },
});
