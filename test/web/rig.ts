import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from '@hono/zod-openapi';
import { expect } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { createRoster } from '../../src/agents/roster.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { createHealth } from '../../src/bot/health.ts';
import { postInRoom } from '../../src/bot/room/post.ts';
import { createSignInLink, installOwnerKey, signIn } from '../../src/db/access.ts';
import { createSecretStore } from '../../src/db/secrets.ts';
import type { Role } from '../../src/db/states.ts';
import { apiKeys } from '../../src/db/tables/people.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { createLog } from '../../src/log.ts';
import { READS } from '../../src/tools/reads/registry.ts';
import { createTools } from '../../src/tools/registry.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { type App, createApp } from '../../src/web/app.ts';
import type { WebDeps } from '../../src/web/deps.ts';
import { Problem } from '../../src/web/schemas.ts';
import { createRig, type Rig } from '../dispatch/rig.ts';
import { fakeTools, type Outside } from '../fakes/tools.ts';

export const PUBLIC_URL = 'http://127.0.0.1:3000';

/** `as`: the key to send; in `read` the owner's when left out, none when null. */
export type Ask = {
  as?: string | null;
  cookie?: string;
  json?: unknown;
  raw?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
  method?: string;
};

/** The HTTP side on a real database, with keys and cookies of people of every role. */
export type WebRig = Rig & {
  app: App;
  deps: WebDeps;
  /** Every line that was logged. */
  lines: string[];
  ownerKey: string;
  ask(path: string, ask?: Ask): Promise<Response>;
  /** Asks and holds the answer against the schema that the contract says. */
  read<Schema extends z.ZodType>(path: string, schema: Schema, ask?: Ask & { status?: number }): Promise<z.output<Schema>>;
  problem(path: string, ask?: Ask): Promise<{ status: number; code: string; body: Problem }>;
  keyOf(actor: Actor, maxRole?: Role): Promise<string>;
  serviceKey(maxRole?: Role): Promise<string>;
  cookieOf(actor: Actor): Promise<string>;
  /** Rows of every table, to see whether anything changed. */
  fingerprint(): Promise<string>;
};

const insertKey = async (rig: Rig, values: { personId: string | null; maxRole: Role; name: string }): Promise<string> => {
  const key = `test_${randomBytes(32).toString('base64url')}`;
  const keyHash = createHash('sha256').update(key).digest('hex');
  await rig.database.db.insert(apiKeys).values({ projectId: 'default', keyHash, ...values });
  return key;
};

const fingerprintOf = async (rig: Rig): Promise<string> => {
  const { rows } = await rig.database.db.execute<{ name: string }>(
    `select schemaname || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('wilco', 'pgboss') order by 1`,
  );
  const hashes: string[] = [];
  for (const { name } of rows.filter((row) => !/pgboss\.(version|subscription|queue|schedule|warning|bam)|workers/.test(row.name))) {
    const found = await rig.database.db.execute<{ hash: string }>(
      `select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as hash from ${name} t`,
    );
    hashes.push(`${name} ${found.rows[0]?.hash}`);
  }
  return hashes.join('\n');
};

const headersOf = ({ as, cookie, json, headers }: Ask): Record<string, string> => ({
  ...(as ? { 'x-api-key': as } : {}),
  ...(cookie === undefined ? {} : { cookie: `wilco_session=${cookie}` }),
  ...(json === undefined ? {} : { 'content-type': 'application/json' }),
  ...headers,
});

const requestOf = (path: string, ask: Ask): Request => {
  const body = ask.json === undefined ? ask.raw : JSON.stringify(ask.json);
  const method = ask.method ?? (body === undefined ? 'GET' : 'POST');
  return new Request(`${PUBLIC_URL}${path}`, {
    method,
    headers: headersOf(ask),
    ...(body === undefined ? {} : { body, duplex: 'half' as const }),
  });
};

export type WebRigOptions = {
  solo?: boolean;
  tools?: readonly Tool[];
  publicUrl?: string;
  consoleFolder?: string;
  heartbeatMs?: number;
  logLevel?: string;
};

export const createWebRig = async (options: WebRigOptions = {}): Promise<WebRig> => {
  const lines: string[] = [];
  const log = createLog(options.logLevel ?? 'debug', { write: (line: string) => lines.push(line) });
  const home = await mkdtemp(join(tmpdir(), 'wilco-web-'));
  const outside: Outside = { calls: [] };
  const tools = options.tools ?? [...createTools({ home, post: postInRoom, shipped: AGENTS }), ...fakeTools(outside)];
  const rig = await createRig({ tools: [...tools], solo: options.solo ?? false, log });
  const { heart, signals, queue, database } = rig;
  const health = createHealth({
    database,
    signals,
    queueDepth: queue.depth,
    modelMissing: 'No model is connected.',
    surfaces: () => [{ name: 'room', ok: true }],
  });
  const receive: WebDeps['receive'] = {
    database,
    enqueueRoute: (tx, messageId) => queue.enqueue(tx, 'route', { messageId }),
    agents: createRoster(database.db, AGENTS),
  };
  const deps: WebDeps = {
    heart,
    signals,
    health,
    tools,
    reads: READS,
    secrets: createSecretStore(randomBytes(32)),
    commands: createCommands({ heart, tools, health, receive }),
    webhooks: [],
    receive,
    version: '0.0.0-test',
    publicUrl: () => options.publicUrl ?? PUBLIC_URL,
    embedded: true,
    consoleFolder: options.consoleFolder ?? join(home, 'no-console'),
    log,
  };
  const app = createApp(deps, options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs });
  const ownerKey = 'owner-key-of-the-test-installation';
  await installOwnerKey(database, { projectId: 'default', personId: rig.installed.ownerId }, ownerKey);
  const ask: WebRig['ask'] = async (path, given = {}) => app.fetch(requestOf(path, given));
  return {
    ...rig,
    outside,
    app,
    deps,
    lines,
    ownerKey,
    ask,
    async read(path, schema, { status, ...rest } = {}) {
      const answer = await ask(path, { as: ownerKey, ...rest });
      const body: unknown = await answer.json();
      expect({ path, status: answer.status, ...(answer.status >= 400 ? { body } : {}) }).toEqual({ path, status: status ?? 200 });
      return schema.parse(body);
    },
    async problem(path, rest) {
      const answer = await ask(path, rest);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      const body = Problem.parse(await answer.json());
      expect(body.status).toBe(answer.status);
      return { status: answer.status, code: body.code, body };
    },
    keyOf: (actor, maxRole) => insertKey(rig, { personId: actor.personId, maxRole: maxRole ?? 'owner', name: `key of ${actor.name}` }),
    serviceKey: (maxRole) => insertKey(rig, { personId: null, maxRole: maxRole ?? 'operator', name: 'service' }),
    async cookieOf(actor) {
      const { token } = await createSignInLink(database.db, actor.personId ?? '');
      const entered = await signIn(database, token);
      if (!entered.ok) throw new Error(entered.error.code);
      return entered.value.session;
    },
    fingerprint: () => fingerprintOf(rig),
    async stop() {
      app.stop();
      await rig.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
};
