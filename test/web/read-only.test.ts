import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSignInLink } from '../../src/db/access.ts';
import { Approval } from '../../src/web/schemas.ts';
import { createWebRig, PUBLIC_URL, type WebRig } from './rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig();
});
afterAll(() => rig.stop());

type Paths = Record<string, Record<string, { operationId?: string; parameters?: { in: string; name: string }[] }>>;

const pathsOf = (): Paths => rig.app.openapi().paths as Paths;

/** Every address of the API with ids of things that are there, and the ones that a mail scanner or a crawler would make of them. */
const addresses = async (): Promise<string[]> => {
  const { id } = await rig.proposed(rig.owner, { text: 'leave me alone' }, 'note_own');
  const { token } = await createSignInLink(rig.database.db, rig.installed.ownerId);
  const approval = await rig.read(`/api/approvals/${id}`, Approval);
  const [task] = await rig.sql<{ id: string }>(
    `insert into wilco.tasks (project_id, title, priority) values ('default', 'A task', 5) returning id`,
  );
  const ids = [id, task?.id ?? '', encodeURIComponent(approval.threadId), rig.installed.ownerId];
  const known = Object.keys(pathsOf()).flatMap((path) => (path.includes('{id}') ? ids.map((one) => path.replace('{id}', one)) : [path]));
  const query = `?revision=1&digest=${approval.digest}&token=${token}&reason=x&text=hello&verb=approve&_method=POST`;
  return [
    ...known,
    ...known.map((path) => `${path}${query}`),
    `/approve/${id}`,
    `/approvals/${id}${query}`,
    `/sign-in${query}`,
    `/${query}`,
  ];
};

test('GET and HEAD on every address change nothing, for whoever asks', async () => {
  const cookie = await rig.cookieOf(rig.owner);
  const all = await addresses();
  expect(all.length).toBeGreaterThan(60);
  const before = await rig.fingerprint();
  const callers = [
    {},
    { as: rig.ownerKey },
    { cookie },
    { cookie, headers: { origin: PUBLIC_URL, 'x-http-method-override': 'POST', 'content-type': 'application/json' } },
  ];
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    for (const path of all)
      for (const caller of callers) {
        const answer = await rig.ask(path, { ...caller, method });
        expect(answer.status, `${method} ${path}`).toBeLessThan(500);
        await answer.body?.cancel();
      }
  expect(await rig.fingerprint()).toBe(before);
});

test('what decides or changes is known under no method but POST', async () => {
  const { id } = await rig.proposed(rig.owner, { text: 'only by post' }, 'note_own');
  const { revision, digest } = await rig.read(`/api/approvals/${id}`, Approval);
  const approver = await rig.keyOf(await rig.person('Ana', 'approver'));
  for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND'])
    expect(await rig.problem(`/api/approvals/${id}/approve`, { as: approver, method, json: { revision, digest } }), method).toMatchObject({
      status: 404,
      code: 'not_found',
    });
  expect(await rig.stateOf(id)).toBe('proposed');
});

test('without a key or a cookie nothing is shown but the status, the description and the way in', async () => {
  for (const [path, methods] of Object.entries(pathsOf()))
    for (const method of Object.keys(methods)) {
      const open = ['/status', '/api/sign-in', '/api/sign-in/look', '/api/sign-out'].includes(path);
      const json = method === 'post' ? { json: { token: 'x', text: 'x', revision: 1 } } : {};
      const answer = await rig.ask(path.replace('{id}', 'x'), { method: method.toUpperCase(), ...json });
      if (open) expect(answer.status, path).not.toBe(401);
      else expect(answer.status, `${method} ${path}`).toBe(401);
      expect((await answer.text()).includes('Owner')).toBe(false);
    }
});
