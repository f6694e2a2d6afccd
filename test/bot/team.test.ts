import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { postDay } from '../../src/dispatch/day.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { dismissPost, promoteMessage } from '../../src/dispatch/posts.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { postToTeam, TEAM_THREAD } from '../../src/dispatch/team.ts';
import { cancelTask } from '../../src/tools/cancel-task.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { effectsWithoutDecision, THREAD, unique } from '../dispatch/rig.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
let ana: Actor;
beforeAll(async () => {
  rig = await createChatRig([createTask, cancelTask]);
  ana = await rig.person('Ana', 'approver');
  await rig.link('U1', rig.owner);
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const agent = { key: 'content', name: 'Content' };
const acting = (runId: string | null = null): Actor => ({
  ...rig.owner,
  role: 'operator',
  agent: { ...agent, domain: 'content', autonomy: 'copilot', heartbeat: false, runId },
});
const post = async (text: string): Promise<string> =>
  (await rig.database.transaction((tx) => postToTeam(tx, { projectId: 'default', kind: 'finding', text, agent }))) ?? '';
const posts = (proposalId: string) =>
  rig.sql<{ id: string; kind: string; text: string }>(
    `select id, kind, text from wilco.messages where thread_id = '${TEAM_THREAD}' and proposal_id = '${proposalId}'`,
  );
const wish = (title: string, threadId = THREAD) => ({ threadId, tool: 'create_task', input: { title }, origin: `test:${title}` });
const proposedBy = async (actor: Actor, title: string, threadId = THREAD): Promise<string> => {
  const made = await propose(rig.heart, actor, wish(title, threadId));
  if (!made.ok) throw new Error(made.error.message);
  return made.value.proposalId;
};
const cardOf = async (proposalId: string) => {
  const [row] = await rig.sql<{ revision: number; digest: string }>(
    `select revision, digest from wilco.revisions where proposal_id = '${proposalId}' order by revision desc limit 1`,
  );
  return { id: proposalId, revision: row?.revision ?? 0, digest: row?.digest ?? '' };
};

test('what an agent proposes anywhere stands before the team once, however often it is proposed and from how many sides at once', async () => {
  const title = unique();
  const made = await Promise.all(Array.from({ length: 8 }, () => proposedBy(acting(), title)));
  expect(new Set(made).size).toBe(1);
  expect(await posts(made[0] ?? '')).toEqual([
    { id: expect.any(String), kind: 'task_proposal', text: `Proposes to create task: ${title}` },
  ]);
  const own = await proposedBy(acting(), unique(), TEAM_THREAD);
  expect(await posts(own)).toHaveLength(1);
  expect(await posts(await proposedBy(rig.owner, unique()))).toEqual([]);
});

test('of two people who dismiss and approve a proposal at once one is first, and a dismissal is a rejection', async () => {
  for (let i = 0; i < 12; i += 1) {
    const id = await proposedBy(acting(), unique());
    const [message] = await posts(id);
    const card = await cardOf(id);
    const approve = { verb: 'approve' as const, proposalId: id, revision: card.revision, digest: card.digest };
    const acts = [() => dismissPost(rig.heart, ana, message?.id ?? ''), () => decide(rig.heart, rig.owner, approve)];
    const done = await Promise.all((i % 2 === 0 ? acts : acts.toReversed()).map((act) => act()));
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    const state = await rig.settled(id);
    expect(['rejected', 'executed']).toContain(state);
    const tasks = await rig.sql(`select 1 from wilco.tasks where proposal_id = '${id}'`);
    expect(tasks).toHaveLength(state === 'executed' ? 1 : 0);
  }
});

test('a finding that two people put aside at once is put aside by one of them, and never by a viewer', async () => {
  const id = await post('Nobody reads the third mail');
  const viewer = await rig.person('Vic', 'viewer');
  expect(await dismissPost(rig.heart, viewer, id)).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
  const done = await Promise.all([dismissPost(rig.heart, ana, id), dismissPost(rig.heart, rig.owner, id)]);
  expect(done.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
  expect(await rig.sql(`select resolved_as from wilco.messages where id = '${id}'`)).toEqual([{ resolved_as: 'dismissed' }]);
});

test('any message becomes one task however often and by whomever it is pressed, and again after that was turned down', async () => {
  await rig.says('U1', 'hello there, the lift squeaks');
  await rig.until((view) => view.text !== null || view.card !== null);
  const [said] = await rig.sql<{ id: string }>(`select id from wilco.messages where text like '%the lift squeaks'`);
  const id = said?.id ?? '';
  const press = async (actor: Actor) => {
    const made = await promoteMessage(rig.heart, actor, id);
    return made.ok ? made.value.proposalId : made.error.code;
  };
  const first = await Promise.all([press(rig.owner), press(rig.owner), press(ana)]);
  expect(new Set(first).size).toBe(1);
  const [one = ''] = first;
  const reject = { verb: 'reject' as const, proposalId: one, revision: 1, reason: 'Not now.' };
  expect(await decide(rig.heart, rig.owner, reject)).toMatchObject({ ok: true });
  const second = await press(ana);
  expect(second).not.toBe(one);
  expect(await rig.approve(rig.owner, await cardOf(second))).toMatchObject({ ok: true });
  expect(await rig.settled(second)).toBe('executed');
  expect(await rig.sql(`select resolved_as from wilco.messages where id = '${id}'`)).toEqual([{ resolved_as: 'promoted' }]);
  expect(await rig.sql(`select 1 from wilco.tasks where title = 'hello there, the lift squeaks'`)).toHaveLength(1);
  expect(await promoteMessage(rig.heart, { ...rig.owner, projectId: 'another' }, id)).toMatchObject({ error: { code: 'message_missing' } });
});

test('a text of many lines becomes a title of one line and a description of all of it', async () => {
  const id = await post(`First\tline ${'x'.repeat(300)}\nsecond line`);
  const made = await promoteMessage(rig.heart, rig.owner, id);
  if (!made.ok) throw new Error(made.error.message);
  const [row] = await rig.sql<{ input: string }>(
    `select input_text as input from wilco.revisions where proposal_id = '${made.value.proposalId}'`,
  );
  const { title, description } = JSON.parse(row?.input ?? '{}') as { title: string; description: string }; // our own text
  expect([...title]).toHaveLength(200);
  expect(description).toContain('second line');
});

test('the digest of a day is posted once, by whichever process comes first, at the time that the policy sets, and only when something happened', async () => {
  const digests = () =>
    rig.sql<{ card: { title: string } }>(`select card from wilco.messages where kind = 'system' and thread_id = '${TEAM_THREAD}'`);
  await rig.sql(`update wilco.projects set time_zone = 'Europe/Berlin'`);
  const at = (iso: string) => postDay(rig.heart, 'default', new Date(iso));
  expect(await at('2031-03-03T16:59:00Z')).toEqual({ posted: false, next: new Date('2031-03-03T17:00:00Z') });
  const made = await Promise.all(Array.from({ length: 6 }, () => at('2031-03-03T17:00:00Z')));
  expect(made.filter(({ posted }) => posted)).toHaveLength(1);
  expect((await digests()).map(({ card }) => card.title)).toEqual(['The day in short']);
  expect(await at('2031-03-04T18:00:00Z')).toEqual({ posted: false, next: new Date('2031-03-05T17:00:00Z') });
  expect(await digests()).toHaveLength(1);
  // The last Sunday of March has no 02:30 there: it comes when the clock goes on.
  await rig.policy({ digestAt: '02:30' });
  expect((await at('2031-03-29T12:00:00Z')).next).toEqual(new Date('2031-03-30T01:00:00Z'));
  await rig.policy({ digestAt: null });
  expect(await at('2031-04-04T18:00:00Z')).toEqual({ posted: false, next: null });
});

test('/team lists what waits with its age, the oldest first, and /digest shows how things stand', async () => {
  const command = (line: string) =>
    rig.fake.tell({
      kind: 'command',
      eventId: unique(),
      who: rig.account('U1'),
      place: { surface: 'fake', channel: 'W1.C1', thread: 'feed' },
      line,
    });
  const id = await post('The newest finding');
  await rig.sql(`update wilco.messages set created_at = now() - interval '3 hours' where id = '${id}'`);
  const answer = await command('/team');
  if (answer.kind !== 'private' || !answer.card?.table) throw new Error('no list');
  expect(answer.card.table.rows[0]?.cells).toEqual(['Finding', 'The newest finding', 'Content', '3 h']);
  expect(await command('/digest')).toMatchObject({ card: { facts: expect.arrayContaining([{ label: 'Failed', value: '0' }]) } });
});
