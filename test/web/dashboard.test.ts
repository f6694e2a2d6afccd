import { afterAll, beforeAll, expect, test } from 'vitest';
import { dashboard } from '../../src/bot/commands/dashboard.ts';
import { addUpHours } from '../../src/db/hours.ts';
import { settle } from '../../src/dispatch/after.ts';
import { DashboardSeries, DashboardStats } from '../../src/web/dashboard-schemas.ts';
import { Metrics } from '../../src/web/metrics-schemas.ts';
import { THREAD } from '../dispatch/rig.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let stop: () => Promise<void>;
beforeAll(async () => {
  rig = await createWebRig({ solo: true });
  const { pump, worker } = await rig.work();
  stop = async () => {
    await pump.stop(5000);
    await worker.stop();
  };
});
afterAll(async () => {
  await stop();
  await rig.stop();
});

/** As a page asks that has just heard of something, which rows that a test writes by itself do not tell. */
const stats = () => {
  rig.signals.tell('wilco_events');
  return rig.read('/api/dashboard/stats', DashboardStats);
};
const series = (range: string) => {
  rig.signals.tell('wilco_events');
  return rig.read(`/api/dashboard/series?range=${range}`, DashboardSeries);
};

/** Proposes, approves and waits for the end. */
const run = async (text: string, cents: number, tool = 'note_unsafe'): Promise<string> => {
  const card = await rig.proposed(rig.owner, { text, cents }, tool);
  await rig.approve(rig.owner, card);
  await rig.settled(card.id);
  return card.id;
};

test('what waits, ran and was spent is counted as it happened', async () => {
  const before = await stats();
  expect(before).toMatchObject({ approvals: { waiting: 0, oldestAt: null }, runsToday: { success: 0, successRate: null } });
  const waiting = await rig.proposed(rig.owner, { text: 'wait for me', cents: 5 });
  await run('fine', 25);
  await run('refused', 40);
  const now = await stats();
  expect(now.approvals).toMatchObject({
    waiting: 1,
    unsettled: 0,
    items: [{ id: waiting.id, title: 'Send a note', target: 'the notebook' }],
  });
  expect(now.runsToday).toMatchObject({ success: 1, failed: 1, killed: 0, skipped: 0, running: 0, successRate: 0.5 });
  // What was provably not done cost nothing, whatever it was expected to.
  expect(now.cost).toEqual({ todayUsd: 0.25, modelsTodayUsd: 0, reservedUsd: 0, last7dUsd: 0.25, last30dUsd: 0.25, dailyLimitUsd: null });
  expect(now.recentRuns.map(({ result, status, costUsd }) => ({ result, status, costUsd }))).toEqual([
    { result: 'failed', status: 'failed', costUsd: 0 },
    { result: 'success', status: 'executed', costUsd: 0.25 },
  ]);
  expect(now.workers).toBe(1);
});

test('an outcome that nobody can tell counts as spent until somebody says that it did not happen', async () => {
  const before = (await stats()).cost.todayUsd;
  const id = await run('lost', 30);
  const unknown = await stats();
  expect(unknown.approvals.unsettled).toBe(1);
  expect(unknown.cost.todayUsd).toBeCloseTo(before + 0.3);
  expect((await settle(rig.heart, rig.owner, { proposalId: id, outcome: 'failed' })).ok).toBe(true);
  expect((await stats()).cost.todayUsd).toBeCloseTo(before);
});

test('calls of models count as spent, by their tokens and their outcome', async () => {
  const before = (await stats()).cost.todayUsd;
  await rig.sql(`insert into wilco.model_calls (project_id, provider, model, outcome, input_tokens, cache_read_tokens, output_tokens, cost_micros, duration_ms)
    values ('default', 'anthropic', 'a', 'ok', 100, 900, 50, 20000, 10), ('default', 'anthropic', 'a', 'overloaded', 0, 0, 0, 0, 10)`);
  const now = await stats();
  expect(now.modelsToday).toEqual({ calls: 2, failed: 1, inputTokens: 1000, outputTokens: 50, costUsd: 0.02 });
  expect(now.cost.todayUsd).toBeCloseTo(before + 0.02);
  expect(now.cost.modelsTodayUsd).toBeCloseTo(0.02);
});

test('the outbox counts e-mails by where they stand, and nothing else', async () => {
  const row = (state: string) => `('default', '${THREAD}', 'send_email', '${state}', 'person:x', 'h${state}', 'Owner')`;
  const states = ['proposed', 'approved', 'executed', 'executed', 'rejected', 'void'];
  await rig.tamper(
    `insert into wilco.proposals (project_id, thread_id, tool, state, requester, input_hash, proposed_by_name) values ${states.map(row).join(', ')}`,
  );
  const outbox = { queued: 1, approved: 1, sent: 2, rejected: 1 };
  expect((await stats()).outbox).toEqual(outbox);
  expect((await rig.read('/admin/metrics', Metrics)).outbox).toEqual(outbox);
  const scraped = await (await rig.ask('/metrics', { as: rig.ownerKey })).text();
  expect(scraped).toContain('wilco_outbox{state="sent"} 2');
  await rig.tamper(`delete from wilco.proposals where tool = 'send_email'`);
});

