import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { retry } from '../../src/dispatch/after.ts';
import { SOAK } from '../soak.ts';
import { atOnce, aWorker, createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

const DOLLAR = 1_000_000;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({ max: 20 });
});
afterEach(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  for (const table of ['budget_use', 'budget_promises', 'notifications']) await rig.sql(`delete from wilco.${table}`);
  // What one test spent is long past for the next.
  await rig.tamper(`update wilco.runs set started_at = started_at - interval '70 days'`);
  await rig.policy({});
});
afterAll(() => rig.stop());

const approved = async (input: object) => {
  const card = await rig.proposed(rig.owner, { text: unique(), ...input });
  expect(await rig.approve(rig.owner, card)).toMatchObject({ ok: true });
  return card;
};
/** As many approved proposals like this one as wanted, each with its revision and decision. */
const copies = async ({ id }: { id: string }, count: number): Promise<string[]> => {
  const made = await rig.sql<{ id: string }>(`
    with made as (
      insert into wilco.proposals (project_id, thread_id, tool, state, attempt, proposed_by, requester, input_hash, proposed_by_name)
      select project_id, thread_id, tool, state, attempt, proposed_by, requester, input_hash, proposed_by_name
      from wilco.proposals, generate_series(1, ${count}) where id = '${id}' returning id)
    select id from made`);
  for (const table of ['revisions', 'decisions']) {
    const fresh = table === 'decisions' ? ', id' : '';
    await rig.sql(`
      insert into wilco.${table} select (r).* from (
        select jsonb_populate_record(t, jsonb_build_object('proposal_id', p.id${fresh ? ", 'id', gen_random_uuid()" : ''})) as r
        from wilco.${table} t, wilco.proposals p where t.proposal_id = '${id}' and p.id <> t.proposal_id and p.state = 'approved'
          and p.input_hash = (select input_hash from wilco.proposals where id = '${id}')) copied`);
  }
  return made.map((row) => row.id);
};
const booked = async () =>
  (
    await rig.sql<{ reserved: number; spent: number }>(
      `select reserved_micros::int as reserved, spent_micros::int as spent from wilco.budget_use where spender = 'project' and length(period) = 10`,
    )
  )[0] ?? { reserved: 0, spent: 0 };

test('[budget] of hundreds at once against a limit for a tenth of them a tenth starts, and what is promised and spent never exceeds it', async () => {
  const count = 500 * SOAK;
  await rig.policy({ dailyLimitMicros: (count / 10) * DOLLAR });
  const ids = await copies(await approved({ cents: 100 }), count);
  const seen: number[] = [];
  let watching = true;
  const watch = (async () => {
    while (watching) {
      const { reserved, spent } = await booked();
      seen.push(reserved + spent);
      await sleep(3);
    }
  })();
  const called = rig.outside.calls.length;
  const came = await atOnce(ids, 100, (id) => rig.step(id));
  watching = false;
  await watch;
  expect(came.filter((one) => one === 'settled').length).toBe(count / 10);
  expect(came.filter((one) => one === 'over_budget').length).toBe(count - count / 10);
  expect(rig.outside.calls.length - called).toBe(count / 10);
  expect(Math.max(...seen)).toBeLessThanOrEqual((count / 10) * DOLLAR);
  expect(await booked()).toEqual({ reserved: 0, spent: (count / 10) * DOLLAR });
});

test('[budget][outcome] what provably did nothing gives its promise back; what nobody can tell is counted as spent', async () => {
  await rig.policy({ dailyLimitMicros: 10 * DOLLAR });
  const [refused, lost, fine] = [
    await approved({ text: 'refused', cents: 300 }),
    await approved({ text: 'lost', cents: 200 }),
    await approved({ cents: 100 }),
  ];
  for (const { id } of [refused, lost, fine]) await rig.step(id);
  expect(await booked()).toEqual({ reserved: 0, spent: 3 * DOLLAR });
});

test('[budget] what a worker left behind when it died stays promised, and is promised once when it is done anew', async () => {
  await rig.policy({ dailyLimitMicros: 10 * DOLLAR });
  const card = await rig.proposed(rig.owner, { text: unique(), cents: 400 }, 'note_keyed');
  await rig.approve(rig.owner, card);
  await new Promise<void>((resolve) => {
    rig.outside.after = () => {
      resolve();
      return new Promise(() => undefined);
    };
    void rig.step(card.id, { worker: aWorker() });
  });
  rig.outside.after = async () => undefined;
  expect(await booked()).toEqual({ reserved: 4 * DOLLAR, spent: 0 });
  expect(await rig.step(card.id)).toBe('settled');
  expect(await booked()).toEqual({ reserved: 0, spent: 4 * DOLLAR });
});

test('[budget][moves] what was over the limit failed without an effect and may be tried again when there is budget', async () => {
  await rig.policy({ dailyLimitMicros: DOLLAR });
  const card = await approved({ cents: 200 });
  expect(await rig.step(card.id)).toBe('over_budget');
  expect(await rig.stateOf(card.id)).toBe('failed');
  expect(await rig.sql(`select 1 from wilco.effects where proposal_id = '${card.id}'`)).toEqual([]);
  expect(await rig.sql(`select result, error_code from wilco.runs where proposal_id = '${card.id}'`)).toEqual([
    { result: 'skipped', error_code: 'over_budget' },
  ]);
  await rig.policy({ dailyLimitMicros: 2 * DOLLAR });
  expect(await retry(rig.heart, rig.owner, card.id)).toMatchObject({ ok: true });
  expect(await rig.step(card.id)).toBe('settled');
  expect(await booked()).toEqual({ reserved: 0, spent: 2 * DOLLAR });
});

test('[budget] without a limit nothing is booked, and what is free is never over', async () => {
  const card = await approved({ cents: 100 });
  expect(await rig.step(card.id)).toBe('settled');
  expect(await rig.sql('select 1 from wilco.budget_use')).toEqual([]);
  await rig.policy({ dailyLimitMicros: 0 });
  expect(await rig.step((await approved({ cents: 0 })).id)).toBe('settled');
  expect(await rig.step((await approved({ cents: 1 })).id)).toBe('over_budget');
});
