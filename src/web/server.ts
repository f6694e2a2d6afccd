import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { err, ok, type Result } from '../result.ts';
import { PROBLEM_JSON, problemOf } from './answer.ts';
import { createApp } from './app.ts';
import type { WebDeps } from './deps.ts';
import type { ProblemCode } from './problems.ts';

export type WebError = { code: 'port_in_use' | 'address_not_usable'; message: string };
/** `stop` ends streams and idle connections at once and gives requests under way a moment; it may be called again. */
export type Web = { port: number; stop(): Promise<void> };

const LIMITS = {
  // Whoever sends slowly, or nothing at all, holds a connection no longer than this.
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 16 * 1024,
} as const;
/** A connection on which nothing moves, because its reader does not read: a stream's heartbeat comes four times as often. */
const STALLED_MS = 60_000;
const STOP_MS = 3000;

const CLIENT_ERRORS: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
};

/** What could not even be read as a request is answered as everything else is, and cut. */
const refuseBroken = (error: Error & { code?: string }, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = problemOf({ code: CLIENT_ERRORS[error.code ?? ''] ?? 'bad_request' });
  const body = JSON.stringify(problem);
  const headers = [
    `content-type: ${PROBLEM_JSON['content-type']}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    'x-content-type-options: nosniff',
  ];
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
};

const listen = (server: Server, at: { host: string; port: number }): Promise<Result<number, WebError>> =>
  new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const message = taken
        ? `Port ${at.port} is taken on ${at.host}. Stop what uses it, or set PORT to another one.`
        : `Wilco cannot listen on ${at.host}:${at.port} (${error.code ?? error.name}). Set HOST and PORT to an address of this machine.`;
      resolve(err({ code: taken ? 'port_in_use' : 'address_not_usable', message }));
    };
    server.once('error', failed);
    server.listen(at.port, at.host, () => {
      server.off('error', failed);
      resolve(ok((server.address() as AddressInfo).port)); // listening on TCP, so neither a pipe's name nor null
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), STOP_MS);
    // A connection whose answer ends now would otherwise be kept for a next request.
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });

/** Serves the app over HTTP, with bounds on how long anything may take to arrive. Port 0 takes a free one. */
export const startWeb = async (deps: WebDeps, at: { host: string; port: number }): Promise<Result<Web, WebError>> => {
  let { port } = at;
  // Until the caller has composed its address out of the port that it is told.
  const publicUrl = () => deps.publicUrl() || `http://127.0.0.1:${port}`;
  const app = createApp({ ...deps, publicUrl }, { bound: () => ({ host: at.host, port }) });
  const refuse = () => new Response(JSON.stringify(problemOf({ code: 'bad_request' })), { status: 400, headers: PROBLEM_JSON });
  const server = createServer(LIMITS, getRequestListener(app.fetch, { errorHandler: refuse }));
  server.timeout = STALLED_MS;
  server.on('clientError', refuseBroken);
  const listening = await listen(server, at);
  if (!listening.ok) return listening;
  port = listening.value;
  deps.log.info({ port }, 'web.started');
  let stopping: Promise<void> | undefined;
  return ok({
    port,
    stop() {
      app.stop();
      stopping ??= close(server);
      return stopping;
    },
  });
};
