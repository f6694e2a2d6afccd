import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { sealEvents } from '../../src/db/seal.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { createLog } from '../../src/log.ts';
import { verifyLog } from '../../src/ops/verify-log.ts';
import { err } from '../../src/result.ts';
import { csvCell } from '../../src/web/decision-export.ts';
import { DecisionDetail, DecisionInfo } from '../../src/web/decision-schemas.ts';
import { page } from '../../src/web/schemas.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let folder: string;
let [ada, ben]: Actor[] = [];
const cards: Record<string, { id: string; revision: number; digest: string }> = {};

beforeAll(async () => {
  rig = await createWebRig();
  folder = await mkdtemp(join(tmpdir(), 'wilco-decisions-'));
  const outcome = { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } as const;
  await rig.policy({ rules: [{ id: 'two', match: { tools: ['note_unsafe'] }, outcome }, ...SHIPPED_POLICY.rules] });
  ada = await rig.person('Ada', 'approver');
  ben = await rig.person('Ben', 'approver');
  const asker = await rig.person('Olga', 'operator');
  cards.two = await rig.proposed(asker, { text: 'alpha bravo, invoice 4711' });
  await rig.approve(ada, cards.two);
  await rig.approve(ben, cards.two);
  await rig.step(cards.two.id);
  cards.said = await rig.proposed(asker, { text: 'charlie\nzulu' }, 'note_keyed');
  await decide(rig.heart, ada, { verb: 'reject', proposalId: cards.said.id, revision: 1, reason: 'not today' });
  cards.waits = await rig.proposed(asker, { text: 'delta' }, 'note_keyed');
  await rig.approve(ada, cards.waits);
});
afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true, force: true });
});

const list = async (query = '') => (await rig.read(`/api/decisions${query}`, page(DecisionInfo))).items;

test('[decisions] every decision is listed with who gave it, what it was about and what came of it, the newest first', async () => {
  expect(await list()).toMatchObject([
    { kind: 'approved', by: 'Ada', outcome: 'waiting', tool: 'note_keyed', askedBy: 'Olga' },
    { kind: 'rejected', by: 'Ada', outcome: 'none' },
    { kind: 'approved', by: 'Ben', outcome: 'executed', tool: 'note_unsafe', ms: expect.any(Number) },
  ]);
  const first = await rig.read('/api/decisions?limit=2', page(DecisionInfo));
  const rest = await rig.read(`/api/decisions?limit=2&cursor=${first.next}`, page(DecisionInfo));
  expect([...first.items, ...rest.items]).toEqual(await list());
});

test('the log is narrowed by person, tool, kind, outcome, day and words of what was decided', async () => {
  const day = new Date().toISOString().slice(0, 10);
  const counts = async (queries: readonly string[]) => Promise.all(queries.map(async (query) => (await list(query)).length));
  expect(await counts(['?person=ada', `?person=${ben?.personId}`, '?tool=note_unsafe', '?kind=rejected', '?outcome=executed'])).toEqual([
    2, 1, 1, 1, 1,
  ]);
  expect(await counts([`?from=${day}`, `?to=${day}`, '?to=2020-01-01', '?from=2100-01-01T00:00:00Z', '?agent=growth'])).toEqual([
    3, 3, 0, 0, 0,
  ]);
  expect(await counts(['?q=invoice', '?q=INVO+4711', '?q=zulu', '?q=nowhere', "?q=')%3B+drop", '?q=%26%7C%21', '?q='])).toEqual([
    1, 1, 1, 0, 0, 0, 3,
  ]);
  expect((await rig.problem('/api/decisions?kind=maybe', { as: rig.ownerKey })).code).toBe('invalid_input');
  expect((await rig.problem('/api/decisions?cursor=x', { as: rig.ownerKey })).code).toBe('bad_cursor');
});

test('[decisions] a decision shows the card as it was shown, the exact arguments, the votes and why they were enough', async () => {
  const [, , two] = await list();
  const detail = await rig.read(`/api/decisions/${two?.id}`, DecisionDetail);
  expect(detail).toMatchObject({
    digest: cards.two?.digest,
    digestHolds: true,
    params: { text: 'alpha bravo, invoice 4711' },
    approvalsNeeded: 2,
    matchedRule: 'two',
  });
  expect(detail.votes.map(({ person, counted }) => [person, counted])).toEqual([
    ['Ada', true],
    ['Ben', true],
  ]);
  expect(detail.card).toMatchObject({
    status: { label: 'As it was shown' },
    actions: [],
    arguments: [{ value: 'alpha bravo, invoice 4711' }, { value: '0' }],
  });
  expect(JSON.stringify(detail.card)).toContain('2 people with the role approver');
  expect((await rig.problem('/api/decisions/nonsense', { as: rig.ownerKey })).code).toBe('decision_missing');
});

