import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { makeOffer } from '../../src/dispatch/make-offer.ts';
import { listStandings, refusalFor } from '../../src/dispatch/standing.ts';
import { Approval, ApprovalPage, BulkAnswer, DocumentInfo, DocumentVersion, page } from '../../src/web/schemas.ts';
import { unique } from '../dispatch/rig.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let ana: Actor;
let asAna: string;
beforeAll(async () => {
  rig = await createWebRig();
  ana = await rig.person('Ana', 'approver');
  asAna = await rig.keyOf(ana);
});
afterAll(() => rig.stop());

const read = (id: string, as = asAna) => rig.read(`/api/approvals/${id}`, Approval, { as });
const done = async (tool: string, input: object) => {
  const made = await rig.proposed(rig.owner, input, tool);
  await rig.approve(ana, made);
  await rig.step(made.id);
  return made.id;
};

test('undo answers the proposal that takes it back, which waits where the policy wants somebody else', async () => {
  const title = unique();
  const id = await done('create_task', { title });
  const undo = await rig.read(`/api/approvals/${id}/undo`, Approval, { as: asAna, json: {} });
  expect(undo).toMatchObject({ actionType: 'cancel_task', status: 'proposed', you: { why: 'self_approval' } });
  expect(undo.id).not.toBe(id);
  expect((await read(id)).card.actions).toEqual([]);
  const again = await rig.read(`/api/approvals/${id}/undo`, Approval, { json: {} });
  expect(again.id).toBe(undo.id);
  const { revision, digest } = undo;
  await rig.read(`/api/approvals/${undo.id}/approve`, Approval, { json: { revision, digest } });
  await rig.step(undo.id);
  expect((await read(id)).card.status?.label).toBe('Undone');
  expect(await rig.problem(`/api/approvals/${id}/undo`, { as: asAna, json: {} })).toMatchObject({ status: 409, code: 'already_undone' });
});

test('undo refuses what has no way back, what was not carried out, and who may not', async () => {
  const post = await done('note_own', { text: unique() });
  const viewer = await rig.keyOf(await rig.person('Viewer', 'viewer'));
  expect(await rig.problem(`/api/approvals/${post}/undo`, { as: asAna, json: {} })).toMatchObject({ status: 409, code: 'cannot_undo' });
  expect(await rig.problem(`/api/approvals/${post}/undo`, { as: viewer, json: {} })).toMatchObject({ status: 403, code: 'not_allowed' });
  const waiting = await rig.proposed(rig.owner, { title: unique() }, 'create_task');
  expect(await rig.problem(`/api/approvals/${waiting.id}/undo`, { as: asAna, json: {} })).toMatchObject({ code: 'wrong_state' });
  expect(await rig.problem(`/api/approvals/${unique()}/undo`, { as: asAna, json: {} })).toMatchObject({ code: 'proposal_missing' });
});

const decidableBy = async (actor: Actor): Promise<string[]> => {
  const waiting = await listStandings(rig.database.db, { projectId: 'default', states: ['proposed'], limit: 500, oldestFirst: true });
  return waiting.filter((one) => refusalFor(one, actor.personId, actor.role) === undefined).map((one) => one.proposal.id);
};

test('mine is exactly what the heart would let the caller approve now, page by page, and total is how many', async () => {
  await rig.sql(`update wilco.proposals set state = 'void' where state = 'proposed'`);
  const asks = await rig.person('Asks', 'operator');
  const bob = await rig.person('Bob', 'approver');
  for (const actor of [asks, ana, rig.owner, bob]) await rig.proposed(actor, { text: unique() });
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'admin', selfApproval: false } });
  await rig.proposed(asks, { text: unique() });
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: true } });
  const voted = await rig.proposed(ana, { text: unique() });
  await rig.approve(ana, voted);
  const people = [ana, bob, asks, rig.owner];
  for (const solo of [false, true]) {
    await rig.sql(`update wilco.projects set solo = ${solo}`);
    for (const actor of people) {
      const as = await rig.keyOf(actor);
      const ids: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const cursor: string = next === '' ? '' : `&cursor=${next}`;
        const found: ApprovalPage = await rig.read(`/api/approvals?mine=1&limit=2${cursor}`, ApprovalPage, { as });
        expect(found.total).toBe((await decidableBy(actor)).length);
        ids.push(...found.items.map((one) => one.id));
        next = found.next;
      }
      expect(ids).toEqual(await decidableBy(actor));
    }
  }
  await rig.sql(`update wilco.projects set solo = false`);
  const limited = await rig.keyOf(ana, 'operator');
  for (const as of [limited, await rig.serviceKey()]) expect((await rig.read('/api/approvals?mine=1', ApprovalPage, { as })).total).toBe(0);
  await rig.sql(
    `insert into wilco.switches (project_id, killed) values ('default', true) on conflict (project_id) do update set killed = true`,
  );
  expect((await rig.read('/api/approvals?mine=1', ApprovalPage, { as: asAna })).total).toBe(0);
  await rig.sql(`update wilco.switches set killed = false`);
  await rig.policy({});
});

