import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { lowerNow } from '../../src/dispatch/lower.ts';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { policyInForce } from '../../src/dispatch/propose.ts';
import { inNameOf, note, signedBy } from './agent-rig.ts';
import { atOnce, createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

let rig: Rig;
let asks: Actor;
let admin: Actor;
const TEAM = [{ key: 'qualifier', name: 'Qualifier', domain: 'sales', autonomy: 'autopilot' as const }];
beforeAll(async () => {
  rig = await createRig({ solo: false });
  asks = await rig.person('Asks', 'operator');
  admin = await rig.person('Signs', 'admin');
});
afterAll(() => rig.stop());

const lower = (actor: Actor, lowering: Parameters<typeof lowerNow>[1]['lowering']) => lowerNow(rig.heart, { actor, lowering, team: TEAM });
const policy = async () => (await policyInForce(rig.database.db, 'default')).document;

test('[autopilot][power] an operator lowers an agent, a domain or ends a rule at once, each as a version of the policy with its event', async () => {
  await rig.policy({ autopilot: [signedBy(admin)] });
  expect(await lower(asks, { scope: 'agent:qualifier', level: 'copilot' })).toMatchObject({ ok: true });
  expect(await lower(asks, { scope: 'domain:sales', level: 'manual' })).toMatchObject({ ok: true });
  expect(await lower(asks, { rule: 'qualifier-notes' })).toMatchObject({ ok: true });
  expect(await policy()).toMatchObject({ autopilot: [], autonomy: { agents: { qualifier: 'copilot' }, domains: { sales: 'manual' } } });
  const events = await rig.sql(`select person_id as person, data->>'atOnce' as at from wilco.events where kind = 'policy.changed'`);
  expect(events).toEqual(Array.from({ length: 3 }, () => ({ person: asks.personId, at: 'true' })));
});

test('[power] nothing is raised that way, and a viewer lowers nothing', async () => {
  await rig.policy({ autonomy: { agents: { qualifier: 'copilot' }, domains: {} } });
  const viewer = await rig.person('Reads', 'viewer');
  expect(await lower(asks, { scope: 'agent:qualifier', level: 'autopilot' })).toMatchObject({ error: { code: 'not_lower' } });
  expect(await lower(asks, { scope: 'agent:qualifier', level: 'copilot' })).toMatchObject({ error: { code: 'not_lower' } });
  expect(await lower(asks, { scope: 'agent:nobody', level: 'manual' })).toMatchObject({ error: { code: 'agent_missing' } });
  expect(await lower(asks, { rule: 'nothing' })).toMatchObject({ error: { code: 'rule_missing' } });
  expect(await lower({ ...viewer, role: 'owner' }, { scope: 'agent:qualifier', level: 'manual' })).toMatchObject({
    error: { code: 'not_allowed' },
  });
  expect((await policy()).autonomy.agents).toEqual({ qualifier: 'copilot' });
});

test('[autopilot] of what an agent decided by itself nothing starts after it was lowered, at whatever instant', async () => {
  for (let round = 0; round < 6; round++) {
    await rig.policy({ autopilot: [signedBy(admin)] });
    const made = await atOnce(Array.from({ length: 12 }, unique), 6, (text) => note(rig, inNameOf(asks), { text }));
    expect(made.every(({ proposal }) => proposal.state === 'approved')).toBe(true);
    const after = new Promise((resolve) => setTimeout(resolve, round * 8)).then(() =>
      lower(asks, { scope: 'agent:qualifier', level: 'copilot' }),
    );
    const came = await atOnce(made, 3, ({ proposal }) => rig.step(proposal.id));
    expect(await after).toMatchObject({ ok: true });
    for (const one of came) expect(['settled', 'drifted']).toContain(one);
    const late = await rig.sql(`select 1 from wilco.events s where s.kind = 'proposal.started'
      and s.xid > (select max(x.xid) from wilco.events x where x.data->>'atOnce' = 'true')`);
    expect(late).toEqual([]);
  }
  expect(await effectsWithoutDecision(rig)).toBe(0);
});

test('[autopilot][stop] a kill at random instants of proposals that act by themselves: nothing starts after it', async () => {
  await rig.policy({ autopilot: [signedBy(admin)] });
  for (let round = 0; round < 6; round++) {
    const kill = new Promise((resolve) => setTimeout(resolve, Math.random() * 60)).then(() =>
      throwSwitch(rig.heart, asks, { verb: 'kill', reason: null }),
    );
    await atOnce(Array.from({ length: 20 }, unique), 5, async (text) => {
      const made = await note(rig, inNameOf(asks), { text }).catch((error: Error) => error.message);
      if (typeof made !== 'string') await rig.step(made.proposal.id);
      else expect(made).toMatch(/^killed/);
    });
    await kill;
    const [killed] = await rig.sql<{
      n: number;
    }>(`select count(*)::int as n from wilco.events s where s.kind in ('proposal.started', 'proposal.autopilot')
      and s.xid > (select max(k.xid) from wilco.events k where k.kind = 'switch.killed')`);
    expect(killed?.n).toBe(0);
    expect(await rig.sql(`select 1 from wilco.proposals where state in ('approved', 'executing')`)).toEqual([]);
    await throwSwitch(rig.heart, rig.owner, { verb: 'unkill', reason: null });
  }
  expect(await effectsWithoutDecision(rig)).toBe(0);
});
