import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun } from '../../src/db/agent-runs.ts';
import { tellDigest } from '../../src/dispatch/beat-digest.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { inNameOf } from '../dispatch/agent-rig.ts';
import { effectsWithoutDecision, type Rig } from '../dispatch/rig.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';
import { growingTests } from './contract-growing.ts';

/** A card or a line as a person sees it on the platform: words and buttons, whatever they are made of there. */
export type Seen = {
  /** The platform's id of the message. */
  id: string;
  /** The channel and thread that it stands in, in the platform's terms. */
  where: string;
  /** Everything that can be read in it, in order. */
  words: string;
  /** What can be pressed, by label, in order. */
  buttons: string[];
};

/** What a press or a form came to, for whoever did it. */
export type Came =
  | { kind: 'nothing' }
  | { kind: 'private'; words: string; buttons: string[]; pressed(label: string): Promise<Came> }
  | { kind: 'form'; fields: Record<string, string>; submit(values: Record<string, string>): Promise<Came> }
  | { kind: 'invalid'; problems: string };

/** One surface as people use it, through the real client against the platform's fake. */
export type Driver = {
  rig: Rig;
  /** Ties an account to a person by a code, as people do it. Answers what the platform shows of it. */
  link(user: string, code: string): Promise<string>;
  /** Says something to Wilco in the usual place; `again` delivers it so many times. Answers the message's id. */
  says(user: string, text: string, how?: { times?: number }): Promise<string>;
  edits(user: string, message: string, text: string): Promise<void>;
  deletes(user: string, message: string): Promise<void>;
  /** Presses a button of a message that stands. `times`: the platform delivers it so many times. */
  presses(user: string, press: { on: Seen; label: string; times?: number }): Promise<Came>;
  /** Runs a slash command; answers what only its author sees. */
  command(user: string, line: string): Promise<Came>;
  /** Ends what goes on in the thread of a message, by what the platform has for that; by a word where it has nothing. */
  stops(user: string, message: string): Promise<void>;
  /** Everything of Wilco's that stands, oldest first, as it stands now. */
  standing(): Seen[];
  /** One group of the platform: whom it holds from now on, or that the next look-up comes to nothing. */
  group: { platform: string; workspace: string; id: string; holds(users: readonly string[]): void; fails(): void };
  /** An account that the platform calls a guest, of another organisation, or disabled. */
  outsider(kind: 'guest' | 'stranger' | 'disabled'): string;
  stop(): Promise<void>;
};

