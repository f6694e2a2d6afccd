import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolFields } from '../../src/bot/forms.ts';
import { readPicked, withPickers } from '../../src/bot/picked.ts';
import { createLinkCode, linkAccount } from '../../src/db/identities.ts';
import { members } from '../../src/db/tables/people.ts';
import { projectLinks } from '../../src/db/tables/surfaces.ts';
import { setRole } from '../../src/tools/set-role.ts';
import { setTeamChannel } from '../../src/tools/set-team-channel.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { createRig, type Rig } from '../dispatch/rig.ts';

const HERE = { platform: 'slack', workspace: 'T1' };

let rig: Rig;
let ana = '';
beforeAll(async () => {
  rig = await createRig();
  ana = (await rig.person('Ana', 'operator')).personId ?? '';
  await rig.database.db.insert(projectLinks).values({ ...HERE, projectId: 'default' });
  const { code } = await createLinkCode(rig.database.db, ana);
  expect(await linkAccount(rig.database, { ...HERE, userId: 'U3' }, code)).toMatchObject({ ok: true });
});
afterAll(() => rig.stop());

/** Each field as it is shown here: what stands in it, or what is picked. */
const shown = async (tool: Tool, values: Record<string, string>, at = HERE) => {
  const fields = toolFields(tool).map((field) => ({ ...field, value: values[field.name] ?? '' }));
  const form = { id: 'x', title: 'Edit', about: null, submit: 'Save', fields };
  const answer = await withPickers(rig.database, { kind: 'form', form }, at);
  if (answer.kind !== 'form') throw new Error('no form');
  return Object.fromEntries(answer.form.fields.map(({ name, value, pick }) => [name, pick ? `${pick.of} ${pick.id}` : value]));
};

test('whoever has an account in the workspace is picked, nobody too, and anybody else is typed with their id', async () => {
  expect(await shown(setRole, { person: 'Ana', person_id: ana })).toEqual({ person: 'person U3', role: '' });
  expect(await shown(setRole, {})).toEqual({ person: 'person null', role: '' });
  expect(await shown(setRole, { person: 'Bo' })).toEqual({ person: 'Bo', person_id: '', role: '' });
  const elsewhere = { platform: 'slack', workspace: 'T2' };
  expect(await shown(setRole, { person: 'Ana', person_id: ana }, elsewhere)).toEqual({ person: 'Ana', person_id: ana, role: '' });
});

test('somebody who is no member any more is typed: their account would be taken for nobody', async () => {
  const { personId = '' } = await rig.person('Bo', 'operator');
  const { code } = await createLinkCode(rig.database.db, personId ?? '');
  expect(await linkAccount(rig.database, { ...HERE, userId: 'U5' }, code)).toMatchObject({ ok: true });
  const values = { person: 'Bo', person_id: personId ?? '' };
  expect(await shown(setRole, values)).toEqual({ person: 'person U5', role: '' });
  await rig.database.db
    .update(members)
    .set({ removedAt: new Date() })
    .where(eq(members.personId, personId ?? ''));
  expect(await shown(setRole, values)).toEqual({ ...values, role: '' });
});

test('a channel is picked in the workspace that it is of, and typed anywhere else', async () => {
  const values = { ...HERE, channel: 'C3' };
  expect(await shown(setTeamChannel, values)).toEqual({ ...HERE, channel: 'channel C3' });
  expect(await shown(setTeamChannel, { ...values, channel: 'none' })).toEqual({ ...HERE, channel: 'channel null' });
  expect(await shown(setTeamChannel, values, { platform: 'discord', workspace: 'T1' })).toEqual(values);
});

test('whoever is picked is whom that account is linked to in this workspace, and only where a person is asked for', async () => {
  const read = (picked: Record<string, string | null>, at = HERE) => readPicked(rig.database, picked, at);
  expect(await read({ person: 'U3' })).toEqual({ values: { person: 'Ana', person_id: ana } });
  expect(await read({ person: null })).toEqual({ values: { person: '', person_id: '' } });
  expect(await read({ role: 'U3' })).toEqual({ values: {} });
  const nobody = { problems: { person: expect.stringContaining('linked to nobody here') } };
  expect(await read({ person: 'U4' })).toEqual(nobody);
  expect(await read({ person: 'U3' }, { platform: 'slack', workspace: 'T2' })).toEqual(nobody);
});
