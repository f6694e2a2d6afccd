import { expect, test } from 'vitest';
import { decide } from '../../src/dispatch/decide.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { inNameOf } from '../dispatch/agent-rig.ts';
import { type Acting, order, type Steps, until } from './contract-steps.ts';

/** What every place owes where people ask and decide: the life of one action, each press once, and the card that says so. */
export const actionTests = (name: string, at: () => { driver: Acting; steps: Steps }): void => {
  test(`${name}: a sentence becomes a card, a press approves it, and the same message then offers only the way back`, async () => {
    const { driver, steps } = at();
    const { asked, now } = steps;
    const card = await asked('polish the bell');
    expect(card.buttons).toEqual(['Approve', 'Reject', 'Edit', 'Withdraw']);
    expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    expect(now(card).buttons).toEqual(['Undo']);
    await until(driver, ({ id, words }) => id !== card.id && words.includes('Task "polish the bell" created'));
    expect(driver.standing().filter(({ words }) => words.includes('polish the bell') && words.includes('Risk'))).toHaveLength(1);
  });

  test(`${name}: one message that is delivered four times is answered once`, async () => {
    const { driver, steps } = at();
    const { asked, proposals } = steps;
    await driver.says('U1', order('told four times'), { times: 4 });
    await until(driver, ({ words }) => words.includes('told four times'));
    await asked('told after that');
    expect(await proposals('told four times')).toHaveLength(1);
  });

  test(`${name}: one press that is delivered twice decides once`, async () => {
    const { driver, steps } = at();
    const { asked } = steps;
    const card = await asked('pressed twice');
    expect(await driver.presses('U1', { on: card, label: 'Approve', times: 2 })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    expect(await driver.rig.sql(`select 1 from wilco.tasks where title = 'pressed twice'`)).toHaveLength(1);
  });

  test(`${name}: reject asks why, and the reason stands on the card`, async () => {
    const { driver, steps } = at();
    const { asked, now } = steps;
    const card = await asked('to be thrown out');
    const form = await driver.presses('U1', { on: card, label: 'Reject' });
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    expect(await form.submit({ reason: 'Not this week.' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Not this week.'));
    expect(now(card).buttons).toEqual([]);
  });

  test(`${name}: edit offers the arguments as they stand, says what is wrong, and the card then shows before and after`, async () => {
    const { driver, steps } = at();
    const { asked, now } = steps;
    const card = await asked('with a slip');
    const form = await driver.presses('U1', { on: card, label: 'Edit' });
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    expect(form.fields).toMatchObject({ title: 'with a slip', priority: '5' });
    expect(await form.submit({ ...form.fields, priority: '11' })).toMatchObject({ kind: 'invalid' });
    expect(await form.submit({ ...form.fields, title: 'without a slip' })).toEqual({ kind: 'nothing' });
    const after = await until(driver, ({ id, words }) => id === card.id && words.includes('without a slip'));
    expect(after.words).toContain('with a slip');
    const stale = await driver.presses('U1', { on: card, label: 'Approve' });
    expect(stale).toMatchObject({ kind: 'private', words: expect.stringContaining('edited after you saw it') });
    expect(await driver.presses('U1', { on: now(card), label: 'Approve' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
  });

  test(`${name}: a card that was approved elsewhere loses its buttons here`, async () => {
    const { driver, steps } = at();
    const { asked } = steps;
    const card = await asked('approved elsewhere');
    const [row] = await driver.rig.sql<{ id: string; digest: string }>(
      `select p.id, r.digest from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id where r.input_text like '%approved elsewhere%'`,
    );
    const decision = { verb: 'approve' as const, proposalId: row?.id ?? '', revision: 1, digest: row?.digest ?? '' };
    expect(await decide(driver.rig.heart, driver.rig.owner, decision)).toMatchObject({ ok: true });
    await until(driver, ({ id, words, buttons }) => id === card.id && words.includes('Done') && !buttons.includes('Approve'));
  });

  test(`${name}: a described agent is one card with the whole of it, which a press puts to work`, async () => {
    const { driver, steps } = at();
    await driver.says('U1', 'deploy an agent called Bell that rings every hour');
    const card = await steps.settled(await steps.cardOf('rings every hour'));
    for (const part of ['Deploy an agent', '@bell', 'create_task', 'copilot', 'heartbeat']) expect(card.words).toContain(part);
    expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
    const done = await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    expect(done.buttons).toEqual(['have @bell do its part every hour', 'Undo']);
    expect(await driver.rig.sql(`select state from wilco.agents where key = 'bell'`)).toEqual([{ state: 'active' }]);
  });

  test(`${name}: what an agent only suggests has no approve, and who takes it over has a card of their own`, async () => {
    const { driver, steps } = at();
    const { settled, asked } = steps;
    await asked('beside a suggestion');
    const [beside] = await driver.rig.sql<{ thread: string }>(
      `select p.thread_id as thread from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id where r.input_text like '%beside a suggestion%'`,
    );
    const agent = inNameOf(driver.rig.owner, { autonomy: 'manual' });
    await propose(driver.rig.heart, agent, { threadId: beside?.thread ?? '', tool: 'create_task', input: { title: 'suggested alone' } });
    const card = await until(driver, ({ words, buttons }) => words.includes('suggested alone') && buttons.includes('Take over'));
    expect(card.buttons).toEqual(['Take over', 'Dismiss']);
    expect(card.words).toContain('Only a suggestion: do it yourself');
    expect(await driver.presses('U1', { on: card, label: 'Take over' })).toEqual({ kind: 'nothing' });
    const own = await until(
      driver,
      ({ id, words, buttons }) => id !== card.id && words.includes('suggested alone') && buttons.includes('Approve'),
    );
    await until(driver, ({ id, buttons }) => id === card.id && buttons.length === 0);
    expect(await driver.presses('U1', { on: await settled(own), label: 'Approve' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ words }) => words.includes('Task "suggested alone" created'));
  });
};
