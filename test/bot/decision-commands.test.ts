import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRoster } from '../../src/agents/roster.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { messages } from '../../src/db/tables/talk.ts';
import { ensureThread } from '../../src/db/talk.ts';
import { newConversation } from '../../src/db/thread-id.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import type { Card } from '../../src/dispatch/card.ts';
import { acceptOffer } from '../../src/dispatch/offer.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { createTools } from '../../src/tools/registry.ts';
import { actorOf, createRig, effectsWithoutDecision, type Rig, unique } from '../dispatch/rig.ts';
import { fakeTools, type Outside } from '../fakes/tools.ts';

let rig: Rig;
let asks: Actor;
let ana: Actor;
let threadId: string;
let commands: ReturnType<typeof createCommands>;
const outside: Outside = { calls: [] };
beforeAll(async () => {
  const post = async () => ({ ok: true, value: { threadId: 't', messageId: 'm' } }) as const;
  const tools = [...createTools({ home: '/nowhere', post }), ...fakeTools(outside)];
  rig = await createRig({ solo: false, tools });
  const receive = { database: rig.database, enqueueRoute: async () => undefined, agents: createRoster(rig.database.db, []) };
  commands = createCommands({ heart: rig.heart, tools, health: () => Promise.reject(new Error('not asked here')), receive });
  asks = await rig.person('Asks', 'operator');
  ana = await rig.person('Ana', 'approver');
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

/** A conversation of its own, so that no test sees what another left. */
const newThread = async () => {
  threadId = newConversation();
  await rig.database.transaction(({ db }) => ensureThread(db, { id: threadId, projectId: 'default', create: true, title: 'Test' }));
  return threadId;
};
const wish = async (tool: string, input: object, by: Actor = asks) => {
  const made = await propose(rig.heart, by, { threadId, tool, input });
  if (!made.ok) throw new Error(`${made.error.code}: ${made.error.message}`);
  const [row] = await rig.sql<{ digest: string }>(
    `select digest from wilco.revisions where proposal_id = '${made.value.proposalId}' and revision = 1`,
  );
  return { id: made.value.proposalId, revision: 1, digest: row?.digest ?? '' };
};
const done = async (tool: string, input: object, by: Actor = asks) => {
  const card = await wish(tool, input, by);
  await rig.approve(by === rig.owner ? ana : rig.owner, card);
  await rig.step(card.id);
  return card;
};
const run = async (line: string, actor: Actor) => {
  const [, name, rest = ''] = /^\/([a-z-]+) ?(.*)$/s.exec(line) ?? [];
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Error(`no ${line}`);
  const args = command.args.safeParse(command.rest && rest !== '' ? { [command.rest]: rest } : {});
  if (!args.success) return { ok: false as const, error: { code: 'usage', message: args.error.issues.map((one) => one.message).join() } };
  return command.run(args.data, actor, { threadId });
};
const card = async (line: string, actor: Actor): Promise<Card> => {
  const answer = await run(line, actor);
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value;
};
const short = ({ id }: { id: string }) => id.slice(0, 8);

test('/undo takes back the last thing that this person had done in this conversation, then the one before', async () => {
  await newThread();
  const [first, second] = [unique(), unique()];
  await done('create_task', { title: first });
  await done('create_task', { title: second });
  await done('create_task', { title: unique() }, rig.owner);
  expect((await card('/undo', asks)).title).toBe(`Undoing “Create a task: ${second}”`);
  expect((await card('/undo', asks)).title).toBe(`Undoing “Create a task: ${first}”`);
  expect(await run('/undo', asks)).toMatchObject({ ok: false, error: { code: 'nothing_found' } });
  await newThread();
  expect(await run('/undo', rig.owner)).toMatchObject({ ok: false, error: { code: 'nothing_found' } });
});

test('/undo with an id takes back that one, and says when somebody else has to approve it', async () => {
  await newThread();
  const made = await done('create_task', { title: unique() });
  const answer = await card(`/undo ${short(made)}`, ana);
  expect(answer.notes.join()).toMatch(/Its card waits for somebody who may approve it/);
  expect((await card(`/undo ${made.id}`, asks)).notes.join()).toMatch(/on its way already/);
  for (const id of ['zzzz', 'abc', "' or 1=1", '00000000'])
    expect(await run(`/undo ${id}`, asks)).toMatchObject({ ok: false, error: { code: 'proposal_missing' } });
});

test('/retry attempts the only one that failed; where there are several it asks which', async () => {
  await newThread();
  expect(await run('/retry', ana)).toMatchObject({ ok: false, error: { code: 'nothing_found' } });
  const failed = await done('note_unsafe', { text: 'refused' });
  expect(await run('/retry', asks)).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  expect((await card('/retry', ana)).title).toBe('Trying “Send a note: the notebook” again');
  expect(await rig.stateOf(failed.id)).toBe('approved');
  await rig.step(failed.id);
  const other = await done('note_keyed', { text: 'refused' });
  const which = await card('/retry', ana);
  expect(which.title).toBe('Which one do you mean?');
  expect(which.actions.map((action) => action.label).sort()).toEqual([`/retry ${short(failed)}`, `/retry ${short(other)}`].sort());
  expect(await rig.stateOf(other.id)).toBe('failed');
  expect((await card(`/retry ${short(other)}`, ana)).title).toMatch(/Put a note/);
  expect(await rig.stateOf(failed.id)).toBe('failed');
});

test.each([
  ['happened', 'executed'],
  ['not', 'failed'],
  ['it did not happen', 'failed'],
  ['leave', 'unknown'],
])('/settle %s leaves it %s', async (said, state) => {
  await newThread();
  const lost = await done('note_unsafe', { text: 'lost' });
  expect(await rig.stateOf(lost.id)).toBe('unknown');
  expect(await run(`/settle ${said}`, asks)).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  await card(`/settle ${said} ${short(lost)}`, ana);
  expect(await rig.stateOf(lost.id)).toBe(state);
});

test('/settle wants one of its three words, and finds nothing where nothing is unsettled', async () => {
  await newThread();
  for (const said of ['', ' maybe', ' happened yesterday', ' constructor'])
    expect(await run(`/settle${said}`, ana)).toMatchObject({ ok: false, error: { code: 'usage' } });
  expect(await run('/settle happened', ana)).toMatchObject({ ok: false, error: { code: 'nothing_found' } });
});

const clear = () => rig.sql(`update wilco.proposals set state = 'void' where state = 'proposed'`);
const offerOf = (list: Card): string => {
  const [action] = list.actions;
  return action?.verb === 'bulk' ? action.offer : '';
};
/** The card as the thread keeps it. */
const post = async (list: Card) => rig.database.db.insert(messages).values({ threadId, authorKind: 'wilco', text: '', card: list });

test('/approve-safe lists exactly what is of low risk and this person may approve, and decides nothing', async () => {
  await clear();
  await newThread();
  const title = unique();
  const low = await wish('create_task', { title, priority: 3 });
  await wish('create_task', { title: unique(), priority: 9 });
  await wish('create_task', { title: unique() }, ana);
  await wish('create_task', { title: unique(), description: 'x'.repeat(301) });
  const list = await card('/approve-safe', ana);
  expect(list.table?.rows.map((row) => row.proposalId)).toEqual([low.id]);
  expect(list.table?.rows[0]?.cells).toEqual([
    'Create a task',
    title,
    `Title "${title}", Description "", Priority "3"`,
    'Low',
    'Asks',
    low.digest.slice(0, 12),
  ]);
  expect(list.actions).toMatchObject([{ verb: 'bulk', label: 'Approve this one' }]);
  expect(list.notes.join()).toMatch(/1 more is too long for a list/);
  expect(await rig.stateOf(low.id)).toBe('proposed');
  expect(JSON.stringify(list)).not.toContain(low.digest);
});

test('the press approves exactly what was listed, each with what was on show; what changed is refused and does not hold up the others', async () => {
  await clear();
  await newThread();
  const [keeps, edited, gone] = [
    await wish('create_task', { title: unique() }),
    await wish('create_task', { title: unique() }),
    await wish('create_task', { title: unique() }),
  ];
  const list = await card('/approve-safe', ana);
  await post(list);
  expect(list.actions[0]?.label).toBe('Approve these 3');
  const late = await wish('create_task', { title: unique() });
  await revise(rig.heart, asks, { proposalId: edited.id, revision: 1, input: { title: unique() } });
  await rig.approve(rig.owner, gone);
  const accepted = await acceptOffer(rig.heart, ana, offerOf(list));
  if (!accepted.ok) throw new Error(accepted.error.code);
  expect(accepted.value.became.map(({ id, problem }) => ({ id, code: problem?.code ?? null }))).toEqual([
    { id: keeps.id, code: null },
    { id: edited.id, code: 'stale_revision' },
    { id: gone.id, code: 'already_decided' },
  ]);
  expect(await Promise.all([keeps, edited, late].map(({ id }) => rig.stateOf(id)))).toEqual(['approved', 'proposed', 'proposed']);
  const [kept] = await rig.sql<{ card: Card }>(`select card from wilco.messages where thread_id = '${threadId}' and card is not null`);
  expect(kept?.card).toMatchObject({ title: 'You approved 1 of 3', actions: [] });
  expect(kept?.card.table?.rows).toHaveLength(3);
  expect(await acceptOffer(rig.heart, ana, offerOf(list))).toMatchObject({ error: { code: 'offer_taken' } });
});

test('a list is for whom it was made, and for nobody else', async () => {
  await clear();
  await newThread();
  const made = await wish('create_task', { title: unique() });
  const offer = offerOf(await card('/approve-safe', ana));
  const others = [rig.owner, asks, actorOf(null, 'owner'), { ...ana, projectId: 'other' }];
  for (const actor of others) expect(await acceptOffer(rig.heart, actor, offer)).toMatchObject({ error: { code: 'offer_missing' } });
  for (const id of ['', 'x', unique()]) expect(await acceptOffer(rig.heart, ana, id)).toMatchObject({ error: { code: 'offer_missing' } });
  expect(await rig.stateOf(made.id)).toBe('proposed');
});

test('a list that was made before a right was taken away approves nothing', async () => {
  await clear();
  await newThread();
  const bob = await rig.person('Bob', 'approver');
  const made = await wish('create_task', { title: unique() });
  const offer = offerOf(await card('/approve-safe', bob));
  await rig.sql(`update wilco.members set role = 'operator' where person_id = '${bob.personId}'`);
  expect(await acceptOffer(rig.heart, bob, offer)).toMatchObject({ value: { became: [{ problem: { code: 'not_an_approver' } }] } });
  expect(await rig.stateOf(made.id)).toBe('proposed');
});

test('of ten presses on one list at once, one is taken', async () => {
  await clear();
  await newThread();
  await wish('create_task', { title: unique() });
  const offer = offerOf(await card('/approve-safe', ana));
  const presses = await Promise.all(Array.from({ length: 10 }, () => acceptOffer(rig.heart, ana, offer)));
  expect(presses.filter((one) => one.ok)).toHaveLength(1);
});

test('/approve-safe offers nothing to whoever may approve nothing', async () => {
  await clear();
  await newThread();
  await wish('create_task', { title: unique() });
  for (const actor of [asks, await rig.person('Viewer', 'viewer')]) {
    const list = await card('/approve-safe', actor);
    expect(list).toMatchObject({ title: 'Nothing of low risk waits for you', actions: [] });
  }
  expect(await run('/approve-safe', actorOf(null, 'owner'))).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
});

test('/docs lists what there is, and shows one whole with its versions', async () => {
  await newThread();
  expect((await card('/docs', asks)).title).toBe('No documents yet');
  await done('edit_doc', { doc_type: 'mission', content: 'Help.' });
  await done('edit_doc', { doc_type: 'mission', mode: 'append', content: 'Always.' });
  await done('edit_doc', { doc_type: 'mission', agent_key: 'scribe', content: 'Write.' });
  const all = await card('/docs', asks);
  expect(all.table?.rows.map(({ cells }) => cells.slice(0, 2))).toEqual([
    ['mission of scribe', '1'],
    ['mission', '2'],
  ]);
  const one = await card('/docs mission', asks);
  expect(one).toMatchObject({ title: 'mission, version 2', arguments: [{ value: 'Help.\nAlways.', block: true }] });
  expect(one.table?.rows.map(({ cells }) => [cells[0], cells[2]])).toEqual([
    ['2', 'Asks'],
    ['1', 'Asks'],
  ]);
  expect((await card('/docs mission scribe', asks)).arguments[0]?.value).toBe('Write.');
  expect(await run('/docs nothing', asks)).toMatchObject({ ok: false, error: { code: 'document_missing' } });
});

test('/approvals shows the beginning of each id, as the commands take it', async () => {
  await clear();
  await newThread();
  const made = await wish('create_task', { title: unique() });
  expect((await card('/approvals', asks)).table?.rows.find((row) => row.proposalId === made.id)?.cells.at(-1)).toBe(short(made));
});

test('outside the room, the card of what is undone and a list that was taken are sent anew', async () => {
  await clear();
  threadId = 'slack:T1-C1:1700000000.000100';
  await rig.sql(
    `insert into wilco.threads (id, project_id, surface, channel, title) values ('${threadId}', 'default', 'slack', 'T1-C1', '')`,
  );
  const desired = async (where: string) =>
    (
      await rig.sql<{ desired: number }>(
        `select d.desired from wilco.deliveries d join wilco.messages m on m.id = d.message_id where ${where}`,
      )
    )[0]?.desired ?? 0;
  const made = await done('create_task', { title: unique() });
  const before = await desired(`m.proposal_id = '${made.id}'`);
  await card('/undo', asks);
  expect(await desired(`m.proposal_id = '${made.id}'`)).toBeGreaterThan(before);
  await clear();
  await wish('create_task', { title: unique() });
  const list = await card('/approve-safe', ana);
  await post(list);
  expect(await desired('m.card is not null')).toBe(1);
  expect(await acceptOffer(rig.heart, ana, offerOf(list))).toMatchObject({ ok: true });
  expect(await desired('m.card is not null')).toBe(2);
});
