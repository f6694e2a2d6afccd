import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readConnection } from '../../src/db/connections.ts';
import { createLog } from '../../src/log.ts';
import { createMail, type Mail } from '../../src/tools/email/smtp.ts';
import { watchMail } from '../../src/tools/email/watch.ts';
import { sendEmail } from '../../src/tools/send-email.ts';
import type { Tool, ToolContext } from '../../src/tools/tool.ts';
import { type FakeSmtp, type Fault, startFakeSmtp } from '../fakes/smtp.ts';
import { contextFor, createToolRig, refusalOf, type ToolRig } from './rig.ts';

let rig: ToolRig;
let server: FakeSmtp;
let tool: Tool;
const PASS = 'p@ss:w/rd canary';

const mailOf = (url: string, silentMs = 400): Mail => {
  const mail = createMail({ url, from: 'Wilco@Example.com', silentMs });
  if (!mail) throw new Error('no mail');
  return mail;
};
beforeAll(async () => {
  rig = await createToolRig();
  server = await startFakeSmtp({ user: 'wilco', pass: PASS });
  tool = sendEmail(mailOf(server.url));
});
afterEach(() => {
  server.fault('none');
  server.letters.length = 0;
});
afterAll(async () => {
  await server.stop();
  await rig.drop();
});

const LETTER = { to: 'ana@example.com', subject: 'Invoice', content: 'It is paid.\n\nThank you.' };
const run = (input: object = {}, ctx: Partial<ToolContext> = {}) =>
  tool.execute(tool.input.parse({ ...LETTER, ...input }), contextFor(rig.database.db, { idempotencyKey: 'p:1', ...ctx }));

