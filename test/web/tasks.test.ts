import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { createRoster } from '../../src/agents/roster.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { startTaskRuns } from '../../src/queue/task-runs.ts';
import { Approval, page } from '../../src/web/schemas.ts';
import { Task, TaskDetail, TaskEvent, TaskMoved } from '../../src/web/task-schemas.ts';
import { effectsWithoutDecision, unique } from '../dispatch/rig.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let ana: Actor;
let anaKey: string;
beforeAll(async () => {
  rig = await createWebRig();
  ana = await rig.person('Ana', 'approver');
  anaKey = await rig.keyOf(ana);
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const approved = async (approval: Approval): Promise<void> => {
  const json = { revision: approval.revision, digest: approval.digest };
  await rig.read(`/api/approvals/${approval.id}/approve`, Approval, { as: anaKey, json });
  expect(await rig.step(approval.id)).toBe('settled');
};
const made = async (json: object): Promise<Task> => {
  const wanted = { title: unique(), ...json };
  const approval = await rig.read('/api/tasks', Approval, { json: wanted, status: 202 });
  await approved(approval);
  const found = (await rig.read('/api/tasks?limit=100', page(Task))).items.find(({ title }) => title === wanted.title);
  if (!found) throw new Error('no task');
  return found;
};
const detail = (task: Task) => rig.read(`/api/tasks/${task.id}`, TaskDetail);
const runsOf = (task: Task) =>
  rig.sql<{ id: string; agent_key: string; priority: number; goal: string; state: string }>(
    `select id, agent_key, priority, goal, state from wilco.agent_runs where task_id = '${task.id}' order by created_at`,
  );

test('a task is given to a person by name, and is theirs alone to complete at once', async () => {
  const task = await made({ assignee: 'ana', priority: 7, dueOn: '2031-03-03' });
  expect(task.assignee).toEqual({ id: ana.personId, name: 'Ana' });
  expect((await rig.read('/api/tasks?assignee=me', page(Task), { as: anaKey })).items.map(({ id }) => id)).toEqual([task.id]);
  const asked = await rig.read(`/api/tasks/${task.id}/move`, TaskMoved, { json: { move: 'start' } });
  expect(asked).toMatchObject({ task: { status: 'open' }, approval: { actionType: 'start_task', status: 'proposed' } });
  const done = await Promise.all([1, 2].map(() => rig.ask(`/api/tasks/${task.id}/move`, { as: anaKey, json: { move: 'complete' } })));
  expect(done.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const after = await detail(task);
  expect(after.status).toBe('completed');
  expect(after.timeline.filter(({ kind }) => kind === 'task.completed')).toHaveLength(1);
  const reopened = await rig.read(`/api/tasks/${task.id}/move`, TaskMoved, { as: anaKey, json: { move: 'reopen' } });
  expect(reopened).toMatchObject({ task: { status: 'open' }, approval: null });
});

test('a service key completes nobody’s task at once, and a name that nobody has cannot be approved', async () => {
  const task = await made({ assignee: 'Ana' });
  const key = await rig.serviceKey('operator');
  const asked = await rig.read(`/api/tasks/${task.id}/move`, TaskMoved, { as: key, json: { move: 'complete' } });
  expect(asked.approval?.status).toBe('proposed');
  const assign = await rig.read(`/api/tasks/${task.id}/assign`, Approval, { json: { assignee: 'Nobody Here' }, status: 202 });
  const body = { revision: assign.revision, digest: assign.digest };
  expect(await rig.problem(`/api/approvals/${assign.id}/approve`, { as: anaKey, json: body })).toMatchObject({ code: 'blocked' });
});

test('a person who is renamed or removed between card and run is not mistaken for another', async () => {
  const tom = await rig.person('Tom', 'operator');
  const approval = await rig.read('/api/tasks', Approval, { json: { title: 'for Tom', assignee: 'Tom' }, status: 202 });
  await rig.read(`/api/approvals/${approval.id}/approve`, Approval, {
    as: anaKey,
    json: { revision: approval.revision, digest: approval.digest },
  });
  await rig.sql(`update wilco.people set name = 'Thomas' where id = '${tom.personId}'`);
  await rig.step(approval.id);
  expect(await rig.stateOf(approval.id)).toBe('failed');
  expect(await rig.sql(`select 1 from wilco.tasks where title = 'for Tom'`)).toEqual([]);
});

test('an approved task for an agent is one run of the task’s priority; its end is told once, and done is only proposed', async () => {
  const task = await made({ assignee: '@note-taker', priority: 9, description: 'Gather what was said.' });
  expect(await runsOf(task)).toMatchObject([{ agent_key: 'note-taker', priority: 9, state: 'queued' }]);
  const [run] = await runsOf(task);
  const again = await rig.read(`/api/tasks/${task.id}/assign`, Approval, { json: { assignee: '@note-taker' }, status: 202 });
  await approved(again);
  expect(await runsOf(task)).toHaveLength(1);
  // What the agent proposes in its run stands in the task's timeline, with what becomes of it.
  const agent = {
    key: 'note-taker',
    name: 'Note taker',
    domain: 'general',
    autonomy: 'copilot' as const,
    heartbeat: false,
    runId: run?.id ?? null,
  };
  const threadId = task.threadId ?? '';
  const note = await propose(
    rig.heart,
    { ...rig.owner, agent },
    { threadId, tool: 'edit_doc', input: { doc_type: 'notes', content: 'x', mode: 'append' } },
  );
  if (!note.ok) throw new Error(note.error.message);
  await rig.read(`/api/approvals/${note.value.proposalId}/reject`, Approval, { as: anaKey, json: { revision: 1, reason: 'Not so.' } });
  await rig.sql(`update wilco.agent_runs set state = 'done', outcome = 'All gathered.', finished_at = now() where id = '${run?.id}'`);
  const deps = { heart: rig.heart, signals: rig.signals, agents: createRoster(rig.database.db, AGENTS), projectId: 'default' };
  const readers = [startTaskRuns(deps), startTaskRuns(deps)];
  await Promise.all(readers.flatMap(({ look }) => [look(), look()]));
  await Promise.all(readers.map(({ stop }) => stop()));
  const after = await detail(task);
  expect(after.status).toBe('open');
  expect(after.timeline.filter(({ type }) => type === 'update')).toMatchObject([{ by: 'Note-taker', text: 'All gathered.' }]);
  const requests = after.timeline.filter(({ kind }) => kind === 'proposal.proposed').map(({ proposalId, text }) => ({ proposalId, text }));
  expect(requests.map(({ text }) => text)).toContain(`Asked for approval: Complete a task – ${task.title}`);
  expect(after.timeline.filter(({ proposalId }) => proposalId === note.value.proposalId)).toMatchObject([
    { kind: 'proposal.proposed', by: 'Note taker, for Owner' },
    { kind: 'proposal.rejected', by: 'Ana' },
  ]);
  const completing = await rig.sql<{ id: string }>(`select id from wilco.proposals where origin = 'run:${run?.id}:complete'`);
  expect(completing).toHaveLength(1);
});

test('the end of work that failed is told, and nothing is proposed', async () => {
  const task = await made({ assignee: '@note-taker' });
  const [run] = await runsOf(task);
  await rig.sql(
    `update wilco.agent_runs set state = 'failed', problem = 'The model is away.', finished_at = now() where id = '${run?.id}'`,
  );
  const reader = startTaskRuns({
    heart: rig.heart,
    signals: rig.signals,
    agents: createRoster(rig.database.db, AGENTS),
    projectId: 'default',
  });
  await reader.look();
  await reader.stop();
  expect((await detail(task)).timeline.at(-1)).toMatchObject({ type: 'update', text: 'The work failed: The model is away.' });
  expect(await rig.sql(`select 1 from wilco.proposals where origin = 'run:${run?.id}:complete'`)).toEqual([]);
});

test('a timeline takes comments, updates and outputs, is cut down by type and read page by page without a gap', async () => {
  const task = await made({});
  const post = (json: object) => rig.read(`/api/tasks/${task.id}/events`, TaskEvent, { as: anaKey, json, status: 201 });
  await post({ text: 'A word.' });
  await post({ type: 'update', text: 'Half way.' });
  await post({ type: 'output', text: 'The draft', output: { type: 'link', url: 'https://example.com/draft' } });
  await post({ type: 'output', text: 'The file', output: { type: 'file', path: 'notes/draft.md' } });
  const outputs = await rig.read(`/api/tasks/${task.id}/events?type=output`, page(TaskEvent));
  expect(outputs.items.map(({ text, output }) => ({ text, output }))).toEqual([
    { text: 'The draft', output: { type: 'link', url: 'https://example.com/draft' } },
    { text: 'The file', output: { type: 'file', path: 'notes/draft.md' } },
  ]);
  const whole = (await detail(task)).timeline.map(({ id }) => id);
  const pages: string[][] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: { items: TaskEvent[]; next: string | null } = await rig.read(
      `/api/tasks/${task.id}/events?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      page(TaskEvent),
    );
    pages.unshift(at.items.map(({ id }) => id));
    cursor = at.next;
  }
  expect(pages.flat()).toEqual(whole);
  expect(pages.length).toBeGreaterThan(2);
  expect(await rig.problem(`/api/tasks/${task.id}/events?cursor=nonsense`, { as: rig.ownerKey })).toMatchObject({ code: 'bad_cursor' });
});

test.each([
  { type: 'output', text: 'x', output: { type: 'link', url: 'javascript:alert(1)' } },
  { type: 'output', text: 'x', output: { type: 'file', path: '../../etc/passwd' } },
  { type: 'output', text: 'x', output: { type: 'file', path: '/etc/passwd' } },
  { type: 'gossip', text: 'x' },
  { text: '  ' },
])('what is no entry of a timeline is refused: %j', async (json) => {
  const task = await made({});
  expect(await rig.problem(`/api/tasks/${task.id}/events`, { as: rig.ownerKey, json })).toMatchObject({ code: 'invalid_input' });
});

test('any message is made a task from the page, once for a double press, and a post is put aside', async () => {
  const post = async (text: string): Promise<string> => {
    const [row] = await rig.sql<{ id: string }>(
      `insert into wilco.messages (thread_id, author_kind, agent_key, author_name, kind, text) values ('room:team:feed', 'agent', 'content', 'Content', 'finding', '${text}') returning id`,
    );
    return row?.id ?? '';
  };
  const id = await post('The door squeaks');
  const both = await Promise.all([1, 2].map(() => rig.read(`/api/messages/${id}/task`, Approval, { json: {}, status: 202 })));
  expect(new Set(both.map((one) => one.id)).size).toBe(1);
  expect(both[0]?.params).toMatchObject({ title: 'The door squeaks' });
  const other = await post('The window, too');
  expect((await rig.ask(`/api/messages/${other}/dismiss`, { as: rig.ownerKey, json: {} })).status).toBe(200);
  expect(await rig.problem(`/api/messages/${other}/dismiss`, { as: anaKey, json: {} })).toMatchObject({ code: 'already_decided' });
  expect(await rig.problem(`/api/messages/${unique()}/dismiss`, { as: anaKey, json: {} })).toMatchObject({ code: 'message_missing' });
});
