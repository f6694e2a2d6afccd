import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { span, traceparent } from '../../src/trace.ts';
import { makeHome, removeHome, startWilco, type Wilco } from '../e2e/start.ts';
import { eventually } from '../eventually.ts';

type Value = { stringValue?: string; intValue?: string | number; boolValue?: boolean };
type Span = { name: string; traceId: string; spanId: string; parentSpanId?: string; attributes: { key: string; value: Value }[] };
type Sent = { resourceSpans: { resource: { attributes: { key: string; value: Value }[] }; scopeSpans: { spans: Span[] }[] }[] };

/** A collector that keeps what it is sent, in the JSON form of OTLP over HTTP. */
const startCollector = async () => {
  const bodies: string[] = [];
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers['x-tenant']}`);
      bodies.push(Buffer.concat(chunks).toString('utf8'));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const all = () => bodies.map((body) => JSON.parse(body) as Sent);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    bodies,
    spans: () => all().flatMap((sent) => sent.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans))),
    service: () => all()[0]?.resourceSpans[0]?.resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue,
    stop: () => new Promise((done) => server.close(done)),
  };
};

const CANARY = 'canary-7f3a';
let collector: Awaited<ReturnType<typeof startCollector>>;
let home: string;
let wilco: Wilco;
beforeAll(async () => {
  collector = await startCollector();
  home = await makeHome();
  wilco = await startWilco(home, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=four%20two',
    OTEL_SERVICE_NAME: 'wilco-test',
    OTEL_BSP_SCHEDULE_DELAY: '200',
  });
});
afterAll(async () => {
  await wilco.stop();
  await collector.stop();
  await removeHome(home);
});

const attribute = (one: Span | undefined, key: string) => one?.attributes.find((each) => each.key === key)?.value.stringValue;

test('[quiet] a sentence is followed from its request to its card, and from the decision to the tool, by ids alone', async () => {
  const sent = await wilco.api('POST', '/api/room/messages', { text: `create a task called ${CANARY}` });
  const card = await eventually(async () => {
    const { body } = await wilco.api('GET', '/api/approvals');
    return (body.items as { id: string; revision: number; digest: string; threadId: string }[]).find(
      (one) => one.threadId === sent.body.threadId,
    );
  });
  await wilco.api('POST', `/api/approvals/${card.id}/approve`, { revision: card.revision, digest: card.digest });
  await wilco.api('GET', `/api/${CANARY}?token=${CANARY}`);
  await eventually(
    async () => collector.spans().some((one) => one.name === 'execute') && collector.spans().some((one) => one.name === 'propose'),
  );
  await wilco.stop();
  const spans = collector.spans();
  const byId = new Map(spans.map((one) => [one.spanId, one]));
  const lineOf = (one: Span | undefined): string[] => (one ? [...lineOf(byId.get(one.parentSpanId ?? '')), one.name] : []);
  const named = (name: string) => spans.find((one) => one.name === name);
  expect(lineOf(named('propose'))).toEqual(['POST /api/room/messages', 'job route', 'message', 'propose']);
  expect(lineOf(named('route'))).toEqual(['POST /api/room/messages', 'job route', 'message', 'route']);
  expect(lineOf(named('tool create_task'))).toEqual([
    'POST /api/approvals/:id/approve',
    'decide',
    'job execute',
    'execute',
    'tool create_task',
  ]);
  for (const name of ['propose', 'decide', 'execute', 'tool create_task'])
    expect(attribute(named(name), 'wilco.proposal_id'), name).toBe(card.id);
  expect(attribute(named('execute'), 'wilco.came')).toBe('settled');
  expect(collector.service()).toBe('wilco-test');
  expect(new Set(collector.seen)).toEqual(new Set(['POST /v1/traces four two']));
  expect(collector.bodies.join('')).not.toContain(CANARY);
  expect(collector.bodies.join('')).not.toContain(wilco.key);
});

test('where nobody traces, work is done as it is and no job carries a trace', async () => {
  expect(traceparent()).toBeUndefined();
  expect(await span('nothing', {}, async (mark) => mark({ a: 1 }))).toBeUndefined();
  await expect(span('nothing', {}, async () => Promise.reject(new Error('as it was')))).rejects.toThrow('as it was');
});

test('half of the configuration is refused with a sentence', () => {
  expect(parseConfig({ OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }, [])).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT') },
  });
  expect(parseConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, [])).toMatchObject({ ok: false });
  expect(parseConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_EXPORTER_OTLP_HEADERS: 'a=b,c=%d=' }, [])).toMatchObject({
    ok: true,
    value: { tracing: { headers: { a: 'b', c: '%d=' }, service: 'wilco' } },
  });
});
