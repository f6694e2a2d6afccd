import { expect, test } from 'vitest';
import { createRun } from '../../src/db/agent-runs.ts';
import { tellDigest } from '../../src/dispatch/beat-digest.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { postToTeam, TEAM_THREAD } from '../../src/dispatch/team.ts';
import { AGENT, acting } from '../dispatch/heartbeat-rig.ts';
import { eventually } from '../eventually.ts';
import { type Driver, type Seen, type Steps, until } from './contract-steps.ts';

/** What every outside surface owes of the team room and of what agents post there. */
export const teamTests = (name: string, at: () => { driver: Driver; steps: Steps }): void => {
  test(`${name}: the team room stands in the channel where an admin wanted it, and what is pressed there counts, whoever is second`, async () => {
    const { driver, steps } = at();
    const { settled, cardOf, now, proposals } = steps;
    await driver.command('U1', '/team-here');
    const power = await cardOf('Set the channel of the team room');
    await settled(power);
    await driver.presses('U1', { on: power, label: 'Approve' });
    await until(driver, ({ words }) => words.includes('The team room stands in that channel, too'));
    const agent = { key: 'content', name: 'Content' };
    const post = (text: string) =>
      driver.rig.database.transaction((tx) => postToTeam(tx, { projectId: 'default', kind: 'finding', text, agent }));
    const [aside] = [await post('The bell is out of tune'), await post('The rope is frayed')];
    const finding = await until(driver, ({ words, buttons }) => words.includes('out of tune') && buttons.includes('Dismiss'));
    expect(finding.buttons).toEqual(['Dismiss', 'Make a task']);
    const twice = await Promise.all([1, 2].map(() => driver.presses('U1', { on: finding, label: 'Dismiss' })));
    expect(twice.map(({ kind }) => kind)).toContain('private');
    await until(driver, ({ id, words, buttons }) => id === finding.id && words.includes('Dismissed') && buttons.length === 0);
    expect(await driver.rig.sql(`select 1 from wilco.messages where id = '${aside}' and resolved_as = 'dismissed'`)).toHaveLength(1);
    const rope = await until(driver, ({ words }) => words.includes('frayed'));
    await Promise.all([1, 2].map(() => driver.presses('U1', { on: rope, label: 'Make a task' })));
    const card = await cardOf('frayed');
    expect(await proposals('frayed')).toHaveLength(1);
    await settled(card);
    expect(await driver.presses('U1', { on: now(card), label: 'Approve' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words, buttons }) => id === rope.id && words.includes('Made a task') && buttons.length === 0);
    expect(
      await driver.rig.sql(`select 1 from wilco.tasks where title = 'The rope is frayed' and thread_id = '${TEAM_THREAD}'`),
    ).toHaveLength(1);
  });

  /** A heartbeat's run that proposes these in the thread of a card, at rest; its digest is told. */
  const beats = async (card: Seen, titles: readonly string[]): Promise<{ runId: string; tell: () => Promise<boolean> }> => {
    const { driver } = at();
    const { database, heart } = driver.rig;
    const [stands] = await driver.rig.sql<{ thread: string }>(
      `select thread_id as thread from wilco.deliveries where remote_id = '${card.id}'`,
    );
    const threadId = stands?.thread ?? '';
    const looks = { projectId: 'default', agentKey: AGENT, trigger: 'heartbeat' as const, goal: 'look', threadId, by: null };
    const runId = await database.transaction((tx) => createRun(tx, looks));
    for (const title of titles) await propose(heart, acting(runId), { threadId, tool: 'create_task', input: { title } });
    await driver.rig.sql(`update wilco.agent_runs set state = 'parked', updated_at = now() where id = '${runId}'`);
    const tell = () => database.transaction((tx) => tellDigest(tx, { runId, tools: heart.tools, nameOf: async () => 'Watcher' }));
    expect(await tell()).toBe(true);
    return { runId, tell };
  };

  test(`${name}: the digest of a heartbeat lists what it proposes, opens and decides each line, and says what came of it`, async () => {
    const { driver, steps } = at();
    const { asked, stateOf } = steps;
    const card = await asked('before the beat');
    const { tell } = await beats(card, ['call Ada back', 'call Bob back']);
    const digest = await until(driver, ({ buttons }) => buttons.includes('Approve all low risk'));
    expect(digest.words).toContain('Watcher looked: 2 proposals');
    expect(digest.words).toContain('call Ada back');
    expect(digest.buttons).toEqual([
      'Approve all low risk',
      'Reject all',
      'Open 1',
      'Approve 1',
      'Reject 1',
      'Open 2',
      'Approve 2',
      'Reject 2',
    ]);
    const opened = await driver.presses('U1', { on: digest, label: 'Open 1' });
    expect(opened).toMatchObject({ kind: 'private', words: expect.stringContaining('call Ada back') });
    expect(await driver.presses('U1', { on: digest, label: 'Approve 2' })).toMatchObject({
      words: expect.stringContaining('You approved 1 of 1.'),
    });
    expect(await driver.presses('U1', { on: digest, label: 'Reject 1' })).toMatchObject({
      words: expect.stringContaining('You turned down 1 of 1.'),
    });
    expect(await stateOf('call Ada back')).toBe('rejected');
    expect(await stateOf('call Bob back')).not.toBe('proposed');
    // What is being carried out holds the run for a moment, and is told of after that.
    await eventually(tell);
    await until(driver, ({ id, words, buttons }) => id === digest.id && words.includes('rejected') && buttons.length === 0);
  });
};
