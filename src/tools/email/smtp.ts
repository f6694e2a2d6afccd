import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { err, ok, type Result } from '../../result.ts';
import type { ToolError } from '../tool.ts';
import { domainOf, plainEmail } from './addresses.ts';

export type Letter = { to: readonly string[]; cc: readonly string[]; subject: string; text: string; idempotencyKey: string };
/** Whom the server took it for, and whom it refused in its own words. */
export type Sent = { accepted: string[]; refused: { address: string; said: string }[]; messageId: string };

export type Mail = {
  from: string;
  /** The operator's server, without its password. */
  server: string;
  send(letter: Letter, at: { signal: AbortSignal; beforeDispatch(): Promise<void> }): Promise<Result<Sent, ToolError>>;
  /** Connects and signs in, and sends nothing. */
  verify(): Promise<Result<null, { code: 'mail_unreachable'; message: string }>>;
};

type Login = { user: string; pass: string } | undefined;
type Server = { host: string; port: number; secure: boolean; requireTLS: boolean; login: Login };
type Reply = { code: string; status: number | undefined; said: string };
/** What the vendor's callbacks answer; declared for what is used of it. */
type Accepted = { accepted?: string[]; rejected?: string[]; rejectedErrors?: { recipient?: string; response?: string }[] };

const QUICK_MS = 10_000;
const SILENT_MS = 60_000;
const LONGEST_SAID = 200;

const unhurt = (text: string): string => text.replace(/\s+/g, ' ').slice(0, LONGEST_SAID);

const replyOf = (error: unknown): Reply => {
  const { code, responseCode, response } = (error ?? {}) as { code?: string; responseCode?: number; response?: string };
  return { code: code ?? '', status: responseCode, said: typeof response === 'string' ? unhurt(response) : '' };
};

const SAY: Record<string, string> = {
  EAUTH: 'The mail server does not accept the user or the password of SMTP_URL.',
  ETLS: 'No encrypted connection to the mail server comes about.',
  EDNS: 'The name of the mail server has no address.',
  ETIMEDOUT: 'The mail server does not answer.',
};

const sentence = ({ code, said }: Reply): string =>
  `${SAY[code] ?? 'The mail server cannot be reached.'}${said === '' ? '' : ` It said: ${said}`}`;

/** Reads the operator's setting; credentials go over an encrypted connection alone, unless the server is this machine. */
const serverOf = (url: string): Server | undefined => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^smtps?:$/.test(parsed.protocol) || parsed.hostname === '') return undefined;
  const secure = parsed.protocol === 'smtps:';
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const login =
    parsed.username === '' ? undefined : { user: decodeURIComponent(parsed.username), pass: decodeURIComponent(parsed.password) };
  const here = /^(127\.|localhost$|::1$)/.test(host);
  const port = parsed.port === '' ? (secure ? 465 : 587) : Number(parsed.port);
  return { host, port, secure, requireTLS: login !== undefined && !secure && !here, login };
};

/** Connected and signed in. */
const open = async (server: Server, at: { silentMs: number; signal?: AbortSignal }): Promise<SMTPConnection> => {
  const { login, ...place } = server;
  const times = { connectionTimeout: QUICK_MS, greetingTimeout: QUICK_MS, dnsTimeout: QUICK_MS, socketTimeout: at.silentMs };
  const connection = new SMTPConnection({ ...place, ...times, maxResponseSize: 64 * 1024 });
  try {
    await new Promise<void>((done, fail) => {
      connection.on('error', fail);
      connection.once('end', () => fail(new Error('closed')));
      at.signal?.addEventListener('abort', () => connection.close(), { once: true });
      const signIn = () => (login ? connection.login({ credentials: login }, (error) => (error ? fail(error) : done())) : done());
      connection.connect((error) => (error ? fail(error) : signIn()));
    });
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
};

const compose = (from: string, letter: Letter, messageId: string): Promise<Buffer> =>
  new MailComposer({
    from: { name: '', address: from },
    to: [...letter.to],
    cc: [...letter.cc],
    subject: letter.subject,
    text: letter.text,
    messageId,
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();

/** Says when the first byte of the message itself is taken: until then no server can have accepted anything. */
const tellingStream = (bytes: Buffer, taken: () => void): Readable => {
  let rest: Buffer | null = bytes;
  return new Readable({
    read() {
      taken();
      this.push(rest);
      if (rest) this.push(null);
      rest = null;
    },
  });
};

const sentOf = (info: Accepted, messageId: string): Sent => {
  const saidTo = new Map((info.rejectedErrors ?? []).map(({ recipient = '', response = '' }) => [recipient, unhurt(response)]));
  const refused = (info.rejected ?? []).map((address) => ({ address, said: saidTo.get(address) ?? '' }));
  return { accepted: [...(info.accepted ?? [])], refused, messageId };
};

/** Before the message: not sent. A reply to the message that is a no: not sent. Anything else: nobody can tell. */
const failureOf = (error: unknown, begun: boolean): ToolError => {
  const reply = replyOf(error);
  const definite = reply.code === 'EMESSAGE' && (reply.status ?? 0) >= 400;
  if (begun && !definite)
    return { code: 'mail_lost', message: 'The connection to the mail server broke while it took the message.', notDispatched: false };
  const refused = (reply.status ?? 0) >= 400;
  const message = refused ? `The mail server refused it: ${reply.said}` : sentence(reply);
  return { code: 'mail_refused', message: `${message} Nothing was sent.`, notDispatched: true };
};

/** The same effect has the same name wherever it arrives. */
const messageIdOf = (key: string, from: string): string =>
  `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domainOf(from)}>`;

/** E-mail over the operator's server; undefined where the two settings are not ones that can be used. */
export const createMail = (settings: { url: string; from: string; silentMs?: number }): Mail | undefined => {
  const server = serverOf(settings.url);
  const from = plainEmail(settings.from);
  if (!server || from === undefined) return undefined;
  const silentMs = settings.silentMs ?? SILENT_MS;
  return {
    from,
    server: `${server.host}:${server.port}`,
    async send(letter, { signal, beforeDispatch }) {
      const messageId = messageIdOf(letter.idempotencyKey, from);
      const bytes = await compose(from, letter, messageId);
      let begun = false;
      const opened = await open(server, { silentMs, signal }).then(ok, (error: unknown) => err(error as Error & { code: string }));
      if (!opened.ok)
        return err({ code: 'mail_unreachable', message: `${sentence(replyOf(opened.error))} Nothing was sent.`, notDispatched: true });
      const connection = opened.value;
      try {
        await beforeDispatch();
        const info = await new Promise<Accepted>((done, fail) => {
          connection.on('error', fail);
          connection.once('end', () => fail(new Error('closed')));
          const envelope = { from, to: [...letter.to, ...letter.cc] };
          const stream = tellingStream(bytes, () => {
            begun = true;
          });
          connection.send(envelope, stream, (error, sent) => (error ? fail(error) : done((sent ?? {}) as Accepted)));
        }).then(ok, (error: unknown) => err(failureOf(error, begun)));
        return info.ok ? ok(sentOf(info.value, messageId)) : info;
      } finally {
        connection.quit();
        connection.close();
      }
    },
    verify: () =>
      open(server, { silentMs: QUICK_MS }).then(
        (connection) => {
          connection.quit();
          return ok(null);
        },
        (error: unknown) => err({ code: 'mail_unreachable', message: sentence(replyOf(error)) }),
      ),
  };
};
