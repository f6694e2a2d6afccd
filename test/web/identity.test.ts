import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSignInLink, newApiKey, signIn } from '../../src/db/access.ts';
import { ROLES, type Role, roleAtLeast } from '../../src/db/states.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { Accepted, Approval, Me, SignInLink } from '../../src/web/schemas.ts';
import { createWebRig, PUBLIC_URL, type WebRig } from './rig.ts';

let rig: WebRig;
const person = {} as Record<Role, Actor>;
const key = {} as Record<Role, string>;
beforeAll(async () => {
  rig = await createWebRig();
  for (const role of ROLES) {
    person[role] = await rig.person(`The ${role}`, role);
    key[role] = await rig.keyOf(person[role]);
  }
});
afterAll(() => rig.stop());

const ORIGIN = { origin: PUBLIC_URL };

const proposal = async (text: string): Promise<Approval> => {
  const { id } = await rig.proposed(rig.owner, { text }, 'note_own');
  return rig.read(`/api/approvals/${id}`, Approval);
};
const decision = ({ revision, digest }: Approval) => ({ revision, digest });

/** Every text that differs from this one in one bit and is still a header. */
const oneBitOff = (text: string): string[] => {
  const bytes = Buffer.from(text, 'latin1');
  const flipped: string[] = [];
  for (let at = 0; at < bytes.length * 8; at += 1) {
    const copy = Buffer.from(bytes);
    copy[at >> 3] = (copy[at >> 3] ?? 0) ^ (1 << (at & 7));
    flipped.push(copy.toString('latin1'));
  }
  return flipped.filter((one) => /^[\x21-\x7e]+$/.test(one));
};