test('a cell that a spreadsheet would take for a formula is a text, and quotes and breaks stay inside', () => {
  for (const evil of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1']) expect(csvCell(evil)).toBe(`"'${evil}"`);
  expect(csvCell('say "hi",\nthen go')).toBe('"say ""hi"",\nthen go"');
  expect([csvCell(-5), csvCell(null), csvCell('plain')]).toEqual(['-5', '', '"plain"']);
});

const exported = async (path: string): Promise<string[]> => {
  const answer = await rig.ask(path, { as: rig.ownerKey });
  expect(answer.status).toBe(200);
  return (await answer.text()).split('\n').filter((line) => line !== '');
};

const verify = async (...files: (readonly string[])[]) => {
  const paths = files.map((_, at) => join(folder, `${at}.jsonl`));
  for (const [at, lines] of files.entries()) await writeFile(paths[at] ?? '', lines.map((line) => `${line}\n`).join(''));
  const said: string[] = [];
  const config = err({ code: 'config_invalid' as const, message: 'not needed' });
  const code = await verifyLog({ config, args: paths, log: createLog('silent'), say: (line) => said.push(line) });
  return { code, said: said.join('\n') };
};

test('the log is exported as JSON lines and as CSV, by an admin alone', async () => {
  const csv = await exported('/api/decisions/export?format=csv');
  expect(csv[0]).toMatch(/^at,kind,person/);
  expect(csv.join('\n')).toContain('"Ada; Ben"');
  expect((await exported('/api/decisions/export?kind=rejected'))[0]).toContain('"whole":false');
  const key = await rig.keyOf(await rig.person('Vera', 'approver'));
  expect((await rig.problem('/api/decisions/export', { as: key })).code).toBe('not_allowed');
});

test('[decisions] [record] an exported log holds against the sealed record, and a change planted in any part of it is found', async () => {
  while ((await sealEvents(rig.database)) > 0);
  const events = await exported('/api/events/export');
  const log = await exported('/api/decisions/export');
  expect(await verify(events, log)).toMatchObject({ code: 0, said: expect.stringContaining('The decisions hold: 3') });
  expect(await verify(log)).toMatchObject({ code: 0, said: expect.stringContaining('Give the exported record') });
  const at = log.findIndex((line) => line.includes('4711'));
  const plant = (
    change: (row: Record<string, never> & { votes: { digest: string; personId: string }[]; effects: { digest: string }[] }) => object,
  ) => log.map((line, i) => (i === at ? JSON.stringify({ ...JSON.parse(line), ...change(JSON.parse(line)) }) : line));
  const zero = '0'.repeat(64);
  const inItself = [
    plant(() => ({ inputText: '{"text":"invoice 4712"}' })),
    plant(() => ({ tool: 'note_keyed' })),
    plant(() => ({ editedBy: ada?.personId })),
    plant(() => ({ digest: zero })),
    plant(() => ({ revisionDigest: zero })),
    plant(({ votes }) => ({ votes: votes.slice(1) })),
    plant(({ votes }) => ({ votes: votes.map((vote) => ({ ...vote, digest: zero })) })),
    plant(({ votes }) => ({ votes: [votes[0], votes[0]] })),
    plant(({ effects }) => ({ effects: effects.map((effect) => ({ ...effect, digest: zero })) })),
  ];
  for (const planted of inItself) expect(await verify(planted)).toMatchObject({ code: 1, said: expect.stringContaining('Decision ') });
  const againstRecord = [
    plant(() => ({ personId: ada?.personId })),
    plant(() => ({ kind: 'settled' })),
    plant(() => ({ at: '2026-01-01T00:00:00.000000Z' })),
    plant(({ votes }) => ({
      votes: votes.map((vote) => (vote.personId === ada?.personId ? { ...vote, personId: rig.installed.ownerId } : vote)),
    })),
    log.filter((_, i) => i !== at),
    [...log, JSON.stringify({ ...JSON.parse(log[at] ?? ''), at: '2026-01-02T00:00:00.000000Z' })],
  ];
  for (const planted of againstRecord) expect((await verify(events, planted)).code).toBe(1);
  const touched = events.map((line) => (line.includes('proposal.voted') ? line.replace('proposal.voted', 'proposal.noted') : line));
  expect(await verify(touched, log)).toMatchObject({ code: 1, said: expect.stringContaining('does not hold') });
});

test('[decisions] what was changed in the database itself, with everything that guards it put aside, shows in the export', async () => {
  const events = await exported('/api/events/export');
  const find = async (sql: string, back: string): Promise<void> => {
    await rig.tamper(sql);
    expect((await verify(events, await exported('/api/decisions/export'))).code, sql).toBe(1);
    await rig.tamper(back);
  };
  const id = cards.two?.id;
  await find(
    `update wilco.revisions set input_text = '{"text":"x"}' where proposal_id = '${id}'`,
    `update wilco.revisions set input_text = '{"cents":0,"text":"alpha bravo, invoice 4711"}' where proposal_id = '${id}'`,
  );
  await find(
    `update wilco.decisions set person_id = '${ada?.personId}' where proposal_id = '${id}'`,
    `update wilco.decisions set person_id = '${ben?.personId}' where proposal_id = '${id}'`,
  );
  await find(
    `update wilco.votes set shown_digest = 'x' || shown_digest where proposal_id = '${id}'`,
    `update wilco.votes set shown_digest = substr(shown_digest, 2) where proposal_id = '${id}'`,
  );
  expect((await verify(events, await exported('/api/decisions/export'))).code).toBe(0);
});