test('the page, the metrics and the command tell the same numbers', async () => {
  const [page, metrics] = await Promise.all([stats(), rig.read('/admin/metrics', Metrics)]);
  expect(metrics.cost).toEqual(page.cost);
  expect(metrics.queue.waiting).toBe(page.approvals.waiting);
  expect(metrics.runs.success).toBe(page.runsToday.success);
  const card = await dashboard({ ...rig.deps, tools: rig.deps.tools }).run({}, rig.owner, { threadId: THREAD });
  if (!card.ok) throw new Error(card.error.code);
  const fact = (label: string) => card.value.facts.find((one) => one.label === label)?.value;
  expect(fact('Waiting')).toMatch(`${page.approvals.waiting} for a decision`);
  expect(fact('Runs today')).toMatch(`${page.runsToday.success} succeeded, ${page.runsToday.failed} failed`);
  expect(fact('Spent today')).toMatch(`$${page.cost.todayUsd.toFixed(2)}`);
});

test.for([
  { range: '24h', count: 24, seconds: 3600 },
  { range: '7d', count: 28, seconds: 21_600 },
  { range: '30d', count: 30, seconds: 86_400 },
])('the chart of $range has $count equal pieces without a gap, the last of them now', async ({ range, count, seconds }) => {
  const { buckets, bucketSeconds } = await series(range);
  const starts = buckets.map(({ at }) => Date.parse(at) / 1000);
  expect(bucketSeconds).toBe(seconds);
  expect(starts).toHaveLength(count);
  expect(starts.slice(1).every((start, at) => start - (starts[at] ?? 0) === seconds)).toBe(true);
  const last = starts.at(-1) ?? 0;
  expect(Date.now() / 1000 - last).toBeLessThan(seconds);
  const { runsToday, cost } = await stats();
  const sum = (of: (bucket: (typeof buckets)[number]) => number) => buckets.reduce((total, bucket) => total + of(bucket), 0);
  expect(sum(({ success }) => success)).toBe(runsToday.success);
  expect(sum(({ actionsUsd, modelsUsd }) => actionsUsd + modelsUsd)).toBeCloseTo(cost.last30dUsd);
});

test('hours that ended are added up once, tell the same as before, and are counted anew when one of their runs changes', async () => {
  const id = await run('long ago', 100);
  await rig.tamper(`update wilco.runs set started_at = now() - interval '3 hours' where proposal_id = $1`, [id]);
  await rig.tamper(`update wilco.model_calls set at = now() - interval '26 hours'`);
  const counted = await series('7d');
  const added = await addUpHours(rig.database, 'default');
  expect(added).toBeGreaterThan(20);
  expect(await addUpHours(rig.database, 'default')).toBe(0);
  expect(await series('7d')).toEqual(counted);
  const before = (await stats()).cost.last7dUsd;
  // As a person does who says, hours later, that it did not happen after all.
  await rig.sql(`update wilco.runs set result = 'failed', cost_micros = 0 where proposal_id = '${id}'`);
  expect((await stats()).cost.last7dUsd).toBeCloseTo(before - 1);
  expect(await addUpHours(rig.database, 'default')).toBe(1);
  expect((await stats()).cost.last7dUsd).toBeCloseTo(before - 1);
});

test('a connection that nobody looked at lately is unknown, with the time when it was last well', async () => {
  await rig.sql(`insert into wilco.connections (name, ok, detail, checked_at, ok_at) values
    ('model', true, 'Answers.', now(), now()), ('smtp', false, 'It refuses the password.', now(), now() - interval '1 hour'), ('old', true, 'Well.', now() - interval '91 seconds', now() - interval '91 seconds')`);
  const found = new Map((await stats()).connections.map((one) => [one.name, one]));
  expect(found.get('database')).toMatchObject({ state: 'ok' });
  expect(found.get('workers')).toMatchObject({ state: 'ok' });
  expect(found.get('model')).toMatchObject({ state: 'ok', detail: 'Answers.' });
  expect(found.get('smtp')).toMatchObject({ state: 'down', detail: 'It refuses the password.' });
  expect(found.get('old')).toMatchObject({ state: 'unknown' });
  expect(found.get('old')?.okAt).not.toBeNull();
});

test('what is scheduled stands in the order in which it comes', async () => {
  const { id } = await rig.proposed(rig.owner, { text: 'the schedule of this' });
  const row = (name: string, hours: number, state: string) =>
    `('default', '${name}', '0 9 * * *', 'UTC', 'note_unsafe', '${THREAD}', '${id}', '${state}', now() + interval '${hours} hours')`;
  await rig.sql(`insert into wilco.schedules (project_id, name, pattern, time_zone, tool, thread_id, proposal_id, state, next_at)
    values ${[row('later', 9, 'active'), row('sooner', 2, 'active'), row('held', 1, 'paused')].join(', ')}`);
  expect((await stats()).next.map(({ name, title }) => ({ name, title }))).toEqual([
    { name: 'sooner', title: 'Send a note' },
    { name: 'later', title: 'Send a note' },
  ]);
});
