import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Metrics } from '../../src/web/metrics-schemas.ts';
import {
  Accepted,
  Approval,
  BulkAnswer,
  CommandInfo,
  Invitation,
  Me,
  Person,
  page,
  SignInLink,
  Status,
  SwitchAnswer,
  Thread,
  ThreadRow,
  ToolInfo,
} from '../../src/web/schemas.ts';
import { Task, TaskDetail, TaskEvent } from '../../src/web/task-schemas.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let approver: string;
beforeAll(async () => {
  rig = await createWebRig();
  approver = await rig.keyOf(await rig.person('Ana', 'approver'));
});
afterAll(() => rig.stop());

const proposal = async (text: string) => {
  const { id } = await rig.proposed(rig.owner, { text }, 'note_own');
  return rig.read(`/api/approvals/${id}`, Approval, { as: approver });
};

const decideBody = ({ revision, digest }: Approval) => ({ revision, digest });

test('status answers anybody', async () => {
  const status = await rig.read('/status', Status, { as: null });
  expect(status).toMatchObject({
    mode: 'backup',
    version: '0.0.0-test',
    paused: false,
    killed: false,
    database: { ok: true, embedded: true },
  });
  expect(status.reason).toMatch(/worker/i);
});

test('a message is stored when it is acknowledged, and appears in its thread', async () => {
  const sent = await rig.read('/api/room/messages', Accepted, { json: { text: 'create a task for the door' }, status: 202 });
  const threads = await rig.read('/api/threads', page(ThreadRow));
  expect(threads.items[2]).toMatchObject({ id: sent.threadId, channel: 'conversations', title: 'create a task for the door', waiting: 0 });
  const thread = await rig.read(`/api/threads/${encodeURIComponent(sent.threadId)}`, Thread);
  expect(thread.messages).toMatchObject([
    { id: sent.messageId, text: 'create a task for the door', status: 'queued', author: { kind: 'person', name: 'Owner' } },
  ]);
  const more = await rig.read('/api/room/messages', Accepted, { json: { text: 'and another', threadId: sent.threadId }, status: 202 });
  expect(more.threadId).toBe(sent.threadId);
});

test('the same client id is taken once, and nobody is answered the message of another by it', async () => {
  const json = { text: 'once', clientId: 'f3b1' };
  const first = await rig.read('/api/room/messages', Accepted, { json, status: 202 });
  expect(await rig.read('/api/room/messages', Accepted, { json, status: 202 })).toEqual(first);
  const other = await rig.read('/api/room/messages', Accepted, {
    json,
    status: 202,
    as: await rig.keyOf(await rig.person('Olga', 'operator')),
  });
  expect(other.messageId).not.toBe(first.messageId);
});

test('a message that failed can be sent into the queue again', async () => {
  const { messageId } = await rig.read('/api/room/messages', Accepted, { json: { text: 'again' }, status: 202 });
  expect(await rig.problem(`/api/messages/${messageId}/retry`, { as: rig.ownerKey, json: {} })).toMatchObject({ code: 'message_missing' });
  await rig.sql(`update wilco.messages set state = 'failed', problem = 'It took too long.' where id = '${messageId}'`);
  expect(await rig.read(`/api/messages/${messageId}/retry`, Accepted, { json: {}, status: 202 })).toMatchObject({ messageId });
});

test('proposals are listed, shown in full and decided by what was on show', async () => {
  const made = await proposal('decide me');
  expect(made).toMatchObject({
    actionType: 'note_own',
    params: { text: 'decide me' },
    status: 'proposed',
    proposedBy: 'Owner',
    riskLevel: 'low',
    requiresApproval: true,
  });
  expect(made.you).toEqual({ mayApprove: true, mayEdit: true, mayWithdraw: false, why: null });
  expect(made.fullCard).toBeDefined();
  const list = await rig.read('/api/approvals?status=proposed', page(Approval), { as: approver });
  expect(list.items.map((one) => one.id)).toContain(made.id);
  const approved = await rig.read(`/api/approvals/${made.id}/approve`, Approval, { as: approver, json: decideBody(made) });
  expect(approved).toMatchObject({ status: 'approved', approvedBy: ['Ana'], you: { mayApprove: false, why: 'already_decided' } });
  expect(approved.approvedAt).not.toBeNull();
});

