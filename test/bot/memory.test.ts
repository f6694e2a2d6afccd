import { afterAll, beforeAll, expect, test } from 'vitest';
import { postInRoom } from '../../src/bot/room/post.ts';
import type { View } from '../../src/bot/surface.ts';
import { createTools } from '../../src/tools/registry.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
beforeAll(async () => {
  rig = await createChatRig([...createTools({ home: '/nowhere', post: postInRoom })]);
  await rig.link('olga', await rig.person('Olga', 'operator'));
  await rig.link('vera', await rig.person('Vera', 'viewer'));
});
afterAll(() => rig.stop());

const textOf = (view: View): string => JSON.stringify([view.text, view.card]);
const says = async (who: string, text: string, expected: RegExp) => {
  const known = new Set(rig.fake.standing);
  await rig.says(who, text);
  return rig.until((view, at) => !known.has(at) && expected.test(textOf(view)));
};
const factRows = () =>
  rig.sql<{ id: string; text: string; agent_key: string | null }>('select id, text, agent_key from wilco.facts order by created_at');

test('what a person says is remembered at once, listed for everybody, and deleted by words that only it has', async () => {
  await says('olga', '/remember that invoices go to Maria', /Remembered/);
  await says('olga', '/remember @note-taker write short', /@note-taker/);
  await says('olga', '/remember Invoices go to Maria', /remembered already/);
  expect(await factRows()).toMatchObject([
    { text: 'invoices go to Maria', agent_key: null },
    { text: 'write short', agent_key: 'note-taker' },
  ]);
  const listed = await says('olga', '/facts note-taker', /Memory: 2 facts/);
  expect(textOf(listed.views.at(-1) as View)).toContain('invoices go to Maria');
  await says('olga', '/forget maria invoices', /Forgotten/);
  expect(await factRows()).toMatchObject([{ text: 'write short' }]);
});

test('[memory] what was deleted stands in no fact, no event and no list any more, on the surface either', async () => {
  await says('olga', '/remember the safe stands behind the zebra painting', /Remembered/);
  const list = await says('olga', '/facts', /zebra/);
  await says('olga', '/forget zebra', /Forgotten/);
  await rig.until((view, at) => at === list && /taken down/.test(textOf(view)));
  expect(textOf(list.views.at(-1) as View)).not.toContain('zebra');
  const { rows } = await rig.database.db.execute<{ n: number }>(
    `select (select count(*) from wilco.facts where text like '%zebra%') + (select count(*) from wilco.events where data::text like '%zebra%')
          + (select count(*) from wilco.messages where card::text like '%zebra%') as n`,
  );
  expect(Number(rows[0]?.n)).toBe(0);
});

test('a number or a word that several have deletes nothing, and shows which ones there are', async () => {
  await says('olga', '/remember the red door is locked', /Remembered/);
  await says('olga', '/remember the red car is sold', /Remembered/);
  const before = await factRows();
  await says('olga', '/forget red', /which one/);
  await says('olga', '/forget 1', /this one/);
  await says('olga', '/forget nothing of the kind', /not remembered here/);
  expect(await factRows()).toEqual(before);
  const one = before.at(-1);
  await says('olga', `/forget ${one?.id.slice(0, 8)}`, /Forgotten/);
  expect(await factRows()).toHaveLength(before.length - 1);
});

test('a secret, an unknown agent and whoever only reads are refused', async () => {
  const before = await factRows();
  await says('olga', '/remember the key is ghp_abcdefghijklmnopqrstuvwxyz0123456789', /looks like a secret/);
  await says('olga', '/remember @nobody be bold', /no agent nobody/);
  expect(JSON.stringify(await rig.says('vera', '/remember that I was here'))).toContain('role');
  expect(JSON.stringify(await rig.says('vera', '/forget red'))).toContain('role');
  expect(await factRows()).toEqual(before);
});

test('the same in a sentence is a proposal, which remembers when it is approved', async () => {
  await rig.link('owen', rig.owner);
  const card = await says('olga', 'remember that the office closes at six', /Remember a fact/);
  expect((await factRows()).some(({ text }) => text.includes('closes at six'))).toBe(false);
  const proposal = (card.views.at(-1) as View).card?.proposal;
  const approved = await rig.approve(rig.owner, { id: proposal?.id ?? '', revision: 1, digest: proposal?.digest ?? '' });
  expect(approved.ok).toBe(true);
  expect(await rig.settled(proposal?.id ?? '')).toBe('executed');
  expect((await factRows()).some(({ text }) => text === 'the office closes at six')).toBe(true);
});