test('total counts what waits on every page, and nothing else is counted', async () => {
  await rig.sql(`update wilco.proposals set state = 'void' where state = 'proposed'`);
  for (let at = 0; at < 3; at += 1) await rig.proposed(rig.owner, { text: unique() });
  expect(await rig.read('/api/approvals?status=proposed&limit=1', ApprovalPage)).toMatchObject({ total: 3, items: [{}] });
  expect((await rig.read('/api/approvals?status=executed', ApprovalPage)).total).toBeNull();
  expect((await rig.read('/api/approvals', ApprovalPage)).total).toBeNull();
});

test('a list is accepted once, by whom it was made for, and answers what became of each', async () => {
  const made = await rig.proposed(rig.owner, { title: unique() }, 'create_task');
  const items = [
    { id: made.id, revision: 1, digest: made.digest },
    { id: made.id, revision: 1, digest: made.digest },
  ];
  const offer = await makeOffer(rig.database.db, {
    projectId: 'default',
    personId: ana.personId ?? '',
    threadId: 'room:general:feed',
    items,
  });
  const path = `/api/offers/${offer}/accept`;
  expect(await rig.problem(path, { as: rig.ownerKey, json: {} })).toMatchObject({ status: 404, code: 'offer_missing' });
  const answer = await rig.read(path, BulkAnswer, { as: asAna, json: {} });
  expect(answer.items).toMatchObject([
    { id: made.id, verb: 'approve', problem: null, approval: { status: 'approved' } },
    { id: made.id, problem: { code: 'already_decided' } },
  ]);
  expect(await rig.problem(path, { as: asAna, json: {} })).toMatchObject({ status: 409, code: 'offer_taken' });
  expect(await rig.problem('/api/offers/x/accept', { as: asAna, json: {} })).toMatchObject({ status: 404, code: 'offer_missing' });
});

test('documents are listed as they are in force, each with its versions, and a change is a proposal', async () => {
  const proposed = await rig.read('/api/documents', Approval, { json: { docType: 'mission', content: 'Help.' }, status: 202 });
  expect(proposed).toMatchObject({ actionType: 'edit_doc', params: { doc_type: 'mission', mode: 'replace', base_version: 0 } });
  expect(proposed.card.difference).toBe('+ Help.');
  const { id, revision, digest } = proposed;
  await rig.approve(ana, { id, revision, digest });
  await rig.step(id);
  await done('edit_doc', { doc_type: 'mission', mode: 'append', content: 'Al\u200Bways.' });
  const { items } = await rig.read('/api/documents', page(DocumentInfo));
  expect(items).toMatchObject([{ docType: 'mission', agentKey: null, version: 2, content: 'Help.\nAl⟨U+200B⟩ways.', changedBy: 'Owner' }]);
  const versions = await rig.read(`/api/documents/${items[0]?.id}/versions?limit=1`, page(DocumentVersion));
  expect(versions.items).toMatchObject([{ version: 2 }]);
  const older = await rig.read(`/api/documents/${items[0]?.id}/versions?cursor=${versions.next}`, page(DocumentVersion));
  expect(older).toMatchObject({ items: [{ version: 1, content: 'Help.', proposalId: id }], next: null });
  expect(await rig.problem(`/api/documents/${unique()}/versions`, { as: asAna })).toMatchObject({ status: 404, code: 'document_missing' });
  expect(await rig.problem('/api/documents?cursor=x', { as: asAna })).toMatchObject({ status: 400, code: 'bad_cursor' });
  const wrong = { docType: 'Mission!', content: 'x' };
  expect(await rig.problem('/api/documents', { as: asAna, json: wrong })).toMatchObject({ status: 422, code: 'invalid_input' });
});

test('a change that was made from a version that is not in force any more says so on its card', async () => {
  const stale = await rig.read('/api/documents', Approval, { json: { docType: 'mission', content: 'Old', baseVersion: 1 }, status: 202 });
  expect(stale.card.changes.join()).toMatch(/Would be refused: The document has changed since/);
});

test('a difference that is too long for the card is opened in full before anybody can approve', async () => {
  const content = Array.from({ length: 100 }, (_, at) => `line ${at}`).join('\n');
  const made = await rig.read('/api/documents', Approval, { json: { docType: 'long', content }, status: 202 });
  expect(made.card).toMatchObject({ fits: false, difference: expect.stringMatching(/too long for this card/) });
  expect(made.card.actions[0]?.verb).toBe('open');
  expect(made.fullCard?.difference?.split('\n').filter((line) => line.startsWith('+ '))).toHaveLength(100);
  expect(made.fullCard?.actions[0]?.verb).toBe('approve');
});
