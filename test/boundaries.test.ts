import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Left to right: a folder imports itself, folders to its left, and the root leaves. `web` stands beside `bot`. */
const LAYERS: Record<string, readonly string[]> = {
  db: [],
  tools: ['db'],
  dispatch: ['db', 'tools'],
  agents: ['db', 'tools', 'dispatch'],
  queue: ['db', 'tools', 'dispatch', 'agents'],
  bot: ['db', 'tools', 'dispatch', 'agents', 'queue'],
  web: ['db', 'tools', 'dispatch', 'agents', 'queue', 'bot'],
  ops: ['db', 'tools', 'dispatch', 'agents', 'queue', 'bot'],
};
/** Where parts are put together: the program, and the operator's commands beside it. */
const ROOTS = ['main.ts', 'ops.ts'];
/** The program in the order in which it starts: as much of the root as `main.ts`. */
const isRoot = (path: string): boolean => ROOTS.includes(path) || path.startsWith('start/');
const LEAVES = ['result.ts', 'log.ts', 'config.ts', 'trace.ts', 'recent.ts', 'within.ts'];

/** One vendor, one door. */
const DOORS: Record<string, RegExp> = {
  '@slack/bolt': /^bot\/slack\//,
  'pg-boss': /^queue\/boss\.ts$/,
  'drizzle-orm': /^(db|tools|dispatch)\//,
  pg: /^db\//,
  hono: /^web\//,
  '@hono/node-server': /^web\//,
  '@hono/zod-openapi': /^web\//,
  '@anthropic-ai/sdk': /^agents\/model\//,
  '@ai-sdk/anthropic': /^agents\/model\//,
  ai: /^agents\/model\//,
  '@ai-sdk/openai-compatible': /^agents\/model\//,
  'prom-client': /^web\//,
  'web-push': /^web\/push/,
  'chrono-node': /^agents\/grammar\//,
  diff: /^tools\/difference\.ts$/,
  canonicalize: /^dispatch\/digest\.ts$/,
  croner: /^tools\/schedule\//,
  pino: /^log\.ts$/,
  '@opentelemetry/api': /^trace\.ts$/,
  '@opentelemetry/sdk-trace-node': /^trace\.ts$/,
  '@opentelemetry/exporter-trace-otlp-http': /^trace\.ts$/,
  undici: /^tools\/egress\/client\.ts$/,
  'ipaddr.js': /^tools\/egress\/address\.ts$/,
  nodemailer: /^tools\/email\/smtp\.ts$/,
  'discord.js': /^bot\/discord\//,
};

type Import = { from: string; target: string; typeOnly: boolean };

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(SRC, from), 'utf8');
  return [...text.matchAll(/^(?:import|export) (type )?[^;'"]*?from '([^']+)'|import\('([^']+)'\)/gm)].map((found) => ({
    from,
    target: found[2] ?? found[3] ?? '',
    typeOnly: found[1] !== undefined,
  }));
});

const inside = imports
  .filter(({ target }) => target.startsWith('.'))
  .map((one) => ({ ...one, to: relative(SRC, resolve(SRC, dirname(one.from), one.target)) }));
const folderOf = (path: string): string => path.split('/')[0] ?? '';

test('folders import only to their left; only the roots see everything', () => {
  const wrong = inside.filter(({ from, to }) => {
    if (isRoot(from) || LEAVES.includes(to) || to.startsWith('config/')) return false;
    const [a, b] = [folderOf(from), folderOf(to)];
    return a !== b && !LAYERS[a]?.includes(b);
  });
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('each vendor has one door', () => {
  const vendor = (target: string) => Object.keys(DOORS).find((name) => target === name || target.startsWith(`${name}/`));
  const wrong = imports.filter(({ from, target }) => {
    const name = vendor(target);
    return name !== undefined && !DOORS[name]?.test(from);
  });
  expect(wrong.map(({ from, target }) => `${from} → ${target}`)).toEqual([]);
});

test('no values are imported in a circle', () => {
  const graph = new Map<string, string[]>();
  for (const { from, to, typeOnly } of inside) if (!typeOnly) graph.set(from, [...(graph.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const circle = walk(next, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  expect(files.flatMap((file) => walk(file, []))).toEqual([]);
});

test('no source file is longer than 300 lines', () => {
  const long = files
    .map((name) => ({ name, lines: readFileSync(join(SRC, name), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 301);
  expect(long).toEqual([]);
});

test('the environment is read in the roots alone', () => {
  const readers = files.filter((name) => /process\.env/.test(readFileSync(join(SRC, name), 'utf8')));
  expect(readers.sort()).toEqual(ROOTS);
});

test('[egress] nothing but the one egress client opens a connection for an action', () => {
  const opens = /(?<![.\w])fetch\(|^import (?!type)[^;]*from 'node:(?:https?|net|tls|http2|dgram)'/m;
  const openers = files.filter((name) => /^(?:tools|dispatch|bot)\//.test(name) && opens.test(readFileSync(join(SRC, name), 'utf8')));
  // What came with a message is fetched from the platform's own file server, for no action.
  // Whoever pressed something in Slack is answered by an address of Slack's own. Discord's client is given Node's fetch for its calls.
  const discord = ['bot/discord/files.ts', 'bot/discord/gateway.ts'];
  expect(openers.sort()).toEqual([...discord, 'bot/slack/files.ts', 'bot/slack/hooks.ts', 'tools/egress/connect.ts']);
});

/** Everything that a file brings in with it when it runs. */
const closureOf = (roots: readonly string[]): string[] => {
  const reached = new Set<string>();
  const walk = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { from, to, typeOnly } of inside) if (from === file && !typeOnly) walk(to);
  };
  roots.forEach(walk);
  return [...reached];
};

test('[heartbeat] no code that a heartbeat is taken by, or its digest told by, can decide, carry out or enqueue anything', () => {
  const roots = [
    'dispatch/beat.ts',
    'dispatch/quiet-beats.ts',
    'dispatch/beat-digest.ts',
    'dispatch/hold-report.ts',
    'agents/workforce.ts',
  ];
  const closure = closureOf(roots);
  expect(roots.filter((root) => !files.includes(root))).toEqual([]);
  const powers =
    /^dispatch\/(?:after|autopilot[\w-]*|begin|blocked|decide|earned[\w-]*|execute|heart|move|occurrence|occurrence-make|offer|park|power|propose|reissue|revise|run-schedule|undo)\.ts$|^(?:queue|bot|web)\//;
  expect(closure.filter((file) => powers.test(file))).toEqual([]);
  const writes = /(?:insert|update|delete)\((?:decisions|effects|votes|proposals|revisions)\)|\benqueue\w*\(|\.execute\((?!sql`|db|tx)/;
  const writers = closure.filter((file) => file.startsWith('dispatch/') && writes.test(readFileSync(join(SRC, file), 'utf8')));
  expect(writers).toEqual([]);
  // The test itself can tell: a job's occurrences are decided, and say so.
  expect(closureOf(['dispatch/occurrence.ts']).filter((file) => powers.test(file))).not.toEqual([]);
});

test('states move only where the heart moves them', () => {
  const writers = files.filter((name) => /update\(proposals\)[\s\S]{0,200}?state:/.test(readFileSync(join(SRC, name), 'utf8')));
  expect(writers.sort()).toEqual(['dispatch/move.ts', 'dispatch/park.ts', 'dispatch/power.ts']);
});