/** Waits until something stands that satisfies this; bounded. */
export const until = async (driver: Driver, what: (seen: Seen) => boolean): Promise<Seen> => {
  const late = Date.now() + PATIENCE_MS;
  while (Date.now() < late) {
    const found = driver.standing().find(what);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const last = driver.standing().slice(-3);
  throw new Error(`never stood there; last: ${last.map(({ words }) => words.slice(0, 200)).join(' | ')}`);
};

const order = (title: string): string => `create a task "${title}"`;

/**
 * What every outside surface owes: the journey of one action, and the same answers to the same faults. `open` connects the real client with
 * the platform's fake, with the tools of contract-tools.ts; account `U1` is then linked to the owner by a code.
 */
export const surfaceContract = (name: string, open: () => Promise<Driver>): void => {
  let driver: Driver;
  const linkTo = async (user: string, personId: string): Promise<string> => {
    const { createLinkCode } = await import('../../src/db/identities.ts');
    const { code } = await createLinkCode(driver.rig.database.db, personId);
    return driver.link(user, code);
  };
  /** Once it is on record that it stands there: a press is held against that. */
  const settled = async (card: Seen): Promise<Seen> => {
    const sent = `select 1 from wilco.deliveries where remote_id = '${card.id}' and state = 'sent'`;
    await eventually(async () => (await driver.rig.sql(sent)).length !== 0);
    return card;
  };
  const asked = async (title: string): Promise<Seen> => {
    await driver.says('U1', order(title));
    const card = await until(driver, ({ words, buttons }) => words.includes(title) && buttons.includes('Approve'));
    return settled(card);
  };
  const now = (card: Seen): Seen => driver.standing().find(({ id }) => id === card.id) ?? card;
  const proposals = (title: string) =>
    driver.rig.sql<{ id: string; state: string }>(
      `select p.id, p.state from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id and r.revision = p.revision where r.input_text like '%${title}%'`,
    );
  const stateOf = async (title: string): Promise<string | undefined> => (await proposals(title))[0]?.state;

  beforeAll(async () => {
    driver = await open();
    await linkTo('U1', driver.rig.installed.ownerId);
  });
  afterAll(async () => {
    expect(await effectsWithoutDecision(driver.rig)).toBe(0);
    await driver.stop();
  });

  test(`${name}: a sentence becomes a card, a press approves it, and the same message then offers only the way back`, async () => {
    const card = await asked('polish the bell');
    expect(card.buttons).toEqual(['Approve', 'Reject', 'Edit', 'Withdraw']);
    expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    expect(now(card).buttons).toEqual(['Undo']);
    await until(driver, ({ id, words }) => id !== card.id && words.includes('Task "polish the bell" created'));
    expect(driver.standing().filter(({ words }) => words.includes('polish the bell') && words.includes('Risk'))).toHaveLength(1);
  });

  test(`${name}: somebody who is not known is told how to be, and nothing of theirs is stored`, async () => {
    await driver.says('U9', order('from nowhere'));
    await asked('after nowhere');
    expect(await driver.rig.sql(`select 1 from wilco.messages where text like '%from nowhere%'`)).toEqual([]);
  });

  test.for(['guest', 'stranger', 'disabled'] as const)(`${name}: a %s may not press`, async (kind) => {
    const card = await asked(`guarded from a ${kind}`);
    expect((await driver.presses(driver.outsider(kind), { on: card, label: 'Approve' })).kind).toBe('private');
    expect(await stateOf(`guarded from a ${kind}`)).toBe('proposed');
  });

  test(`${name}: one message that is delivered four times is answered once`, async () => {
    await driver.says('U1', order('told four times'), { times: 4 });
    await until(driver, ({ words }) => words.includes('told four times'));
    await asked('told after that');
    expect(await proposals('told four times')).toHaveLength(1);
  });

  test(`${name}: one press that is delivered twice decides once`, async () => {
    const card = await asked('pressed twice');
    expect(await driver.presses('U1', { on: card, label: 'Approve', times: 2 })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    expect(await driver.rig.sql(`select 1 from wilco.tasks where title = 'pressed twice'`)).toHaveLength(1);
  });

  test(`${name}: reject asks why, and the reason stands on the card`, async () => {
    const card = await asked('to be thrown out');
    const form = await driver.presses('U1', { on: card, label: 'Reject' });
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    expect(await form.submit({ reason: 'Not this week.' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Not this week.'));
    expect(now(card).buttons).toEqual([]);
  });

  test(`${name}: edit offers the arguments as they stand, says what is wrong, and the card then shows before and after`, async () => {
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

  test(`${name}: what a person deletes before it is decided is withdrawn, and what they edit is proposed anew`, async () => {
    const gone = await driver.says('U1', order('never mind'));
    await until(driver, ({ words }) => words.includes('never mind'));
    await driver.deletes('U1', gone);
    await until(driver, ({ words }) => words.includes('never mind') && words.includes('Withdrawn'));
    const changed = await driver.says('U1', order('firts words'));
    await until(driver, ({ words, buttons }) => words.includes('firts words') && buttons.includes('Approve'));
    await driver.edits('U1', changed, order('first words'));
    await until(driver, ({ words, buttons }) => words.includes('first words') && buttons.includes('Approve'));
    expect(await stateOf('firts words')).toBe('withdrawn');
  });

  test(`${name}: a card that was approved elsewhere loses its buttons here`, async () => {
    const { decide } = await import('../../src/dispatch/decide.ts');
    const card = await asked('approved elsewhere');
    const [row] = await driver.rig.sql<{ id: string; digest: string }>(
      `select p.id, r.digest from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id where r.input_text like '%approved elsewhere%'`,
    );
    const decision = { verb: 'approve' as const, proposalId: row?.id ?? '', revision: 1, digest: row?.digest ?? '' };
    expect(await decide(driver.rig.heart, driver.rig.owner, decision)).toMatchObject({ ok: true });
    await until(driver, ({ id, words, buttons }) => id === card.id && words.includes('Done') && !buttons.includes('Approve'));
  });

  test(`${name}: a command that lacks what it needs asks for it in a form, and then runs`, async () => {
    const asked = await driver.command('U1', '/pause-agent');
    const form = asked.kind === 'private' ? await asked.pressed('Fill it in') : asked;
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    expect(Object.keys(form.fields)).toEqual(['agent']);
    expect(await form.submit({ agent: 'nobody-at-all' })).toMatchObject({ words: expect.stringContaining('no agent') });
    const again = await driver.command('U1', '/resume-agent note-taker');
    expect(again).toMatchObject({ kind: 'private', words: expect.stringContaining('Note-taker goes on') });
  });

  test(`${name}: /budgets shows every budget, and whoever works here lowers one with /budget`, async () => {
    expect(await driver.command('U1', '/budget note-taker 2 a day')).toMatchObject({ words: expect.stringContaining('It holds at once') });
    expect(await driver.command('U1', '/budgets')).toMatchObject({ words: expect.stringContaining('Budgets') });
  });

  test(`${name}: a described agent is one card with the whole of it, which a press puts to work`, async () => {
    await driver.says('U1', 'deploy an agent called Bell that rings every hour');
    const card = await until(driver, ({ words, buttons }) => words.includes('rings every hour') && buttons.includes('Approve'));
    for (const part of ['Deploy an agent', '@bell', 'create_task', 'copilot', 'heartbeat']) expect(card.words).toContain(part);
    expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
    const done = await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    expect(done.buttons).toEqual(['have @bell do its part every hour', 'Undo']);
    expect(await driver.rig.sql(`select state from wilco.agents where key = 'bell'`)).toEqual([{ state: 'active' }]);
  });

  test(`${name}: what an agent only suggests has no approve, and who takes it over has a card of their own`, async () => {
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

  test(`${name}: a command answers for the eyes of whoever asked`, async () => {
    expect(await driver.command('U1', '/status')).toMatchObject({ kind: 'private', words: expect.stringContaining('Running') });
  });

  test(`${name}: the team room stands in the channel where an admin wanted it, and what is pressed there counts, whoever is second`, async () => {
    await driver.command('U1', '/team-here');
    const power = await until(
      driver,
      ({ words, buttons }) => words.includes('Set the channel of the team room') && buttons.includes('Approve'),
    );
    await settled(power);
    await driver.presses('U1', { on: power, label: 'Approve' });
    await until(driver, ({ words }) => words.includes('The team room stands in that channel, too'));
    const { TEAM_THREAD, postToTeam } = await import('../../src/dispatch/team.ts');
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
    const card = await until(driver, ({ words, buttons }) => words.includes('frayed') && buttons.includes('Approve'));
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
    const { database, heart } = driver.rig;
    const [at] = await driver.rig.sql<{ thread: string }>(
      `select thread_id as thread from wilco.deliveries where remote_id = '${card.id}'`,
    );
    const threadId = at?.thread ?? '';
    const looks = { projectId: 'default', agentKey: 'watcher', trigger: 'heartbeat' as const, goal: 'look', threadId, by: null };
    const runId = await database.transaction((tx) => createRun(tx, looks));
    const agent = { key: 'watcher', name: 'Watcher', domain: 'general', autonomy: 'autopilot' as const, heartbeat: true, runId };
    const actor = { projectId: 'default', personId: null, name: 'Watcher', role: 'operator' as const, via: 'agent', agent };
    for (const title of titles) await propose(heart, actor, { threadId, tool: 'create_task', input: { title } });
    await driver.rig.sql(`update wilco.agent_runs set state = 'parked', updated_at = now() where id = '${runId}'`);
    const tell = () => database.transaction((tx) => tellDigest(tx, { runId, tools: heart.tools, nameOf: async () => 'Watcher' }));
    expect(await tell()).toBe(true);
    return { runId, tell };
  };

  test(`${name}: the digest of a heartbeat lists what it proposes, opens and decides each line, and says what came of it`, async () => {
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

  growingTests(name, () => driver);

  test(`${name}: one person with two accounts counts once towards a quorum of two`, async () => {
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

  test(`[person] ${name}: what asks for a group of the platform is approved by whom it names, and by nobody else or while it does not say`, async () => {
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