test('an e-mail arrives as plain text, from the sender that was set, with a name that is the same for the same effect', async () => {
  const done = await run({ to: 'ana@example.com and bob@bücher.example', cc: 'ANA@Example.com; carl@example.org', subject: 'Grüße' });
  expect(done).toMatchObject({
    ok: true,
    value: { data: { accepted: ['ana@example.com', 'bob@xn--bcher-kva.example', 'ANA@example.com', 'carl@example.org'] } },
  });
  const [letter] = server.letters;
  expect(letter?.from).toBe('Wilco@example.com');
  expect(letter?.text).toMatch(/^Content-Type: text\/plain; charset=utf-8/im);
  expect(letter?.text).toMatch(/^Subject: =\?UTF-8\?/im);
  expect(letter?.text).toContain('It is paid.');
  const idOf = (text = '') => /^Message-ID: (<[^>]+>)/im.exec(text)?.[1];
  await run({ content: 'again' });
  await run({}, { idempotencyKey: 'p:2' });
  const [first, second, third] = server.letters.map(({ text }) => idOf(text));
  expect(first).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

const NOT_SENT: [Fault, string][] = [
  ['greets with 421', 'mail_unreachable'],
  ['refuses the sender', 'mail_refused'],
  ['refuses all', 'mail_refused'],
  ['hangs up at RCPT', 'mail_refused'],
  ['hangs up at DATA', 'mail_refused'],
  ['refuses the message', 'mail_refused'],
];
test.for(NOT_SENT)('[outcome] a server that %s has provably sent nothing', async ([fault, code]) => {
  server.fault(fault);
  const done = await run();
  expect(done).toMatchObject({ ok: false, error: { code, notDispatched: true, message: expect.stringContaining('Nothing was sent.') } });
  expect(server.letters).toEqual([]);
});

const UNKNOWN: Fault[] = ['hangs up in the message', 'takes the message and hangs up', 'takes the message and is silent'];
test.for(UNKNOWN)('[outcome] of a server that %s nobody can tell', async (fault) => {
  server.fault(fault);
  expect(await run()).toMatchObject({ ok: false, error: { code: 'mail_lost', notDispatched: false } });
});

test('whom the server refused is said exactly, and the others have it', async () => {
  server.fault('refuses some');
  const done = await run({ to: 'ana@example.com, nobody@example.com' });
  expect(done).toMatchObject({
    ok: true,
    value: {
      summary:
        'The mail server took the e-mail for ana@example.com. It refused nobody@example.com (550 no such user nobody@example.com): nothing was sent there.',
      data: { accepted: ['ana@example.com'], refused: ['nobody@example.com'] },
    },
  });
  expect(server.letters.map(({ to }) => to)).toEqual([['ana@example.com']]);
});

test('[secret] a wrong password is said without it, and nothing was announced as dispatched', async () => {
  let announced = 0;
  const wrong = sendEmail(mailOf(server.url.replace('wilco:', 'someone:')));
  const beforeDispatch = async () => {
    announced += 1;
  };
  const ctx = contextFor(rig.database.db, { beforeDispatch });
  const done = await wrong.execute(wrong.input.parse(LETTER), ctx);
  expect(done).toMatchObject({ ok: false, error: { code: 'mail_unreachable', notDispatched: true } });
  expect(JSON.stringify(done)).not.toMatch(/canary|p%40ss/);
  expect(announced).toBe(0);
});

test('a kill ends the connection', async () => {
  server.fault('takes the message and is silent');
  const abort = new AbortController();
  const slow = sendEmail(mailOf(server.url, 20_000));
  const done = slow.execute(slow.input.parse(LETTER), contextFor(rig.database.db, { signal: abort.signal }));
  await expect.poll(() => server.letters.length).toBe(1);
  abort.abort();
  expect(await done).toMatchObject({ ok: false, error: { notDispatched: false } });
});

test('no header and no command can be slipped in', async () => {
  const hostile = [
    { to: 'ana@example.com\r\nBcc: evil@example.com' },
    { to: 'ana@example.com>\r\nRCPT TO:<evil@example.com' },
    { to: '"ana@example.com,evil"@example.org' },
    { to: 'Ana <ana@example.com>' },
    { to: 'ana@example.com(evil@example.org)' },
    { to: 'ana@[127.0.0.1]' },
    { to: 'ana@localhost' },
    { to: 'ana@127.0.0.1' },
    { to: 'ana@exa mple.com' },
    { to: 'ana@example.com\u0000' },
    { to: 'аna@example.com' },
    { to: '' },
    { to: Array.from({ length: 21 }, (_, at) => `a${at}@example.com`).join(',') },
    { cc: Array.from({ length: 20 }, (_, at) => `a${at}@example.com`).join(',') },
    { subject: 'Hi\r\nBcc: evil@example.com' },
    { subject: 'Hi\nX: y' },
    { subject: ' ' },
    { content: '' },
  ];
  for (const input of hostile) expect(refusalOf(tool, { ...LETTER, ...input }), JSON.stringify(input)).not.toBe('accepted');
  await run({ content: 'first\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<evil@example.com>\r\nDATA\r\n\n.\nsecond' });
  expect(server.letters).toHaveLength(1);
  expect(server.letters[0]?.to).toEqual(['ana@example.com']);
});

test('every address stands on the card, those outside and those that imitate are named, and risk follows', async () => {
  const { changes } = await rig.preview(tool, { ...LETTER, to: 'ana@example.com, bob@xn--pple-43d.com' });
  expect(changes).toEqual([
    'Sends one e-mail to 2 addresses from Wilco@example.com: ana@example.com, bob@xn--pple-43d.com',
    'Outside of example.com: bob@xn--pple-43d.com',
    'Look closely: xn--pple-43d.com reads as аpple.com, written with Cyrillic letters, mixing writing systems: it may imitate another name',
  ]);
  expect(tool.risk(tool.input.parse(LETTER))).toBe('med');
  expect(tool.risk(tool.input.parse({ ...LETTER, cc: 'bob@example.com' }))).toBe('high');
  expect(tool.risk(tool.input.parse({ ...LETTER, to: 'bob@xn--pple-43d.com' }))).toBe('high');
});

test('[blocked] without a server it is there, says what to set, and sends nothing', async () => {
  const bare = sendEmail(undefined);
  const blocked = await bare.blocked?.(bare.input.parse(LETTER), { db: rig.database.db, projectId: 'default' });
  expect(blocked?.why).toMatch(/SMTP_URL.*SMTP_FROM/);
  expect(await rig.run(bare, LETTER)).toMatchObject({ ok: false, error: { code: 'mail_not_set_up', notDispatched: true } });
  expect(createMail({ url: 'http://mail.example.com', from: 'a@example.com' })).toBeUndefined();
  expect(createMail({ url: 'smtp://mail.example.com', from: 'nobody' })).toBeUndefined();
});

test('the health of the mail server is put down, and when it was last well stays', async () => {
  const look = () => readConnection(rig.database.db, 'smtp');
  const watch = watchMail({ db: rig.database.db, mail: mailOf(server.url), log: createLog('silent'), everyMs: 50 });
  try {
    await expect.poll(look).toMatchObject({ ok: true, detail: `127.0.0.1:${server.port} takes e-mail from Wilco@example.com.` });
    server.fault('greets with 421');
    await expect.poll(look).toMatchObject({ ok: false, latencyMs: null, okAt: expect.any(Date) });
  } finally {
    await watch.stop();
  }
});
