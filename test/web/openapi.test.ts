import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROBLEM_CODES, STATUS } from '../../src/web/problems.ts';
import { createWebRig, type WebRig } from './rig.ts';

type Response = { description: string; content?: Record<string, { schema: unknown }> };
type Operation = {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: { in: string; name: string; required?: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, Response>;
};
type Document = {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { enum?: string[] }>; securitySchemes: Record<string, { enum?: string[] }> };
};

let rig: WebRig;
let document: Document;
beforeAll(async () => {
  rig = await createWebRig();
  const answer = await rig.ask('/openapi.json');
  expect(answer.status).toBe(200);
  document = (await answer.json()) as Document; // held against what follows
});
afterAll(() => rig.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

const refs = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  if ('$ref' in value && typeof value.$ref === 'string') return [value.$ref];
  return Object.values(value).flatMap(refs);
};

test('the description is OpenAPI 3.1 that refers to nothing that it lacks', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toMatchObject({ title: 'Wilco', version: '0.0.0-test' });
  const known = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`));
  expect([...new Set(refs(document))].filter((ref) => !known.has(ref))).toEqual([]);
  for (const name of [
    'Approval',
    'Thread',
    'Task',
    'TaskDetail',
    'Status',
    'Metrics',
    'SwitchAnswer',
    'Problem',
    'StreamEvent',
    'Me',
    'Person',
    'Tool',
    'Command',
  ])
    expect(document.components.schemas[name], name).toBeDefined();
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations()) {
    expect(operation.summary?.length, path).toBeGreaterThan(5);
    expect(operation.tags?.length, path).toBe(1);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(
      (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name),
      path,
    ).toEqual(named);
  }
});

test('every route of the contract that there is so far is described', () => {
  const routes = [
    'get /status',
    'get /admin/metrics',
    'get /api/dashboard/stats',
    'get /api/dashboard/series',
    'get /api/me/preferences',
    'patch /api/me/preferences',
    'get /api/notifications',
    'post /api/notifications/read',
    'get /api/notifications/push',
    'post /api/notifications/push',
    'post /api/notifications/push/stop',
    'post /api/notifications/push/test',
    'get /metrics',
    'post /api/room/messages',
    'post /api/messages/{id}/retry',
    'post /api/messages/{id}/fill',
    'post /api/me/link-codes',
    'get /api/threads',
    'get /api/threads/{id}',
    'get /api/approvals',
    'get /api/decisions',
    'get /api/decisions/export',
    'get /api/decisions/{id}',
    'get /api/facts',
    'post /api/facts',
    'delete /api/facts/{id}',
    'get /api/approvals/{id}',
    ...['approve', 'reject', 'edit', 'retry', 'settle', 'withdraw', 'undo', 'take-over'].map((verb) => `post /api/approvals/{id}/${verb}`),
    'post /api/approvals/bulk',
    'get /api/agents',
    'get /api/agents/{key}',
    'get /api/agents/{key}/cost',
    'post /api/agents',
    'put /api/agents/{key}',
    'delete /api/agents/{key}',
    'post /api/agents/{key}/restart',
    'get /api/grants',
    'get /api/budgets',
    'get /api/schedules/presets',
    'get /api/tasks/{id}/events',
    'post /api/messages/{id}/dismiss',
    'post /api/messages/{id}/task',
    'post /api/tasks/{id}/assign',
    'post /api/tasks/{id}/move',
    'get /api/agents/{key}/runs',
    'get /api/agent-runs/{id}',
    'post /api/agent-runs/{id}/cancel',
    'post /api/agent-runs/{id}/say',
    'post /api/agents/{key}/pause',
    'post /api/agents/{key}/resume',
    'post /api/offers/{id}/accept',
    'get /api/documents',
    'post /api/documents',
    'get /api/documents/{id}/versions',
    'get /api/schedules',
    'post /api/schedules',
    'get /api/schedules/{id}',
    'patch /api/schedules/{id}',
    'delete /api/schedules/{id}',
    'post /api/schedules/{id}/pause',
    'post /api/schedules/{id}/resume',
    'post /api/schedules/{id}/run',
    'get /api/tasks',
    'post /api/tasks',
    'get /api/tasks/{id}',
    'post /api/tasks/{id}/events',
    'post /api/tasks/{id}/cancel',
    'get /api/people',
    'get /api/groups',
    'post /api/groups',
    'patch /api/groups/{key}',
    'delete /api/groups/{key}',
    'get /api/policy',
    'post /api/policy/changes',
    'post /api/policy/dry-run',
    'post /api/people',
    'patch /api/people/{id}',
    'delete /api/people/{id}',
    'post /api/people/{id}/link',
    'get /api/keys',
    'post /api/keys',
    'post /api/keys/{id}/secret',
    'delete /api/keys/{id}',
    'get /api/secrets',
    'put /api/secrets/{name}',
    'delete /api/secrets/{name}',
    'get /api/tools',
    'get /api/commands',
    ...['pause', 'resume', 'kill', 'unkill'].map((verb) => `post /api/system/${verb}`),
    'get /api/events',
    'get /api/events/export',
    'post /api/sign-in/look',
    'post /api/sign-in',
    'post /api/sign-out',
    'get /api/me',
  ];
  expect(
    operations()
      .map(({ path, method }) => `${method} ${path}`)
      .sort(),
  ).toEqual(routes.sort());
});

test('who may call is said of each, and only the way in and the status are open', () => {
  expect(Object.keys(document.components.securitySchemes).sort()).toEqual(['key', 'session']);
  const open = operations()
    .filter(({ operation }) => operation.security?.length === 0)
    .map(({ path }) => path);
  expect(open.sort()).toEqual(['/api/sign-in', '/api/sign-in/look', '/api/sign-out', '/status']);
  for (const { path, operation } of operations().filter((one) => !open.includes(one.path)))
    expect(operation.security, path).toEqual([{ key: [] }, { session: [] }]);
});

test('every code stands with its status at the routes that can answer it, and in the list of all', () => {
  expect(document.components.schemas.ProblemCode?.enum).toEqual(PROBLEM_CODES);
  const said = new Set<string>();
  for (const { path, operation } of operations())
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      const codes = [...description.matchAll(/^- `([a-z_]+)`: /gm)].map(([, name = '']) => name);
      for (const name of codes) {
        said.add(name);
        expect(STATUS[name as keyof typeof STATUS], `${path} ${name}`).toBe(Number(status));
      }
      if (Number(status) >= 400) expect(Object.keys(content ?? {}), path).toEqual(['application/problem+json']);
    }
  // What is answered before there is a route, or by none.
  const elsewhere = ['bad_request', 'headers_too_large', 'request_too_slow', 'not_found', 'console_missing'];
  expect(PROBLEM_CODES.filter((name) => !said.has(name)).sort()).toEqual(elsewhere.sort());
});

test('describing it twice is the same, and opens nothing', async () => {
  expect(rig.app.openapi()).toBe(rig.app.openapi());
  expect((await rig.ask('/openapi.json', { method: 'POST', json: {} })).status).toBe(404);
});
