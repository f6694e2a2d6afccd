import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebRig, type WebRig } from '../web/rig.ts';
import { read, rows, section, sorted } from './documents.ts';

let rig: WebRig;
let text: string;
beforeAll(async () => {
  rig = await createWebRig({ solo: true });
  await rig.policy({ dailyLimitMicros: 5_000_000 });
  await rig.sql(`insert into wilco.model_calls (project_id, provider, model, outcome, input_tokens, cache_read_tokens, output_tokens, cost_micros, duration_ms)
    select 'default', 'fake', 'm-1', case when i = 1 then 'timeout' else 'ok' end, 10, 5, 2, 1500000, 250 from generate_series(1, 4) i`);
  const card = await rig.proposed(rig.owner, { text: 'x' });
  await rig.approve(rig.owner, card);
  await rig.ask('/metrics', { as: rig.ownerKey });
  text = await (await rig.ask('/metrics', { as: rig.ownerKey })).text();
});
afterAll(() => rig.stop());

const guide = section(read('docs/guides/operations.md'), '### Figures for Prometheus');

test('every figure is documented with its labels, and every documented one is there', () => {
  const named = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name);
  const documented = rows(guide).map(([name = '', labels = '']) => ({
    name,
    labels: labels.match(/\w+/g) ?? [],
  }));
  expect(sorted(documented.map(({ name }) => name))).toEqual(sorted(named));
  for (const { name, labels } of documented) {
    const found = new RegExp(`^${name}(?:_count)?(?:\\{([^}]*)\\})? `, 'm').exec(text)?.[1] ?? '';
    expect({ name, labels: [...found.matchAll(/(\w+)="/g)].map(([, label]) => label) }).toEqual({ name, labels });
  }
});

test('the alert rules name figures that there are', () => {
  const used = [...guide.matchAll(/\bwilco_\w+/g)].map(([name]) => name);
  expect(used.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
});

test('the figures are what the tables say', () => {
  for (const line of [
    'wilco_model_calls_total{provider="fake",model="m-1",outcome="ok"} 3',
    'wilco_model_calls_total{provider="fake",model="m-1",outcome="timeout"} 1',
    'wilco_model_seconds_total{provider="fake",model="m-1",outcome="ok"} 0.75',
    'wilco_model_cost_dollars_total{provider="fake",model="m-1",outcome="ok"} 4.5',
    'wilco_proposals{state="approved"} 1',
    'wilco_decisions_total{kind="approved"} 1',
    'wilco_switch{state="killed"} 0',
    'wilco_cost_daily_limit_dollars 5',
  ])
    expect(text).toContain(`${line}\n`);
  expect(text).toMatch(/wilco_model_tokens_total\{provider="fake",model="m-1",kind="input"\} [1-9]\d*/);
  expect(text).toMatch(/wilco_http_request_seconds_count\{method="GET",route="\/metrics",status="200"\} 1\n/);
  expect(Number(/^wilco_seal_lag_seconds (\S+)/m.exec(text)?.[1])).toBeGreaterThan(0);
  expect(Number(/^wilco_process_memory_bytes\{kind="resident"\} (\S+)/m.exec(text)?.[1])).toBeGreaterThan(1e7);
});