test('whoever asked is told why they may not approve', async () => {
  const made = await proposal('mine');
  const mine = await rig.read(`/api/approvals/${made.id}`, Approval);
  expect(mine.you).toEqual({ mayApprove: false, mayEdit: true, mayWithdraw: true, why: 'self_approval' });
  expect(await rig.problem(`/api/approvals/${made.id}/approve`, { as: rig.ownerKey, json: decideBody(made) })).toMatchObject({
    status: 403,
    code: 'self_approval',
  });
});

test('reject, edit, withdraw, retry and settle answer the proposal as it stands', async () => {
  const rejected = await proposal('no');
  expect(
    await rig.read(`/api/approvals/${rejected.id}/reject`, Approval, { as: approver, json: { revision: 1, reason: 'not today' } }),
  ).toMatchObject({ status: 'rejected', approvedAt: null });
  const edited = await proposal('old');
  const after = await rig.read(`/api/approvals/${edited.id}/edit`, Approval, { json: { revision: 1, params: { text: 'new' } } });
  expect(after).toMatchObject({ revision: 2, params: { text: 'new', cents: 0 } });
  expect(after.digest).not.toBe(edited.digest);
  expect(await rig.read(`/api/approvals/${edited.id}/withdraw`, Approval, { json: {} })).toMatchObject({ status: 'withdrawn' });
  const failed = await proposal('fails');
  await rig.tamper(`update wilco.proposals set state = 'failed', attempt = 1 where id = '${failed.id}'`);
  expect(await rig.read(`/api/approvals/${failed.id}/retry`, Approval, { as: approver, json: {} })).toMatchObject({ status: 'approved' });
  const unknown = await proposal('who knows');
  await rig.tamper(`update wilco.proposals set state = 'unknown', attempt = 1 where id = '${unknown.id}'`);
  const settled = await rig.read(`/api/approvals/${unknown.id}/settle`, Approval, { as: approver, json: { outcome: 'executed' } });
  expect(settled).toMatchObject({ status: 'executed', executionResult: { ok: true } });
});

test('an edit that does not hold names its fields', async () => {
  const made = await proposal('fields');
  const { status, body } = await rig.problem(`/api/approvals/${made.id}/edit`, {
    as: approver,
    json: { revision: 1, params: { text: 'x', cents: -1, more: 1 } },
  });
  expect(status).toBe(422);
  expect(body.fields?.map((field) => field.name).sort()).toEqual(['cents', 'more']);
});

test('in bulk each is decided on its own, and one that is refused does not hold up the others', async () => {
  const [a, b, c] = [await proposal('bulk a'), await proposal('bulk b'), await proposal('bulk c')];
  const json = {
    approve: [
      { id: a.id, ...decideBody(a) },
      { id: b.id, revision: 1, digest: 'not what was shown' },
      { id: 'nothing', revision: 1, digest: '' },
    ],
    reject: [
      { id: c.id, revision: 1, reason: 'no' },
      { id: 'no-id-either', revision: 1, reason: '' },
    ],
  };
  const { items } = await rig.read('/api/approvals/bulk', BulkAnswer, { as: approver, json });
  expect(items.map((one) => [one.verb, one.approval?.status ?? null, one.problem?.code ?? null])).toEqual([
    ['approve', 'approved', null],
    ['approve', 'proposed', 'digest_mismatch'],
    ['approve', null, 'proposal_missing'],
    ['reject', 'rejected', null],
    ['reject', null, 'reason_missing'],
  ]);
});

