import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { readSealed } from '../../db/read/sealed-events.ts';
import { problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN } from '../door.ts';
import type { Streams } from '../streams.ts';

const tags = ['events'];
const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' } as const;

const stream = createRoute({
  method: 'get',
  path: '/api/events',
  operationId: 'streamEvents',
  summary: 'Everything that happens, as server-sent events named `wilco`; `reset` says to read everything anew',
  description: 'The data of each `wilco` event is a StreamEvent. `Last-Event-ID` resumes behind the event with that id.',
  tags,
  ...asRole('viewer'),
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems(...SIGNED_IN, 'too_many_streams'),
  },
});

const JSON_LINES: string = 'application/x-ndjson'; // as a literal its name would pass for JSON, of which this is many

const exported = createRoute({
  method: 'get',
  path: '/api/events/export',
  operationId: 'exportEvents',
  summary: 'The sealed record as JSON lines, each with its place in the hash chain',
  tags,
  ...asRole('admin'),
  responses: { 200: { description: 'The record', content: { [JSON_LINES]: { schema: z.string() } } }, ...problems(...SIGNED_IN) },
});

const PAGE = 1000;
const utf8 = new TextEncoder();

/** The record page by page, each read when the one before has left. One that breaks off is cut, so that nobody takes it for whole. */
const exportLines = ({ heart, log }: WebDeps, projectId: string): ReadableStream<Uint8Array> => {
  let after = 0;
  const read = () => readSealed(heart.database.db, { projectId, after, limit: PAGE });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const links = await read().catch((error: unknown) => {
          log.error({ err: error instanceof Error ? error.name : typeof error }, 'export.broken');
        });
        // What the server prints of this error must hold nothing of its cause, which quotes the query.
        if (!links) return controller.error(new Error('the export broke off'));
        if (links.length > 0) controller.enqueue(utf8.encode(links.map((link) => `${JSON.stringify(link)}\n`).join('')));
        if (links.length < PAGE) controller.close();
        after = links.at(-1)?.seq ?? after;
      },
    },
    { highWaterMark: 0 },
  );
};

/** What happened: as it happens, and all of it. */
export const eventRoutes = (deps: WebDeps, streams: Streams) => {
  const app = new OpenAPIHono<WebEnv>();

  app.openapi(stream, async (c) => {
    // Nobody reads the body of an answer to HEAD, so it must not begin.
    if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);
    const body = await streams.open(c.get('caller') ?? { actor: c.get('actor'), holds: async () => false }, c.req.header('last-event-id'));
    return body ? c.body(body, 200, HEADERS) : problem(c, { code: 'too_many_streams' });
  });

  app.openapi(exported, (c) => {
    const headers = { 'content-type': JSON_LINES, 'content-disposition': 'attachment; filename="wilco-events.jsonl"' };
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    return c.body(exportLines(deps, c.get('actor').projectId), 200, headers);
  });

  return app;
};
