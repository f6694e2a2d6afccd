import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { createRoster, createTeam } from '../../src/agents/roster.ts';
import { postInRoom } from '../../src/bot/room/post.ts';
import type { View } from '../../src/bot/surface.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { policyInForce, propose } from '../../src/dispatch/propose.ts';
import { undo } from '../../src/dispatch/undo.ts';
import { createTools } from '../../src/tools/registry.ts';
import { inNameOf } from '../dispatch/agent-rig.ts';
import { effectsWithoutDecision, THREAD } from '../dispatch/rig.ts';
import type { Standing } from '../fakes/surface.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
let operator: Actor;
beforeAll(async () => {
  // The roster asks the database that the rig opens, and not before anybody asks it.
  const tools = createTools({
    home: '/nowhere',
    post: postInRoom,
    team: (projectId) => createTeam(createRoster(rig.database.db, AGENTS))(projectId),
  });
  rig = await createChatRig([...tools]);
  operator = await rig.person('Operates', 'operator');
  await rig.link('U1', rig.owner);
  await rig.link('U2', operator);
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const document = async () => (await policyInForce(rig.database.db, 'default')).document;
const title = ({ card }: View): string => card?.title ?? '';
const value = ({ card }: View, name: string): string | undefined => card?.arguments.find((one) => one.name === name)?.value;
const proposalOf = (on: Standing) => on.views.at(-1)?.card?.proposal;
const press = async (user: string, on: Standing, verb: 'approve') => {
  const card = proposalOf(on);
  if (!card) throw new Error('no card');
  await rig.presses(user, on, { verb, proposalId: card.id, revision: card.revision });
  await rig.settled(card.id);
};
const asAgent = (more = {}) => inNameOf(operator, { key: 'note-taker', name: 'Note-taker', domain: 'notes', autonomy: 'copilot', ...more });
const task = async (words: string) => {
  const made = await propose(rig.heart, asAgent(), { threadId: THREAD, tool: 'create_task', input: { title: words } });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.proposalId;
};

test('[autopilot] from words to work: a rule is signed, autonomy is raised, the agent acts, and an operator takes it back at once', async () => {
  await rig.says('U1', 'let the note-taker create tasks by itself');
  const card = await rig.until((view) => title(view) === 'Sign an autopilot rule' && value(view, 'agent') === 'note-taker');
  const view = card.views.at(-1);
  if (!view) throw new Error('no card');
  expect([value(view, 'actions'), value(view, 'risk_up_to')]).toEqual(['create_task', 'low']);
  expect(view.card?.changes).toContainEqual(expect.stringMatching(/^Inert until @note-taker is on autopilot/));
  await press('U1', card, 'approve');
  const [rule] = (await document()).autopilot;
  expect(rule).toMatchObject({ agent: 'note-taker', tools: ['create_task'], risks: ['low'], signedBy: rig.owner.personId });
  expect(rule?.id).toMatch(/^note-taker-[0-9a-f]{8}$/);

  const before = await task('before it was raised');
  expect(await rig.stateOf(before)).toBe('proposed');
  await rig.says('U1', '/autonomy note-taker autopilot');
  const raise = await rig.until((one) => title(one) === 'Set autonomy' && value(one, 'level') === 'autopilot');
  await press('U1', raise, 'approve');
  expect((await document()).autonomy.agents).toEqual({ 'note-taker': 'autopilot' });

  const id = await task('by itself');
  expect(await rig.settled(id)).toBe('executed');
  expect(await rig.sql(`select 1 from wilco.tasks where title = 'by itself'`)).toHaveLength(1);

  await rig.says('U2', '/autonomy @note-taker copilot');
  await rig.until((one) => title(one).includes('@note-taker is on copilot now'));
  expect(await rig.stateOf(await task('after it was lowered'))).toBe('proposed');
  await rig.says('U2', `/end-autopilot ${rule?.id}`);
  await rig.until((one) => title(one).includes(`The rule ${rule?.id} has ended`));
  expect((await document()).autopilot).toEqual([]);
});

test('said of an agent what it may do is for the dispatcher, with the day that is named', async () => {
  await rig.says('U1', '@note-taker may create tasks on its own until 27 November 2026');
  await rig.until((view) => title(view) === 'Sign an autopilot rule' && value(view, 'until') === '2026-11-27');
  await rig.says('U1', 'put note-taker on manual');
  await rig.until(
    (view) => title(view) === 'Set autonomy' && value(view, 'level') === 'manual' && value(view, 'scope') === 'agent:note-taker',
  );
});

test('/autonomy says how far everybody goes and why; an operator raises nothing, and nobody else is known', async () => {
  await rig.says('U2', '/autonomy');
  const list = await rig.until((view) => title(view) === 'Autonomy');
  const rows = list.views.at(-1)?.card?.table?.rows.map(({ cells }) => cells.join(' | ')) ?? [];
  expect(rows).toContainEqual('@note-taker | copilot | set for it');
  expect(rows).toContainEqual('domain:notes | autopilot | not set: holds nobody back');
  await rig.says('U2', '/autonomy note-taker autopilot');
  await rig.until(({ text }) => text?.includes('Your role does not allow that') ?? false);
  await rig.says('U2', '/autonomy nobody-here copilot');
  await rig.until(({ text }) => text?.includes('no agent and no domain of that name') ?? false);
  expect((await document()).autonomy.agents).toEqual({ 'note-taker': 'copilot' });
});

test('[autopilot][power] what changes power, an unknown action, a day too far and an unknown agent are no rule that anybody can sign', async () => {
  const good = { agent: 'note-taker', actions: 'create_task', until: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) };
  const bad: [Record<string, unknown>, string][] = [
    [{ ...good, actions: 'set_role' }, 'tool_unknown'],
    [{ ...good, actions: 'create_task, sign_autopilot' }, 'tool_unknown'],
    [{ ...good, actions: 'nothing_there' }, 'tool_unknown'],
    [{ ...good, agent: 'stranger' }, 'agent_missing'],
    [{ ...good, until: '2020-01-01' }, 'until_past'],
    [{ ...good, until: new Date(Date.now() + 92 * 86_400_000).toISOString().slice(0, 10) }, 'until_too_far'],
  ];
  for (const [input, code] of bad) {
    const made = await propose(rig.heart, rig.owner, { threadId: THREAD, tool: 'sign_autopilot', input });
    const id = made.ok ? made.value.proposalId : '';
    const [row] = await rig.sql<{ digest: string; changes: string }>(
      `select digest, preview->'changes'->>0 as changes from wilco.revisions where proposal_id = '${id}'`,
    );
    expect(row?.changes).toMatch(/^Would be refused/);
    await rig.approve(rig.owner, { id, revision: 1, digest: row?.digest ?? '' });
    expect(await rig.settled(id)).toBe('failed');
    expect(await rig.sql(`select result->>'code' as code from wilco.proposals where id = '${id}'`)).toEqual([{ code }]);
  }
  for (const more of [{ signedBy: rig.owner.personId }, { signedAt: '2026-01-01T00:00:00Z' }])
    expect(await propose(rig.heart, rig.owner, { threadId: THREAD, tool: 'sign_autopilot', input: { ...good, ...more } })).toMatchObject({
      error: { code: 'invalid_input' },
    });
  expect((await document()).autopilot).toEqual([]);
});

test('[autopilot] an undo of what an earned rule did ends it', async () => {
  const signedAt = new Date(Date.now() - 1000).toISOString();
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const rule = {
    id: 'earned-note-taker-1',
    agent: 'note-taker',
    tools: ['create_task'],
    signedBy: rig.owner.personId ?? '',
    signedAt,
    until,
  };
  await rig.policy({ autopilot: [rule], autonomy: { agents: { 'note-taker': 'autopilot' }, domains: {} } });
  const id = await task('taken back');
  expect(await rig.settled(id)).toBe('executed');
  const undone = await undo(rig.heart, rig.owner, id);
  expect(await rig.settled(undone.ok ? undone.value.proposalId : '')).toBe('executed');
  expect((await document()).autopilot).toEqual([]);
  expect(
    await rig.sql(`select 1 from wilco.messages where kind = 'status' and text like 'The earned rule earned-note-taker-1 has ended%'`),
  ).toHaveLength(1);
});