test('a task is proposed over the API, with its card in a conversation of its own', async () => {
  const json = { title: 'Fix the door', priority: 7, dueOn: '2031-03-04' };
  const made = await rig.read('/api/tasks', Approval, { json, status: 202 });
  expect(made).toMatchObject({
    actionType: 'create_task',
    status: 'proposed',
    params: { title: 'Fix the door', priority: 7, due_on: '2031-03-04' },
  });
  const thread = await rig.read(`/api/threads/${encodeURIComponent(made.threadId)}`, Thread);
  expect(thread).toMatchObject({
    title: 'Fix the door',
    waiting: 1,
    messages: [{ proposalId: made.id, card: { proposal: { id: made.id } } }],
  });
  const again = await rig.read('/api/tasks', Approval, { json, status: 202 });
  expect(again.id).toBe(made.id);
  const threads = await rig.read('/api/threads', page(ThreadRow));
  expect(threads.items.filter((row) => row.title === 'Fix the door')).toHaveLength(1);
});

test('a wish that does not hold leaves no conversation behind', async () => {
  const before = await rig.sql<{ n: number }>('select count(*)::int as n from wilco.threads');
  const refused = await rig.problem('/api/tasks', { as: rig.ownerKey, json: { title: 'x', priority: 99, colour: 'red' } });
  expect(refused).toMatchObject({ status: 422, code: 'invalid_input' });
  expect(refused.body.fields?.map((field) => field.name).sort()).toEqual(['colour', 'priority']);
  expect(await rig.sql('select count(*)::int as n from wilco.threads')).toEqual(before);
});

test('a task has one timeline, from the wish to the last comment', async () => {
  const made = await rig.read('/api/tasks', Approval, { json: { title: 'Timeline' }, status: 202 });
  await rig.read(`/api/approvals/${made.id}/approve`, Approval, { as: approver, json: decideBody(made) });
  expect(await rig.step(made.id)).toBe('settled');
  const tasks = await rig.read('/api/tasks?status=open', page(Task));
  const task = tasks.items.find((one) => one.title === 'Timeline');
  const commented = await rig.read(`/api/tasks/${task?.id}/events`, TaskEvent, {
    as: approver,
    json: { text: ' It squeaks. ' },
    status: 201,
  });
  expect(commented).toMatchObject({ kind: 'task.commented', by: 'Ana', text: 'It squeaks.' });
  const detail = await rig.read(`/api/tasks/${task?.id}`, TaskDetail);
  const kinds = detail.timeline.map((event) => event.kind);
  expect(kinds.slice(0, 3)).toEqual(['proposal.proposed', 'proposal.approved', 'proposal.started']);
  expect(kinds).toContain('task.created');
  expect(detail.timeline.at(-1)).toEqual(commented);
  const cancel = await rig.read(`/api/tasks/${task?.id}/cancel`, Approval, { json: {}, status: 202 });
  expect(cancel).toMatchObject({ actionType: 'cancel_task', params: { task_id: task?.id, title: 'Timeline' } });
});

test('a comment whose words were erased stays in the timeline without them', async () => {
  const [row] = await rig.sql<{ id: string }>(
    `insert into wilco.tasks (project_id, title, priority) values ('default', 'Erased', 5) returning id`,
  );
  await rig.read(`/api/tasks/${row?.id}/events`, TaskEvent, { json: { text: 'private words' }, status: 201 });
  await rig.sql(`delete from wilco.task_notes where task_id = '${row?.id}'`);
  const detail = await rig.read(`/api/tasks/${row?.id}`, TaskDetail);
  expect(detail.timeline.map((event) => event.text)).toEqual(['(these words were erased)']);
});

