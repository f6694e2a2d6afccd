import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { ensureInstalled } from '../../src/db/install.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { isSealBehind, sealEvents, verifySeals } from '../../src/db/seal.ts';
import type { TestDatabase } from '../database.ts';
import { cleanUp, dataOf, kill, newHome, pidOf, processesOf, started } from '../db/embedded-home.ts';
import { createRig, effectsWithoutDecision, unique } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { SOAK } from '../soak.ts';

const CARDS = 150 * SOAK;
const TOOLS = ['note_unsafe', 'note_keyed', 'note_own'] as const;

afterAll(cleanUp);

/** A server of this test's own, which it may kill as it likes. */
const ownServer = async (home: string, options: { max?: number; onCommit?: () => void }): Promise<TestDatabase> => {
  const { url } = await started(home);
  await migrateDatabase(url);
  const database = openDatabase(url, { max: options.max ?? 12, onIdleError: () => undefined, ...options });
  const installed = await ensureInstalled(database, { ownerName: 'Owner', timeZone: 'UTC' });
  return { database, url, installed, drop: () => database.close() };
};

test('[lasting][once][outcome] while the database is killed and starts again and again, no decision is lost and no action doubled', {
  timeout: 300_000 * SOAK,
}, async () => {
  const home = await newHome();
  const rig = await createRig({ open: (options) => ownServer(home, options ?? {}), solo: true });
  rig.outside.before = () => sleep(Math.random() * 15);
  rig.outside.after = () => sleep(Math.random() * 15);
  const cards: { id: string; revision: number; digest: string; tool: (typeof TOOLS)[number] }[] = [];
  for (let at = 0; at < CARDS; at += 1) {
    const tool = TOOLS[at % 3] ?? 'note_unsafe';
    cards.push({ ...(await rig.proposed(rig.owner, { text: unique() }, tool)), tool });
  }
  await rig.work(8);

  let crashes = 0;
  let deciding = true;
  const crash = async () => {
    while (deciding || crashes < 3) {
      await sleep(300 + Math.random() * 1200);
      const postmaster = await pidOf(dataOf(home));
      // The server alone, or everything of it at once.
      await kill(...(crashes % 2 ? await processesOf(postmaster) : [postmaster]));
      expect((await started(home)).url).toBe(rig.url);
      crashes += 1;
    }
  };
  /** Presses until there is an answer, as a person would. What was answered with ok was acknowledged. */
  const acknowledged: string[] = [];
  const press = async (card: (typeof cards)[number]) => {
    for (;;) {
      const answer = await rig.approve(rig.owner, card).catch(() => undefined);
      if (answer?.ok) acknowledged.push(card.id);
      if (answer) return expect(answer.ok || answer.error.code).toBe(answer.ok || 'already_decided');
      await sleep(60);
    }
  };
  const crashing = crash();
  const waiting = [...cards];
  const decider = async () => {
    for (let card = waiting.pop(); card; card = waiting.pop()) {
      await press(card);
      await sleep(Math.random() * 250);
    }
  };
  await Promise.all(Array.from({ length: 8 }, decider));
  deciding = false;
  await crashing;

  const open = () => rig.sql(`select id from wilco.proposals where state in ('proposed', 'approved', 'executing')`).catch(() => ['?']);
  await eventually(async () => (await open()).length === 0);
  expect(await open()).toEqual([]);
  const found = await rig.sql<{ id: string; state: string; decisions: number; effects: number; notes: number }>(`
    select p.id, p.state, (select count(*)::int from wilco.decisions d where d.proposal_id = p.id) as decisions,
      (select count(*)::int from wilco.effects e where e.proposal_id = p.id) as effects, (select count(*)::int from notes where key like p.id || '%') as notes
    from wilco.proposals p`);
  const byId = new Map(found.map((row) => [row.id, row]));
  expect(acknowledged.filter((id) => byId.get(id)?.decisions !== 1)).toEqual([]);
  const wrong = cards.filter(({ id, tool }) => {
    const row = byId.get(id);
    const keys = rig.outside.calls.filter(({ key }) => key.startsWith(id)).map(({ key }) => key);
    if (row?.decisions !== 1 || row.effects !== 1) return true;
    if (tool === 'note_own') return row.state !== 'executed' || row.notes !== 1;
    if (tool === 'note_keyed') return row.state !== 'executed' || keys.length < 1 || new Set(keys).size !== 1;
    return row.state === 'executed' ? keys.length !== 1 : row.state !== 'unknown' || keys.length > 1;
  });
  expect(wrong.map(({ id, tool }) => ({ tool, ...byId.get(id) }))).toEqual([]);
  expect(await effectsWithoutDecision(rig)).toBe(0);
  while (await isSealBehind(rig.database.db)) await sealEvents(rig.database);
  expect((await verifySeals(rig.database.db)).broken).toBeNull();
  expect(crashes).toBeGreaterThanOrEqual(3);
  await rig.stop();
});
