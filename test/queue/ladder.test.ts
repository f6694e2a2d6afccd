import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { tellPeople } from '../../src/dispatch/notices.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { readStanding } from '../../src/dispatch/standing.ts';
import { watchLadders } from '../../src/queue/ladder-watch.ts';
import { createRig, type Rig, unique } from '../dispatch/rig.ts';

let rig: Rig;
let admin: Actor;
const rigs: Rig[] = [];
beforeEach(async () => {
  rig = await createRig({ solo: false });
  rigs.push(rig);
  admin = await rig.person('Admin', 'admin');
});
afterAll(async () => {
  for (const one of rigs) await one.stop();
});

const LADDER = {
  ladder: [
    { afterMinutes: 10, to: 'approvers' as const },
    { afterMinutes: 60, to: 'admins' as const },
    { afterMinutes: 90, to: { group: 'finance' } },
  ],
};
/** A watch of its own process, whose clock stands so many minutes after now. */
const watchAt = (minutes: number) =>
  watchLadders({ ...rig, projectId: 'default', log: rig.heart.log, now: () => new Date(Date.now() + minutes * 60_000) });
const climbAt = async (minutes: number, watches = 1): Promise<number> => {
  const all = Array.from({ length: watches }, () => watchAt(minutes));
  const climbed = await Promise.all(all.map((one) => one.look()));
  await Promise.all(all.map((one) => one.stop()));
  return climbed.reduce((a, b) => a + b, 0);
};
const told = async (id: string) =>
  (
    await rig.sql<{ rung: string }>(
      `select data ->> 'rung' as rung from wilco.events where kind = 'proposal.escalated' and proposal_id = '${id}' order by id`,
    )
  ).map(({ rung }) => rung);
const factOf = async (id: string) => {
  const standing = await readStanding(rig.database.db, 'default', id);
  return standing && proposalCard(standing, undefined).facts.find(({ label }) => label === 'Nobody decided, so told')?.value;
};

test('[silence] each rung is climbed once, by however many processes and starts, and decides nothing', async () => {
  await rig.policy(LADDER);
  const card = await rig.proposed(admin, { text: unique() });
  await climbAt(5, 2);
  expect(await told(card.id)).toEqual([]);
  await climbAt(11, 3);
  await climbAt(12, 2);
  expect(await told(card.id)).toEqual(['approvers']);
  await climbAt(61, 3);
  expect(await told(card.id)).toEqual(['approvers', 'admins']);
  expect(await factOf(card.id)).toBe('approvers, admins');
  expect(await rig.stateOf(card.id)).toBe('proposed');
  expect(await rig.sql(`select 1 from wilco.decisions where proposal_id = '${card.id}'`)).toEqual([]);
  const lines = await rig.sql<{ text: string }>(
    `select text from wilco.messages where text like 'Nobody has decided%' order by created_at`,
  );
  expect(lines.map(({ text }) => text)).toEqual([
    'Nobody has decided this yet. Told the approvers.',
    'Nobody has decided this yet. Told the admins.',
  ]);
});

test('[silence] whom a rung means finds it in their inbox once, until the card is decided', async () => {
  await rig.sql(`insert into wilco.groups (project_id, key, name) values ('default', 'finance', 'finance')`);
  await rig.policy({ ladder: [{ afterMinutes: 1, to: { group: 'finance' } }] });
  const viewer = await rig.person('Fin', 'viewer');
  await rig.sql(`insert into wilco.group_members values ('default', 'finance', '${viewer.personId}')`);
  const card = await rig.proposed(admin, { text: unique() });
  await climbAt(2);
  const inbox = () =>
    rig.sql<{ thing: string; settled: boolean }>(
      `select thing, settled_at is not null as settled from wilco.notifications where person_id = '${viewer.personId}'`,
    );
  const at = { db: rig.database.db, projectId: 'default' };
  await tellPeople(at, 'all');
  await tellPeople(at, 'all');
  const thing = `escalation:${card.id}:1:group:finance`;
  expect(await inbox()).toEqual([{ thing, settled: false }]);
  await rig.approve(rig.owner, card);
  await tellPeople(at, [{ cursor: '', kind: 'proposal.approved', proposalId: card.id, data: {} } as never]);
  expect(await inbox()).toEqual([{ thing, settled: true }]);
});

test('[silence] what was edited climbs anew, and what was decided or killed climbs no further', async () => {
  await rig.policy(LADDER);
  const card = await rig.proposed(admin, { text: unique() });
  await climbAt(11);
  await revise(rig.heart, rig.owner, { proposalId: card.id, revision: 1, input: { text: unique() } });
  expect(await factOf(card.id)).toBeUndefined();
  await climbAt(12);
  expect(await told(card.id)).toEqual(['approvers', 'approvers']);
  const other = await rig.proposed(admin, { text: unique() });
  await rig.approve(rig.owner, other);
  await climbAt(200);
  expect(await told(other.id)).toEqual([]);
  expect(await told(card.id)).toEqual(['approvers', 'approvers', 'admins', 'group:finance']);
});

test('[silence] nobody is told in quiet hours, and everybody is when they end', async () => {
  const now = new Date();
  const clock = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString().slice(11, 16);
  await rig.policy({ ladder: [{ afterMinutes: 1, to: 'approvers' }], quietHours: { from: clock(-60), to: clock(120) } });
  const card = await rig.proposed(admin, { text: unique() });
  await climbAt(30);
  expect(await told(card.id)).toEqual([]);
  await climbAt(121);
  expect(await told(card.id)).toEqual(['approvers']);
});