test('people are listed, invited by a proposal, and sign in by a link that is shown once', async () => {
  const people = await rig.read('/api/people', page(Person));
  expect(people.items.map((one) => one.name).slice(0, 2)).toEqual(['Owner', 'Ana']);
  const invitation = await rig.read('/api/people', Approval, { json: { name: 'Ben', role: 'operator' }, status: 202 });
  expect(invitation).toMatchObject({ actionType: 'invite_person', status: 'proposed', riskLevel: 'high' });
  const admin = await rig.keyOf(await rig.person('Ada', 'admin'));
  await rig.read(`/api/approvals/${invitation.id}/approve`, Approval, { as: admin, json: decideBody(invitation) });
  expect(await rig.step(invitation.id)).toBe('settled');
  const ben = (await rig.read('/api/people', page(Person))).items.find((one) => one.name === 'Ben');
  expect(ben).toMatchObject({ role: 'operator', joined: false });
  const link = await rig.read(`/api/people/${ben?.id}/link`, SignInLink, { as: admin, json: {} });
  const token = new URL(link.url).hash.replace('#token=', '');
  expect(await rig.read('/api/sign-in/look', Invitation, { json: { token } })).toMatchObject({
    name: 'Ben',
    role: 'operator',
    invited: true,
  });
  const entered = await rig.ask('/api/sign-in', { json: { token, name: 'Benno' } });
  expect(Me.parse(await entered.json())).toMatchObject({
    person: { name: 'Benno', role: 'operator', joined: true },
    project: { solo: false },
  });
  const cookie = entered.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^wilco_session=[\w-]{43}; /);
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part);
  expect(cookie).not.toContain('Secure');
  expect(await rig.problem('/api/sign-in', { json: { token } })).toMatchObject({ status: 410, code: 'link_used' });
});

test('another role and a removal are proposals that change nothing by themselves', async () => {
  const tom = await rig.person('Tom', 'viewer');
  const path = `/api/people/${tom.personId}`;
  const role = await rig.read(path, Approval, { method: 'PATCH', json: { role: 'operator' }, status: 202 });
  expect(role).toMatchObject({
    actionType: 'set_role',
    status: 'proposed',
    params: { person: 'Tom', person_id: tom.personId, role: 'operator' },
  });
  expect(await rig.read(path, Approval, { method: 'DELETE', status: 202 })).toMatchObject({
    actionType: 'remove_person',
    status: 'proposed',
  });
  const people = await rig.read('/api/people', page(Person));
  expect(people.items).toContainEqual({ id: tom.personId, name: 'Tom', role: 'viewer', joined: true });
  expect(await rig.problem(path, { as: approver, method: 'DELETE' })).toMatchObject({ status: 403, code: 'not_allowed' });
  expect(await rig.problem('/api/people/nobody', { as: rig.ownerKey, method: 'DELETE' })).toMatchObject({
    status: 404,
    code: 'person_missing',
  });
});

test('nobody joins under the name of somebody else', async () => {
  const [person] = await rig.sql<{ id: string }>(`insert into wilco.people (name) values ('Guest') returning id`);
  await rig.sql(`insert into wilco.members (project_id, person_id, role) values ('default', '${person?.id}', 'viewer')`);
  const { url } = await rig.read(`/api/people/${person?.id}/link`, SignInLink, { json: {} });
  const token = url.split('#token=')[1];
  for (const name of ['Owner', ' owner ', 'ＯＷＮＥＲ', 'Ana'])
    expect(await rig.problem('/api/sign-in', { json: { token, name } }), name).toMatchObject({
      status: 422,
      body: { fields: [{ name: 'name' }] },
    });
  for (const name of ['', ' ', 'a\nb', 'x'.repeat(81)])
    expect(await rig.problem('/api/sign-in', { json: { token, name } }), name).toMatchObject({ status: 422 });
  expect((await rig.ask('/api/sign-in', { json: { token, name: 'Guest' } })).status).toBe(200);
});

test('me says who and where one is, with sentences that can be said', async () => {
  const me = await rig.read('/api/me', Me);
  expect(me.person).toMatchObject({ name: 'Owner', role: 'owner' });
  expect(me.examples.length).toBeGreaterThan(3);
  expect(await rig.problem('/api/me', { as: await rig.serviceKey() })).toMatchObject({ status: 403, code: 'not_a_person' });
});

