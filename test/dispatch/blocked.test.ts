import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecretStore } from '../../src/db/secrets.ts';
import { lookAgain, lookAgainAtAll } from '../../src/dispatch/blocked.ts';
import type { Card } from '../../src/dispatch/card.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { readStanding } from '../../src/dispatch/standing.ts';
import { startHousekeeping } from '../../src/queue/housekeeping.ts';
import { allowHost } from '../../src/tools/allow-host.ts';
import { apiCall } from '../../src/tools/api-call.ts';
import { disallowHost } from '../../src/tools/disallow-host.ts';
import { createEgress } from '../../src/tools/egress/client.ts';
import { type FakeHttp, startFakeHttp } from '../fakes/http.ts';
import { createRig, type Rig, THREAD } from './rig.ts';

let rig: Rig;
let friend: FakeHttp;
const secrets = createSecretStore(randomBytes(32));
beforeAll(async () => {
  friend = await startFakeHttp();
  const call = apiCall({ egress: createEgress({ openPrivate: new Set([friend.place]) }), secrets });
  rig = await createRig({ tools: [call, allowHost, disallowHost] });
});
afterAll(async () => {
  await friend.stop();
  await rig.stop();
});

const cardOf = async (id: string): Promise<Card> => {
  const standing = await readStanding(rig.database.db, 'default', id);
  if (!standing) throw new Error('no card');
  return proposalCard(standing, rig.heart.tools.get(standing.proposal.tool));
};
const onShow = async (id: string) => {
  const { proposal } = await cardOf(id);
  if (!proposal) throw new Error('no proposal');
  return proposal;
};
const verbs = async (id: string) => (await cardOf(id)).actions.map(({ verb }) => verb);
/** Allowed, or not any more, by a card of its own that the owner approves. */
const decideHost = async (tool: 'allow_host' | 'disallow_host', host: string): Promise<void> => {
  const card = await rig.proposed(rig.owner, { host }, tool);
  expect((await rig.approve(rig.owner, card)).ok).toBe(true);
  expect(await rig.step(card.id)).toBe('settled');
  expect(await rig.stateOf(card.id)).toBe('executed');
};
const call = (path: string, more: object = {}) =>
  rig.proposed(rig.owner, { url: `http://${friend.place}/${path}`, method: 'POST', ...more }, 'api_call');

test('[blocked] a blocked card cannot be approved, recovers when the host is allowed, is approved then, and runs', async () => {
  const card = await call('first');
  const shown = await cardOf(card.id);
  expect(shown.status).toEqual({ label: 'Blocked', tone: 'warning' });
  expect(shown.notes[0]).toContain(`Requests to ${friend.place} are not allowed yet.`);
  expect(shown.actions.find(({ verb }) => verb === 'say')).toMatchObject({ text: `/allow_host ${friend.place}` });
  expect(await verbs(card.id)).toEqual(['say', 'reject', 'edit', 'withdraw']);
  expect(await rig.approve(rig.owner, card)).toMatchObject({
    ok: false,
    error: { code: 'blocked', message: expect.stringContaining('not allowed yet') },
  });
  expect(await rig.stateOf(card.id)).toBe('proposed');

  await decideHost('allow_host', friend.place);
  await lookAgainAtAll(rig.heart);
  expect(await verbs(card.id)).toEqual(['approve', 'reject', 'edit', 'withdraw']);
  const fresh = await onShow(card.id);
  expect(fresh).toMatchObject({ revision: 2, state: 'proposed' });
  expect(fresh.digest).not.toBe(card.digest);
  expect(await rig.approve(rig.owner, card)).toMatchObject({ ok: false, error: { code: 'stale_revision' } });
  expect(await rig.approve(rig.owner, { ...card, ...fresh })).toMatchObject({ ok: true, value: { state: 'approved' } });
  expect(await rig.step(card.id)).toBe('settled');
  expect(await rig.stateOf(card.id)).toBe('executed');
  expect(friend.heard.map(({ url }) => url)).toEqual(['/first']);
  await decideHost('disallow_host', friend.place);
});

test('[blocked] a press on a card that is free again shows it first, and approves nothing', async () => {
  const card = await call('second');
  await decideHost('allow_host', friend.place);
  expect(await rig.approve(rig.owner, card)).toMatchObject({
    ok: false,
    error: { code: 'stale_revision', message: expect.stringContaining('is gone') },
  });
  expect(await rig.stateOf(card.id)).toBe('proposed');
  expect(await onShow(card.id)).toMatchObject({ revision: 2 });
  await decideHost('disallow_host', friend.place);
});

