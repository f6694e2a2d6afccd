import { z } from 'zod';
import { type Group, readGroups } from '../db/groups.ts';
import { ok } from '../result.ts';
import { groupsLockOut, recordGroup, takeOutOfGroup, tiedWords } from './group-change.ts';
import { groupField } from './group-fields.ts';
import { completePerson, lockMembers, personFields } from './member-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, type PreviewContext } from './tool.ts';

const Input = z.strictObject({ ...personFields, group: groupField() });
type Input = z.output<typeof Input>;

const without =
  ({ group, person_id }: Input) =>
  (groups: readonly Group[]): Group[] =>
    groups.map((one) => (one.key === group ? { ...one, people: one.people.filter(({ id }) => id !== person_id) } : one));

const whyNot = async (input: Input, { db, projectId }: PreviewContext): Promise<string | undefined> => {
  const group = (await readGroups(db, projectId)).find(({ key }) => key === input.group);
  if (group?.tie) return tiedWords(group.key, group.tie);
  const found = group?.people.find(({ id }) => id === input.person_id);
  if (!found || found.name !== input.person) return `${input.person} is not of ${input.group}.`;
  return groupsLockOut(db, projectId, without(input));
};

/** Takes a person out of a group: from then on, what their vote counted for there it counts for no longer. */
export const leaveGroup = defineTool({
  name: 'leave_group',
  slash: 'leave_group',
  title: 'Take somebody out of a group',
  summary: 'Takes a person out of a group; their votes no longer count where the group is asked',
  examples: ['take Ana out of the group finance'],
  phrases: ['take {person} out of the group {group}', 'take {person} out of {group}', 'remove {person} from the group {group}'],
  ...POWER,
  version: 1,
  input: Input,
  target: ({ group, person }) => `${person} in ${group}`,
  complete: completePerson,
  async preview(input, ctx) {
    const why = await whyNot(input, ctx);
    if (why) return { changes: ['Nothing: it is refused'], reversible: 'Nothing changes', blocked: { why } };
    const { person, group } = input;
    const left = (await readGroups(ctx.db, ctx.projectId)).find(({ key }) => key === group)?.people.length ?? 0;
    const empty = left <= 1 ? [`Nobody is left in ${group}: nobody may approve what asks for it`] : [];
    return {
      changes: [`${person} is no longer of ${group}; votes of theirs that wait for others there count no longer`, ...empty],
      reversible: 'Can be undone by putting the person back; what was decided meanwhile stands',
    };
  },
  async blocked(input, ctx) {
    const why = await whyNot(input, ctx);
    return why ? { why } : undefined;
  },
  undo: async ({ input }) => ({ ok: true, tool: 'set_group', input }),
  async execute(input, ctx) {
    const { tx, projectId } = ctx;
    await lockMembers(tx, projectId);
    const why = await whyNot(input, { db: tx, projectId });
    if (why) return refuse('group_refused', why);
    const { group, person, person_id } = input;
    await takeOutOfGroup(tx, { projectId, group }, person_id);
    await recordGroup(ctx, { group, person: person_id, change: 'out' });
    return ok({ summary: `${person} is not of ${group} any more`, data: { group, personId: person_id } });
  },
});