test('tools and commands come with the JSON Schema of what they take', async () => {
  const tools = await rig.read('/api/tools', z.object({ items: z.array(ToolInfo) }));
  const task = tools.items.find((tool) => tool.name === 'create_task');
  expect(task?.input).toMatchObject({
    type: 'object',
    properties: { title: { title: 'Title', control: 'line' }, due_on: { control: 'date' } },
  });
  const commands = await rig.read('/api/commands', z.object({ items: z.array(CommandInfo) }));
  expect(commands.items.map((command) => command.name)).toContain('kill');
});

test('metrics count what the tables say, in JSON and for Prometheus', async () => {
  const metrics = await rig.read('/admin/metrics', Metrics);
  expect(metrics.runs.success).toBeGreaterThanOrEqual(2);
  expect(metrics.recentRuns[0]).toMatchObject({ result: 'success', costUsd: 0 });
  const [waiting] = await rig.sql<{ n: number }>(`select count(*)::int as n from wilco.proposals where state = 'proposed'`);
  expect(metrics.queue.waiting).toBe(waiting?.n);
  // None of them is an e-mail.
  expect(metrics.outbox).toEqual({ queued: 0, approved: 0, sent: 0, rejected: 0 });
  const scraped = await rig.ask('/metrics', { as: rig.ownerKey });
  expect(scraped.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await scraped.text();
  expect(text).toContain(`wilco_approvals_waiting ${waiting?.n}\n`);
  expect(text).toContain(`wilco_runs_total{result="success"} ${metrics.runs.success}`);
  expect(text).not.toContain('nodejs_');
});

test('pause, resume, kill and unkill answer what actually stopped', async () => {
  const made = await proposal('to be voided');
  await rig.read(`/api/approvals/${made.id}/approve`, Approval, { as: approver, json: decideBody(made) });
  expect(await rig.read('/api/system/pause', SwitchAnswer, { as: approver, json: {} })).toMatchObject({ paused: true, killed: false });
  expect(await rig.read('/api/system/resume', SwitchAnswer, { as: approver, method: 'POST' })).toMatchObject({ paused: false });
  const killed = await rig.read('/api/system/kill', SwitchAnswer, { as: approver, json: { reason: 'test' } });
  expect(killed).toMatchObject({ killed: true });
  expect(killed.voided).toBeGreaterThanOrEqual(1);
  const other = await rig.sql<{ id: string }>(`select id from wilco.proposals where state = 'proposed' limit 1`);
  expect((await rig.read(`/api/approvals/${other[0]?.id}`, Approval, { as: approver })).you).toMatchObject({
    mayApprove: false,
    mayEdit: false,
    why: 'killed',
  });
  expect(await rig.problem('/api/tasks', { as: rig.ownerKey, json: { title: 'late' } })).toMatchObject({ status: 409, code: 'killed' });
  expect(await rig.problem('/api/system/unkill', { as: approver, json: {} })).toMatchObject({ status: 403, code: 'not_allowed' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await rig.read('/status', Status)).toMatchObject({ killed: true });
  expect(await rig.read('/api/system/unkill', SwitchAnswer, { json: {} })).toMatchObject({ killed: false });
});

test('signing out ends the session', async () => {
  const cookie = await rig.cookieOf(rig.owner);
  const headers = { origin: 'http://127.0.0.1:3000' };
  await rig.read('/api/me', Me, { cookie, as: null });
  const left = await rig.ask('/api/sign-out', { cookie, json: {}, headers });
  expect(left.status).toBe(204);
  expect(left.headers.get('set-cookie')).toMatch(/^wilco_session=; Max-Age=0/);
  expect(await rig.problem('/api/me', { cookie })).toMatchObject({ status: 401, code: 'not_signed_in' });
});
