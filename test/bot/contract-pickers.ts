import { expect, test } from 'vitest';
import { revise } from '../../src/dispatch/revise.ts';
import type { Came, Driver, Seen, Steps } from './contract-steps.ts';
import { until } from './contract-steps.ts';

type Form = Came & { kind: 'form' };

/** What every outside surface owes of what a form lets people pick, and not type. */
export const pickerTests = (name: string, at: () => { driver: Driver; steps: Steps }): void => {
  const edit = async (card: Seen): Promise<Form> => {
    const form = await at().driver.presses('U1', { on: card, label: 'Edit' });
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    return form;
  };
  const cardWith = async (...words: readonly string[]): Promise<Seen> => {
    const { driver, steps } = at();
    return steps.settled(
      await until(driver, (seen) => words.every((word) => seen.words.includes(word)) && seen.buttons.includes('Approve')),
    );
  };

  test(`${name}: a person is picked among the platform’s, and is whoever that account is linked to here`, async () => {
    const { driver, steps } = at();
    const { accountOf } = driver;
    const ana = await driver.rig.person('Ana', 'operator');
    await steps.linkTo('U3', ana.personId ?? '');
    const made = await steps.asked('logo');
    await driver.presses('U1', { on: made, label: 'Approve' });
    await until(driver, ({ words }) => words.includes('Task "logo" created'));
    await driver.says('U1', 'assign the task "logo" to Owner');
    const card = await cardWith('Assign a task', 'logo');
    const form = await edit(card);
    expect(form.fields).toMatchObject({ assignee_name: accountOf('U1') });
    expect(form.fields).not.toHaveProperty('assignee_id');
    const refused = await form.submit({ ...form.fields, assignee_name: accountOf('U9') });
    expect(refused).toMatchObject({ problems: expect.stringContaining('linked to nobody here') });
    expect(await form.submit({ ...form.fields, assignee_name: accountOf('U3') })).toEqual({ kind: 'nothing' });
    const edited = await until(driver, ({ id, words }) => id === card.id && words.includes('logo → Ana'));
    expect(edited.buttons).toContain('Approve');
  });

  test(`${name}: the channel of the team room is picked among the platform’s, and none is one of them`, async () => {
    const { driver, steps } = at();
    await driver.command('U1', '/team-here');
    const card = await cardWith('Set the channel of the team room');
    const form = await edit(card);
    const { channel = '', platform = '' } = form.fields;
    expect(card.words).toContain(channel);
    expect(await form.submit({ ...form.fields, channel: '' })).toEqual({ kind: 'nothing' });
    const none = await steps.settled(await until(driver, ({ id, words }) => id === card.id && words.includes('→ none')));
    expect((await edit(none)).fields).toEqual({ ...form.fields, channel: '' });
    // What the platform does not list can be mended: it is typed.
    const odd = { platform, workspace: form.fields.workspace, channel: 'general' };
    const of = (
      await driver.rig.sql<{ id: string; revision: number }>(
        `select id, revision from wilco.proposals where tool = 'set_team_channel' and state = 'proposed'`,
      )
    )[0];
    await revise(driver.rig.heart, driver.rig.owner, { proposalId: of?.id ?? '', revision: of?.revision ?? 0, input: odd });
    const mended = await edit(await steps.settled(await until(driver, ({ id, words }) => id === card.id && words.includes('→ general'))));
    expect(mended.fields).toMatchObject({ channel: 'general' });
    expect(await mended.submit({ ...mended.fields, channel: 'none' })).toEqual({ kind: 'nothing' });
    await steps.settled(await until(driver, ({ id, words }) => id === card.id && words.includes('→ none')));
    // Of another platform it is typed.
    const again = await edit(steps.now(card));
    expect(await again.submit({ ...again.fields, platform: 'elsewhere', channel: 'C9' })).toEqual({ kind: 'nothing' });
    const typed = await steps.settled(await until(driver, ({ id, words }) => id === card.id && words.includes('→ C9')));
    expect((await edit(typed)).fields).toMatchObject({ platform: 'elsewhere', channel: 'C9' });
    expect(platform).not.toBe('elsewhere');
    await driver.presses('U1', { on: typed, label: 'Withdraw' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Withdrawn'));
  });
};
