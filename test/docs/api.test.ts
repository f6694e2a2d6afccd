import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRoster } from '../../src/agents/roster.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { postInRoom } from '../../src/bot/room/post.ts';
import { createSecretStore } from '../../src/db/secrets.ts';
import type { Signals } from '../../src/db/signals.ts';
import type { Heart } from '../../src/dispatch/heart.ts';
import { createLog } from '../../src/log.ts';
import { createTools } from '../../src/tools/registry.ts';
import { createApp } from '../../src/web/app.ts';
import { firstCells, read, section, sorted } from './documents.ts';

const tools = createTools({ home: '.', post: postInRoom });
const health = () => Promise.reject(new Error('not asked here'));
const signals: Signals = {
  on: () => () => undefined,
  tell: () => undefined,
  pass: () => undefined,
  onPass: () => () => undefined,
  listening: () => true,
  stop: async () => undefined,
};
const heart = { database: { db: {} }, signals } as unknown as Heart; // routes are described here and none is called
const receive = { database: heart.database, enqueueRoute: async () => undefined, agents: createRoster(heart.database.db, []) };
const log = createLog('silent');

const described = () => {
  const app = createApp({
    heart,
    signals,
    receive,
    health,
    tools,
    secrets: createSecretStore(randomBytes(32)),
    commands: createCommands({ heart, tools, health, receive }),
    webhooks: [],
    version: '0',
    publicUrl: () => 'http://127.0.0.1:3000',
    embedded: true,
    consoleFolder: '.',
    log,
  });
  const paths = app.openapi().paths ?? {};
  app.stop();
  return Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`));
};

test('every route of the API is documented, and every documented one exists', () => {
  const documented = firstCells(section(read('docs/guides/api.md'), '## Routes'));
  expect(sorted(documented)).toEqual(sorted([...described(), 'GET /openapi.json']));
});