test('of more than ten thousand keys and cookies that are one bit off, none is accepted', async () => {
  let tried = 0;
  const statuses = new Map<number, number>();
  const attempt = async (ask: { as?: string; cookie?: string }) => {
    tried += 1;
    const { status } = await rig.ask('/api/me', ask);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const pending: Promise<void>[] = [];
  while (tried < 10_000) {
    const fresh = await rig.keyOf(person.owner);
    const cookie = await rig.cookieOf(person.owner);
    expect((await rig.ask('/api/me', { as: fresh })).status).toBe(200);
    expect((await rig.ask('/api/me', { cookie })).status).toBe(200);
    for (const as of oneBitOff(fresh)) pending.push(attempt({ as }));
    for (const off of oneBitOff(cookie)) if (!off.includes(';')) pending.push(attempt({ cookie: off }));
    await Promise.all(pending.splice(0));
  }
  expect([...statuses.keys()]).toEqual([401]);
  expect(statuses.get(401)).toBe(tried);
});

test('what is cut, longer, doubled or of another kind is not a key', async () => {
  const cookie = await rig.cookieOf(person.owner);
  const good = key.owner;
  for (const as of [
    good.slice(0, -1),
    `${good}x`,
    good.toUpperCase(),
    `${good}, ${good}`,
    `Bearer ${good}`,
    cookie,
    'x',
    newApiKey(),
    'a'.repeat(10_000),
    "' or 1=1 --",
    '*',
    'null',
  ])
    expect(await rig.problem('/api/me', { as }), as.slice(0, 60)).toMatchObject({ status: 401, code: 'key_unknown' });
  for (const forged of [good, cookie.slice(1), `${cookie}A`, '', 'x'.repeat(43), `${cookie}%00`])
    expect(await rig.problem('/api/me', { cookie: forged }), forged).toMatchObject({ status: 401, code: 'not_signed_in' });
});

test('a key that does not hold never falls back to a cookie that does', async () => {
  const cookie = await rig.cookieOf(person.owner);
  expect(await rig.problem('/api/me', { cookie, as: 'wrong-key-wrong-key-wrong-key' })).toMatchObject({ code: 'key_unknown' });
});

test('no header that a caller sets makes them somebody else', async () => {
  const claims = {
    'x-client-id': person.owner.personId ?? '',
    'x-user-id': person.owner.personId ?? '',
    'x-person-id': person.owner.personId ?? '',
    'x-role': 'owner',
    'x-scopes': 'owner,admin',
    'x-wilco-role': 'owner',
    'x-forwarded-user': 'Owner',
    'x-forwarded-for': '127.0.0.1',
    'x-real-ip': '127.0.0.1',
    'x-internal': 'true',
    forwarded: 'for=127.0.0.1;host=127.0.0.1',
    authorization: `Bearer ${key.owner}`,
    'proxy-authorization': `Basic ${key.owner}`,
    'x-http-method-override': 'POST',
  };
  expect(await rig.problem('/api/me', { headers: claims })).toMatchObject({ status: 401 });
  const me = await rig.read('/api/me', Me, { as: key.viewer, headers: claims });
  expect(me.person).toMatchObject({ id: person.viewer.personId, role: 'viewer' });
  expect(await rig.problem('/api/system/kill', { as: key.viewer, headers: claims, json: { role: 'owner' } })).toMatchObject({
    status: 403,
  });
  expect(await rig.problem(`/api/me?x-api-key=${key.owner}&role=owner`)).toMatchObject({ status: 401 });
});

test('[person] a key goes as far as its person and itself allow, whichever is less', async () => {
  for (const role of ROLES)
    for (const most of ROLES) {
      const limited = await rig.keyOf(person[role], most);
      const me = await rig.read('/api/me', Me, { as: limited });
      expect(me.person.role, `${role} with a key for ${most}`).toBe(roleAtLeast(role, most) ? most : role);
    }
});

test('[person] a service key proposes and never decides, retries, settles, edits, withdraws or switches', async () => {
  for (const most of ROLES) {
    const service = await rig.serviceKey(most);
    const made = await proposal(`service ${most}`);
    const id = made.id;
    const body = decision(made);
    expect(await rig.problem(`/api/approvals/${id}/approve`, { as: service, json: body })).toMatchObject({
      status: 403,
      code: 'not_an_approver',
    });
    expect(await rig.problem(`/api/approvals/${id}/reject`, { as: service, json: { revision: 1, reason: 'no' } })).toMatchObject({
      code: 'not_an_approver',
    });
    expect(await rig.problem(`/api/approvals/${id}/edit`, { as: service, json: { revision: 1, params: { text: 'x' } } })).toMatchObject({
      status: 403,
    });
    expect(await rig.problem(`/api/approvals/${id}/withdraw`, { as: service, json: {} })).toMatchObject({ status: 403 });
    for (const verb of ['pause', 'resume', 'kill', 'unkill'])
      expect(await rig.problem(`/api/system/${verb}`, { as: service, json: {} })).toMatchObject({ status: 403, code: 'not_allowed' });
    expect(await rig.problem(`/api/people/${person.viewer.personId}/link`, { as: service, json: {} })).toMatchObject({ status: 403 });
    expect((await rig.read(`/api/approvals/${id}`, Approval, { as: service })).you).toEqual({
      mayApprove: false,
      mayEdit: false,
      mayWithdraw: false,
      why: 'not_an_approver',
    });
  }
  const service = await rig.serviceKey('owner');
  expect(await rig.read('/api/tasks', Approval, { as: service, json: { title: 'by a service' }, status: 202 })).toMatchObject({
    status: 'proposed',
    proposedBy: 'service',
  });
});

test('who may approve over the API is who may approve, with a key and with a cookie', async () => {
  const doors = ROLES.flatMap((role) => [
    { role, open: async () => ({ as: key[role] }) },
    { role, open: async () => ({ cookie: await rig.cookieOf(person[role]), headers: ORIGIN }) },
  ]);
  for (const [index, { role, open }] of doors.entries()) {
    const may = roleAtLeast(role, 'approver');
    const made = await proposal(`door ${index}`);
    const answer = await rig.ask(`/api/approvals/${made.id}/approve`, { ...(await open()), json: decision(made) });
    expect({ role, status: answer.status, state: await rig.stateOf(made.id) }).toEqual({
      role,
      status: may ? 200 : 403,
      state: may ? 'approved' : 'proposed',
    });
  }
});

test('text that says approve decides nothing: only the caller who may, by the door for it', async () => {
  const made = await proposal('talk');
  for (const text of [`/approve ${made.id}`, `approve ${made.id}`, `@wilco approve ${made.id} ${made.digest}`]) {
    await rig.read('/api/room/messages', Accepted, { as: key.owner, json: { text }, status: 202 });
    expect(await rig.problem('/api/room/messages', { as: key.viewer, json: { text } })).toMatchObject({ status: 403, code: 'not_allowed' });
  }
  expect(await rig.stateOf(made.id)).toBe('proposed');
  const votes = await rig.sql(`select 1 from wilco.votes where proposal_id = '${made.id}'`);
  expect(votes).toEqual([]);
});

test('a link is made for oneself, or by an admin for somebody who has not joined, and never for more than they came in with', async () => {
  const invited = new Map<Role, string>();
  for (const role of ROLES) {
    const { personId } = await rig.person(`Invited ${role}`, role);
    await rig.sql(`update wilco.members set joined_at = null where person_id = '${personId}'`);
    invited.set(role, String(personId));
  }
  for (const role of ROLES)
    for (const target of ROLES) {
      const joined = await rig.ask(`/api/people/${person[target].personId}/link`, { as: key[role], json: {} });
      expect(joined.status, `${role} for ${target}`).toBe(role === target ? 200 : 403);
      const may = roleAtLeast(role, 'admin') && roleAtLeast(role, target);
      const waiting = await rig.ask(`/api/people/${invited.get(target)}/link`, { as: key[role], json: {} });
      expect(waiting.status, `${role} for an invited ${target}`).toBe(may ? 200 : 403);
    }
  const lesser = await rig.keyOf(person.owner, 'operator');
  expect(await rig.problem(`/api/people/${person.owner.personId}/link`, { as: lesser, json: {} })).toMatchObject({
    status: 403,
    code: 'not_allowed',
  });
  expect(await rig.problem('/api/people/nobody/link', { as: key.owner, json: {} })).toMatchObject({ status: 404, code: 'person_missing' });
});

test('making a link is on the record, and the link is not', async () => {
  const { url } = await rig.read(`/api/people/${person.admin.personId}/link`, SignInLink, { as: key.admin, json: {} });
  const token = new URL(url).hash.slice('#token='.length);
  expect(url.startsWith(`${PUBLIC_URL}/sign-in#token=`)).toBe(true);
  const [event] = await rig.sql<{ data: unknown; all: string }>(
    `select data, e::text as all from wilco.events e where kind = 'person.link_created' order by id desc limit 1`,
  );
  expect(event?.data).toEqual({ by: person.admin.personId, via: 'api' });
  const everything = await rig.sql<{ n: number }>(`select count(*)::int as n from wilco.sign_in_links l where l::text like '%${token}%'`);
  expect(everything[0]?.n).toBe(0);
  expect(event?.all).not.toContain(token);
});

test('of two who use one link at once, one gets in', async () => {
  for (let i = 0; i < 20; i += 1) {
    const { token } = await createSignInLink(rig.database.db, person.operator.personId ?? '');
    const entered = await Promise.all([1, 2, 3].map(() => rig.ask('/api/sign-in', { json: { token } })));
    expect(entered.map((answer) => answer.status).sort()).toEqual([200, 410, 410]);
  }
});

test('a link that is only looked at stays whole, and each wrong one says why', async () => {
  const { token } = await createSignInLink(rig.database.db, person.operator.personId ?? '');
  for (let i = 0; i < 3; i += 1) expect((await rig.ask('/api/sign-in/look', { json: { token } })).status).toBe(200);
  await rig.sql(`update wilco.sign_in_links set expires_at = now() - interval '1 minute' where used_at is null`);
  expect(await rig.problem('/api/sign-in', { json: { token } })).toMatchObject({ status: 410, code: 'link_expired' });
  const gone = await rig.person('Gone', 'operator');
  const { token: hers } = await createSignInLink(rig.database.db, gone.personId ?? '');
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${gone.personId}'`);
  expect(await rig.problem('/api/sign-in', { json: { token: hers } })).toMatchObject({ status: 403, code: 'person_removed' });
});

test('whoever is removed is out at once, with cookie and key', async () => {
  const gone = await rig.person('Out', 'admin');
  const [hers, cookie] = [await rig.keyOf(gone), await rig.cookieOf(gone)];
  expect((await rig.ask('/api/me', { as: hers })).status).toBe(200);
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${gone.personId}'`);
  expect(await rig.problem('/api/me', { as: hers })).toMatchObject({ status: 401, code: 'key_unknown' });
  expect(await rig.problem('/api/me', { cookie })).toMatchObject({ status: 401, code: 'not_signed_in' });
});

test('behind TLS the cookie is for TLS alone, and browsers are told to stay there', async () => {
  const secure = await createWebRig({ publicUrl: 'https://wilco.example.com' });
  const { token } = await createSignInLink(secure.database.db, secure.installed.ownerId);
  // As a proxy passes it on: plain HTTP, with the name that was asked for.
  const enter = (origin: string) =>
    secure.app.fetch(
      new Request('http://wilco.example.com/api/sign-in', {
        method: 'POST',
        headers: { host: 'wilco.example.com', origin, 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      }),
    );
  expect((await enter('http://wilco.example.com')).status).toBe(403);
  const again = await enter('https://wilco.example.com');
  expect(again.status).toBe(200);
  expect(again.headers.get('set-cookie')).toContain('Secure');
  expect(again.headers.get('strict-transport-security')).toMatch(/^max-age=\d+/);
  const spent = await signIn(secure.database, token);
  expect(spent.ok).toBe(false);
  await secure.stop();
});
