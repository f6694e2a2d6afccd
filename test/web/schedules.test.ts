import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Schedule } from '../../src/web/schedule-shape.ts';
import { Approval, page } from '../../src/web/schemas.ts';
import { unique } from '../dispatch/rig.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig({ solo: true });
});
afterAll(() => rig.stop());

const POST = { channel: 'general', content: 'numbers' };
const body = (more: object = {}) => ({
  name: unique(),
  scheduleExpr: 'every weekday at 9',
  timeZone: 'Europe/Berlin',
  action: { tool: 'send_message', input: POST },
  ...more,
});
const carryOut = async ({ id, revision, digest }: Approval): Promise<void> => {
  await rig.read(`/api/approvals/${id}/approve`, Approval, { json: { revision, digest } });
  await rig.step(id);
};
const propose = (json: object) => rig.read('/api/schedules', Approval, { json, status: 202 });
const made = async (json: object): Promise<Schedule> => {
  const approval = await propose(json);
  await carryOut(approval);
  const { items } = await rig.read('/api/schedules?limit=200', page(Schedule));
  const found = items.find((one) => one.proposalId === approval.id);
  if (!found) throw new Error('no schedule');
  return found;
};

test('a schedule that was approved is listed with its action, its time in words and its next time', async () => {
  const json = body();
  const schedule = await made(json);
  expect(schedule).toMatchObject({
    name: json.name,
    status: 'active',
    scheduleExpr: '0 9 * * 1-5',
    timeZone: 'Europe/Berlin',
    action: { tool: 'send_message', input: POST },
    occurrences: 0,
    last: null,
  });
  expect(schedule.inWords).toContain('every weekday');
  expect(await rig.read(`/api/schedules/${schedule.id}`, Schedule)).toEqual(schedule);
});

test('without a zone it is the one of whoever asks', async () => {
  const { timeZone: _, ...json } = body();
  expect((await propose(json)).params).toMatchObject({ time_zone: 'UTC' });
});

test('what cannot be scheduled is refused by the name of its field', async () => {
  const refused = await rig.problem('/api/schedules', { as: rig.ownerKey, json: body({ scheduleExpr: 'some day' }) });
  expect(refused).toMatchObject({ status: 422, code: 'invalid_input' });
  expect(refused.body.fields?.[0]?.name).toBe('schedule_expr');
});

test('a change is a proposal that takes the place of the schedule when it is approved', async () => {
  const schedule = await made(body({ missed: 'skip' }));
  const approval = await rig.read(`/api/schedules/${schedule.id}`, Approval, {
    method: 'PATCH',
    json: { scheduleExpr: 'every day at 8' },
    status: 202,
  });
  expect(approval.params).toMatchObject({ name: schedule.name, replaces: schedule.id, missed: 'skip', schedule_expr: '0 8 * * *' });
  expect(approval.threadId).toBe(schedule.threadId);
  await carryOut(approval);
  expect(await rig.read(`/api/schedules/${schedule.id}`, Schedule)).toMatchObject({ status: 'ended', nextAt: null });
  const { items } = await rig.read('/api/schedules?limit=200', page(Schedule));
  expect(items.find((one) => one.name === schedule.name)).toMatchObject({ scheduleExpr: '0 8 * * *', action: { tool: 'send_message' } });
  expect(await rig.problem(`/api/schedules/${schedule.id}`, { as: rig.ownerKey, method: 'PATCH', json: {} })).toMatchObject({
    status: 404,
  });
});

test('a deletion is a proposal', async () => {
  const schedule = await made(body());
  const approval = await rig.read(`/api/schedules/${schedule.id}`, Approval, { method: 'DELETE', status: 202 });
  expect(approval.actionType).toBe('delete_schedule');
  expect((await rig.read(`/api/schedules/${schedule.id}`, Schedule)).status).toBe('active');
  await carryOut(approval);
  expect((await rig.read(`/api/schedules/${schedule.id}`, Schedule)).status).toBe('ended');
});

test('an operator pauses at once, and letting go takes an approver', async () => {
  const schedule = await made(body());
  const operator = await rig.keyOf(await rig.person(unique(), 'operator'));
  const at = (verb: string) => `/api/schedules/${schedule.id}/${verb}`;
  expect(await rig.read(at('pause'), Schedule, { as: operator, json: {} })).toMatchObject({ status: 'paused' });
  expect(await rig.problem(at('pause'), { as: operator, json: {} })).toMatchObject({ status: 409, code: 'wrong_state' });
  expect(await rig.problem(at('resume'), { as: operator, json: {} })).toMatchObject({ status: 403 });
  expect(await rig.read(at('resume'), Schedule, { json: {} })).toMatchObject({ status: 'active' });
});

const Ran = z.object({ threadId: z.string(), approval: Approval.nullable() });

test('once more is a card of its own that waits for approval', async () => {
  const schedule = await made(body());
  const { approval, threadId } = await rig.read(`/api/schedules/${schedule.id}/run`, Ran, { json: {}, status: 202 });
  expect(threadId).toBe(schedule.threadId);
  expect(approval).toMatchObject({ actionType: 'send_message', params: POST, status: 'proposed' });
});

test('instructions are read at once when they are run once more', async () => {
  const { action: _, ...json } = body({ instructions: 'create a task for the numbers' });
  const schedule = await made(json);
  const before = Date.now();
  expect((await rig.read(`/api/schedules/${schedule.id}/run`, Ran, { json: {}, status: 202 })).approval).toBeNull();
  const { nextAt } = await rig.read(`/api/schedules/${schedule.id}`, Schedule);
  expect(Math.abs(new Date(nextAt ?? 0).getTime() - before)).toBeLessThan(60_000);
});

test('a schedule that is not there is a 404 on every route', async () => {
  const id = '00000000-0000-4000-8000-000000000000';
  for (const [method, path] of [
    ['GET', id],
    ['DELETE', id],
    ['POST', `${id}/pause`],
    ['POST', `${id}/resume`],
    ['POST', `${id}/run`],
    ['GET', 'not-an-id'],
  ] as const)
    expect(
      await rig.problem(`/api/schedules/${path}`, { as: rig.ownerKey, method, ...(method === 'POST' ? { json: {} } : {}) }),
    ).toMatchObject({
      status: 404,
      code: 'schedule_missing',
    });
});
