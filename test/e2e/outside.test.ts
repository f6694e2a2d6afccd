import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FakeHttp, startFakeHttp } from '../fakes/http.ts';
import { type FakeSmtp, startFakeSmtp } from '../fakes/smtp.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

/** Starting the program twice more beside it takes its time on a machine that is busy. */
const SLOW = 120_000;
const CANARY = 'canary-4f1c77a2';
let home: string;
let hook: FakeHttp;
let mail: FakeSmtp;
let wilco: Wilco;
beforeAll(async () => {
  [home, hook, mail] = await Promise.all([makeHome(), startFakeHttp(), startFakeSmtp()]);
  const env = { WILCO_EGRESS_PRIVATE: hook.place, SMTP_URL: mail.url, SMTP_FROM: 'wilco@example.com', WILCO_LOG_LEVEL: 'debug' };
  wilco = await startWilco(home, env);
}, SLOW);
afterAll(async () => {
  await wilco.stop();
  await Promise.all([hook.stop(), mail.stop()]);
  await removeHome(home);
});

type Approval = {
  id: string;
  status: string;
  revision: number;
  digest: string;
  actionType: string;
  params: Record<string, unknown>;
  executionResult: { ok: boolean; summary?: string; message?: string } | null;
  card: { status: { label: string }; notes: string[]; actions: { verb: string; text?: string }[] };
};

const all = async (): Promise<Approval[]> => (await wilco.api('GET', '/api/approvals?limit=50')).body.items as Approval[];
const one = async (id: string): Promise<Approval> => (await wilco.api('GET', `/api/approvals/${id}`)).body as unknown as Approval;

/** Says a sentence and answers the card that it became. */
const say = async (text: string): Promise<Approval> => {
  const before = new Set((await all()).map(({ id }) => id));
  const { status } = await wilco.api('POST', '/api/room/messages', { text });
  expect(status).toBe(202);
  return eventually(async () => (await all()).find(({ id }) => !before.has(id)));
};
const approve = ({ id, revision, digest }: Approval) => wilco.api('POST', `/api/approvals/${id}/approve`, { revision, digest });
const settled = (id: string): Promise<Approval> =>
  eventually(async () => {
    const now = await one(id);
    return ['executed', 'failed', 'unknown'].includes(now.status) && now;
  });
const done = async (card: Approval): Promise<Approval> => {
  expect((await approve(card)).status).toBe(200);
  return settled(card.id);
};

const command = (args: string[], input: string): Promise<string> =>
  new Promise((answer, fail) => {
    const main = resolve(import.meta.dirname, '../../src/main.ts');
    const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', WILCO_HOME: home };
    const child = execFile(
      process.execPath,
      ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', main, '--secret', ...args],
      { env },
      (error, out) => (error ? fail(error) : answer(out.trim())),
    );
    child.stdin?.end(input);
  });

test(
  '[blocked][secret] a call waits for its host and its secret, is approved then, and arrives with the value that nobody saw',
  async () => {
    const body = {
      method: 'POST',
      url: `http://${hook.place}/deploy`,
      headers: 'Authorization: Bearer secret:hook-key',
      body: '{"env":"staging"}',
    };
    const blocked = await say(`call our webhook at http://${hook.place}/deploy`);
    expect(blocked.card.status.label).toBe('Blocked');
    const edited = (await wilco.api('POST', `/api/approvals/${blocked.id}/edit`, { revision: 1, params: body }))
      .body as unknown as Approval;
    expect(edited.card.notes.join(' ')).toMatch(/not allowed yet.*The secret hook-key has no value/s);
    expect((await approve(edited)).body).toMatchObject({ status: 409, code: 'blocked' });

    const sentence = edited.card.actions.find(({ verb }) => verb === 'say')?.text ?? '';
    expect(sentence).toBe(`/allow_host ${hook.place}`);
    const host = await say(sentence);
    expect(host).toMatchObject({ actionType: 'allow_host', params: { host: hook.place } });
    expect(await done(host)).toMatchObject({ status: 'executed' });
    expect(await command(['set', 'hook-key'], `${CANARY}\n`)).toBe('secret:hook-key has its value now.');
    expect(await command(['list'], '')).toBe('hook-key');

    const free = await eventually(async () => {
      const now = await one(blocked.id);
      return now.card.actions.some(({ verb }) => verb === 'approve') && now;
    });
    hook.answer((_request, response, heard) => response.end(`got ${heard.headers.authorization}`));
    const ran = await done(free);
    expect(ran).toMatchObject({
      status: 'executed',
      executionResult: { summary: `POST ${hook.place} answered 200. The answer:\ngot Bearer secret:hook-key` },
    });
    expect(hook.heard).toMatchObject([
      { method: 'POST', url: '/deploy', headers: { authorization: `Bearer ${CANARY}` }, body: '{"env":"staging"}' },
    ]);

    const everywhere = [
      JSON.stringify(await all()),
      wilco.output(),
      await (await fetch(`${wilco.url}/api/events/export`, { headers: { 'x-api-key': wilco.key } })).text(),
    ];
    for (const text of everywhere) expect(text).not.toContain(CANARY);
  },
  SLOW,
);

test('an address inside that nobody opened stays blocked, whatever the policy says', async () => {
  const other = await startFakeHttp();
  try {
    const card = await say(`call http://${other.place}/`);
    expect(card.card.notes[0]).toContain(`WILCO_EGRESS_PRIVATE=${other.place}`);
    expect(card.card.actions.map(({ verb }) => verb)).not.toContain('approve');
    expect(await done(await say(`/allow_host ${other.place}`))).toMatchObject({ status: 'executed' });
    expect((await approve(await one(card.id))).body).toMatchObject({ code: 'blocked' });
    // A name is looked up when it is called, and what it leads to is looked at then.
    expect(await done(await say(`/allow_host localhost:${other.port}`))).toMatchObject({ status: 'executed' });
    const named = await done(await say(`call http://localhost:${other.port}/`));
    expect(named).toMatchObject({ status: 'failed', executionResult: { code: 'address_private' } });
    expect(other.heard).toEqual([]);
  } finally {
    await other.stop();
  }
});

test('[outcome] an e-mail is sent as it stands on the card, and of one that the server may have taken a person is asked', async () => {
  const sent = await done(await say('email ana@example.com about "Invoice": it is paid, thank you'));
  expect(sent).toMatchObject({ status: 'executed', executionResult: { summary: 'The mail server took the e-mail for ana@example.com.' } });
  expect(mail.letters).toMatchObject([{ from: 'wilco@example.com', to: ['ana@example.com'] }]);
  mail.fault('takes the message and hangs up');
  const lost = await done(await say('email bob@example.com about "Invoice": it is paid, thank you'));
  expect(lost.status).toBe('unknown');
});

test('drafts are kept when they are approved', async () => {
  for (const sentence of [
    'draft a quote for Acme: 3,500 a month for hosting and support',
    'draft a call script for Acme to renew the contract',
    'draft a contract change for Acme: the notice period becomes three months',
  ])
    expect(await done(await say(sentence))).toMatchObject({ status: 'executed', executionResult: { data: { version: 1 } } });
});

test('the key of the secrets lies in the home, for its owner alone', async () => {
  expect((await readFile(`${home}/secret-key`, 'utf8')).trim()).toHaveLength(43);
});