test('[blocked] a host that is disallowed after the card was made blocks it at the decision, and after the decision at the start', async () => {
  await decideHost('allow_host', friend.place);
  const early = await call('third');
  const late = await call('fourth');
  expect((await rig.approve(rig.owner, late)).ok).toBe(true);
  await decideHost('disallow_host', friend.place);
  expect(await rig.approve(rig.owner, early)).toMatchObject({ ok: false, error: { code: 'blocked' } });
  expect(await verbs(early.id)).not.toContain('approve');
  const heard = friend.heard.length;
  expect(await rig.step(late.id)).toBe('blocked');
  expect(await rig.stateOf(late.id)).toBe('failed');
  expect(friend.heard).toHaveLength(heard);
  const [run] = await rig.sql<{ result: string }>(`select result from wilco.runs where proposal_id = '${late.id}'`);
  expect(run?.result).toBe('skipped');
});

test('[blocked] a secret that is set frees the card that waited for it by itself', async () => {
  await decideHost('allow_host', friend.place);
  const card = await call('fifth', { headers: 'authorization: Bearer secret:late' });
  expect((await cardOf(card.id)).notes[0]).toBe('The secret late has no value. An admin sets it with: npm run secret -- set late');
  const { database, heart, queue, signals } = rig;
  const housekeeping = startHousekeeping({ database, heart, queue, signals, log: heart.log });
  try {
    await secrets.set(database, { projectId: 'default', name: 'late', personId: null }, 'value-42');
    await expect.poll(() => verbs(card.id)).toContain('approve');
  } finally {
    await housekeeping.stop();
  }
  await decideHost('disallow_host', friend.place);
});

test('[blocked] what is still blocked for the same reason gets no new revision, and no look is taken under a kill', async () => {
  const card = await call('sixth');
  expect(await lookAgain(rig.heart, 'default', card.id)).toBe('same');
  expect(await onShow(card.id)).toMatchObject({ revision: 1 });
  await rig.sql(
    `insert into wilco.switches (project_id, killed) values ('default', true) on conflict (project_id) do update set killed = true`,
  );
  expect(await lookAgain(rig.heart, 'default', card.id)).toBe('same');
  await rig.sql(`update wilco.switches set killed = false`);
});

test('[blocked][own] looking again keeps whoever edited among those who asked', async () => {
  const solo = await rig.sql<{ solo: boolean }>('select solo from wilco.projects');
  await rig.sql('update wilco.projects set solo = false');
  const ada = await rig.person('Ada', 'approver');
  const card = await call('seventh');
  const edited = await revise(rig.heart, ada, {
    proposalId: card.id,
    revision: 1,
    input: { url: `http://${friend.place}/eighth`, method: 'POST' },
  });
  expect(edited.ok).toBe(true);
  await rig.policy({ allowedHosts: [friend.place] });
  expect(await lookAgain(rig.heart, 'default', card.id)).toBe('free');
  const fresh = await onShow(card.id);
  expect(fresh.revision).toBe(3);
  expect(await rig.approve(ada, { ...card, ...fresh })).toMatchObject({ ok: false, error: { code: 'self_approval' } });
  await rig.sql(`update wilco.projects set solo = ${solo[0]?.solo}`);
});

test('[power] allowing a host is for admins to ask and to approve', async () => {
  await rig.sql('update wilco.projects set solo = false');
  const olga = await rig.person('Olga', 'operator');
  const abe = await rig.person('Abe', 'approver');
  const adam = await rig.person('Adam', 'admin');
  const wish = { threadId: THREAD, tool: 'allow_host', input: { host: 'API.example.com.' } };
  expect(await propose(rig.heart, olga, wish)).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
  const card = await rig.proposed(adam, wish.input, 'allow_host');
  expect(await rig.approve(abe, card)).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  expect((await rig.approve(rig.owner, card)).ok).toBe(true);
  expect(await rig.step(card.id)).toBe('settled');
  const [row] = await rig.sql<{ hosts: string[] }>(
    `select document->'allowedHosts' as hosts from wilco.policies order by version desc limit 1`,
  );
  expect(row?.hosts).toContain('api.example.com');
});
