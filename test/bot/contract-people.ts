import { expect, test } from 'vitest';
import { type Driver, order, type Steps, until } from './contract-steps.ts';

/** What every outside surface owes of who somebody is, what they may do, and what they say. */
export const peopleTests = (name: string, at: () => { driver: Driver; steps: Steps }): void => {
  test(`${name}: somebody who is not known is told how to be, and nothing of theirs is stored`, async () => {
    const { driver, steps } = at();
    const { asked } = steps;
    await driver.says('U9', order('from nowhere'));
    await asked('after nowhere');
    expect(await driver.rig.sql(`select 1 from wilco.messages where text like '%from nowhere%'`)).toEqual([]);
  });

  test.for(['guest', 'stranger', 'disabled'] as const)(`${name}: a %s may not press`, async (kind) => {
    const { driver, steps } = at();
    const { asked, stateOf } = steps;
    const card = await asked(`guarded from a ${kind}`);
    expect((await driver.presses(driver.outsider(kind), { on: card, label: 'Approve' })).kind).toBe('private');
    expect(await stateOf(`guarded from a ${kind}`)).toBe('proposed');
  });

  test(`${name}: what a person deletes before it is decided is withdrawn, and what they edit is proposed anew`, async () => {
    const { driver, steps } = at();
    const { cardOf, stateOf } = steps;
    const gone = await driver.says('U1', order('never mind'));
    await until(driver, ({ words }) => words.includes('never mind'));
    await driver.deletes('U1', gone);
    await until(driver, ({ words }) => words.includes('never mind') && /Withdrawn|was deleted/.test(words));
    const changed = await driver.says('U1', order('firts words'));
    await cardOf('firts words');
    await driver.edits('U1', changed, order('first words'));
    await cardOf('first words');
    expect(await stateOf('firts words')).toBe('withdrawn');
  });

  test(`${name}: a command that lacks what it needs asks for it in a form, and then runs`, async () => {
    const { driver } = at();
    const asked = await driver.command('U1', '/pause-agent');
    const form = asked.kind === 'private' ? await asked.pressed('Fill it in') : asked;
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    expect(Object.keys(form.fields)).toEqual(['agent']);
    expect(await form.submit({ agent: 'nobody-at-all' })).toMatchObject({ words: expect.stringContaining('no agent') });
    const again = await driver.command('U1', '/resume-agent note-taker');
    expect(again).toMatchObject({ kind: 'private', words: expect.stringContaining('Note-taker goes on') });
  });

  test(`${name}: /budgets shows every budget, and whoever works here lowers one with /budget`, async () => {
    const { driver } = at();
    expect(await driver.command('U1', '/budget note-taker 2 a day')).toMatchObject({ words: expect.stringContaining('It holds at once') });
    expect(await driver.command('U1', '/budgets')).toMatchObject({ words: expect.stringContaining('Budgets') });
  });

  test(`${name}: a command answers for the eyes of whoever asked`, async () => {
    const { driver } = at();
    expect(await driver.command('U1', '/status')).toMatchObject({ kind: 'private', words: expect.stringContaining('Running') });
  });

  test(`${name}: one person with two accounts counts once towards a quorum of two`, async () => {
    const { driver, steps } = at();
    const { linkTo, asked, now } = steps;
    await linkTo('U2', driver.rig.installed.ownerId);
    const shipped = { kind: 'ask' as const, approvals: 2, role: 'approver' as const, selfApproval: true };
    await driver.rig.policy({ otherwise: shipped });
    const card = await asked('needs two');
    expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('1 of 2'));
    expect(await driver.presses('U2', { on: now(card), label: 'Approve' })).toMatchObject({
      kind: 'private',
      words: expect.stringContaining('approved this already'),
    });
    const ana = await driver.rig.person('Ana', 'approver');
    await linkTo('U3', ana.personId ?? '');
    expect(await driver.presses('U3', { on: now(card), label: 'Approve' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
  });

  test(`${name}: people who talk to one another below a card are left alone, and an order among their words is taken`, async () => {
    const { driver, steps } = at();
    const { asked, cardOf, delivered, linkTo, proposals } = steps;
    const dora = await driver.rig.person('Dora', 'operator');
    await linkTo('U7', dora.personId ?? '');
    const id = await driver.says('U1', order('talked about'));
    await cardOf('talked about');
    await driver.replies('U7', id, 'that looks fine to me');
    await driver.replies('U1', id, 'ok then, thank you');
    await driver.replies('U7', id, `${driver.mention('U1')} create a task "for somebody else"`);
    await driver.replies('U7', id, 'create a task "said in passing"');
    await cardOf('said in passing');
    await asked('after the talk');
    await delivered();
    const said = await driver.rig.sql<{ text: string }>(
      `select m.text || coalesce(m.card ->> 'title', '') as text from wilco.messages m
       where m.author_kind = 'wilco' and m.proposal_id is null and m.created_at >
         (select max(created_at) from wilco.messages where text like '%that looks fine%')`,
    );
    expect(await proposals('for somebody else')).toEqual([]);
    expect(said.filter(({ text }) => /order|understand|did you mean/i.test(text))).toEqual([]);
  });

  test(`${name}: a card calls the few who may decide it where whoever asked may not, and nobody again when it changes`, async () => {
    const { driver, steps } = at();
    const { cardOf, linkTo, now, settled } = steps;
    const cora = await driver.rig.person('Cora', 'operator');
    await linkTo('U6', cora.personId ?? '');
    await driver.rig.policy({ otherwise: { kind: 'ask', approvals: 1, role: 'admin', selfApproval: true } });
    await driver.says('U6', order('for an admin'));
    const card = await settled(await cardOf('for an admin'));
    expect(card.calls).toHaveLength(1);
    expect(['U1', 'U2']).toContain(card.calls[0]);
    expect(card.words).toContain('This waits for your decision.');
    expect(await driver.presses('U1', { on: now(card), label: 'Approve' })).toEqual({ kind: 'nothing' });
    const done = await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    expect(done.words).not.toContain('This waits for your decision.');
    await driver.rig.policy({});
  });

  test(`[person] ${name}: what asks for a group of the platform is approved by whom it names, and by nobody else or while it does not say`, async () => {
    const { driver, steps } = at();
    const { linkTo, asked, now, stateOf } = steps;
    const { platform, workspace, id, holds, fails } = driver.group;
    const { rig } = driver;
    const ben = await rig.person('Ben', 'approver');
    await linkTo('U5', ben.personId ?? '');
    await rig.sql(`insert into wilco.groups (project_id, key, name) values ('default', 'finance', 'finance')`);
    await rig.sql(`insert into wilco.group_ties (project_id, group_key, platform, workspace, remote_id, name)
      values ('default', 'finance', '${platform}', '${workspace}', '${id}', '@finance')`);
    await rig.policy({ otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: true, group: 'finance' } });
    holds(['U1']);
    const card = await asked('for finance alone');
    expect(card.calls).toEqual([id]);
    expect(card.words).toContain('whoever is in @finance there when they decide');
    expect(await driver.presses('U5', { on: card, label: 'Approve' })).toMatchObject({
      words: expect.stringContaining('does not name you in'),
    });
    fails();
    expect(await driver.presses('U1', { on: card, label: 'Approve' })).toMatchObject({
      words: expect.stringContaining('could not be asked'),
    });
    expect(await stateOf('for finance alone')).toBe('proposed');
    holds(['U1']);
    expect(await driver.presses('U1', { on: now(card), label: 'Approve' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id: on, words }) => on === card.id && words.includes('Done'));
    const [vote] = await rig.sql<{ proof: unknown }>(`select proof from wilco.decisions where proof is not null`);
    expect(vote?.proof).toMatchObject({ group: 'finance', platform, workspace, remoteId: id });
    await rig.policy({});
  });
};
