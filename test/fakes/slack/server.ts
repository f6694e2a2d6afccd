import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { APP_TOKEN, BOT_TOKEN, CONFIG_TOKEN, createState, type Fault, type Json, type State } from './state.ts';
import { answerCall, answerHook } from './web-api.ts';

export type Acked = { acked: boolean; payload: Json };

/** Slack as one server: Web API, files, and the sockets of socket mode. */
export type SlackServer = State & {
  apiUrl: string;
  /** Sends an envelope over one of the open sockets and waits for its acknowledgement; `acked` false: none came in time. */
  envelope(type: string, payload: Json, retry?: number): Promise<Acked>;
  sockets(): WebSocket[];
  /** Asks the oldest connection to make room for a new one; nothing is sent over it any more. */
  refresh(reason: string): void;
  /** Everything is refused at the door until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

const STRUCTURED = ['blocks', 'view', 'metadata', 'chunks', 'prompts'];
const readArgs = (body: string): Json =>
  Object.fromEntries([...new URLSearchParams(body)].map(([key, value]) => [key, STRUCTURED.includes(key) ? JSON.parse(value) : value]));

const send = (response: ServerResponse, body: Json, more: { status?: number; headers?: Record<string, string> } = {}) => {
  response.writeHead(more.status ?? 200, { 'content-type': 'application/json', ...more.headers });
  response.end(JSON.stringify(body));
};

const fail = (fault: Fault | undefined, response: ServerResponse): boolean => {
  switch (fault?.kind) {
    case 'status':
      send(response, {}, { status: fault.status });
      return true;
    case 'rate_limited':
      send(response, { ok: false, error: 'ratelimited' }, { status: 429, headers: { 'retry-after': String(fault.seconds) } });
      return true;
    case 'error':
      send(response, { ok: false, error: fault.error });
      return true;
    case 'lost_before':
      response.destroy();
      return true;
    default:
      return false;
  }
};

/** The manifest travels as JSON inside a text. */
const makeApp = (state: State, { manifest }: Json): Json => {
  if (typeof manifest !== 'string') return { ok: false, error: 'invalid_manifest' };
  state.apps.push(JSON.parse(manifest));
  return { ok: true, app_id: `A${state.apps.length}`, credentials: { signing_secret: 'not shown anywhere' } };
};

/** How what was done is answered. */
const reply = async (fault: Fault | undefined, response: ServerResponse, done: () => void): Promise<void> => {
  if (fault?.kind === 'held') await fault.until;
  if (fault?.kind === 'lost_after') response.destroy();
  else done();
};

const call = async (state: State, at: { request: IncomingMessage; response: ServerResponse; method: string; socketUrl: string }) => {
  const { request, response, method, socketUrl } = at;
  const args = readArgs(await readBody(request));
  state.calls.push({ method, args, at: Date.now() });
  const fault = state.faults.get(method)?.shift() ?? state.weather(method);
  if (fail(fault, response)) return;
  const bearer = request.headers.authorization;
  if (method === 'apps.connections.open')
    return send(
      response,
      bearer === `Bearer ${APP_TOKEN}` && !state.revoked ? { ok: true, url: socketUrl } : { ok: false, error: 'invalid_auth' },
    );
  if (method === 'apps.manifest.create')
    return send(response, bearer === `Bearer ${CONFIG_TOKEN}` ? makeApp(state, args) : { ok: false, error: 'invalid_auth' });
  if (bearer !== `Bearer ${BOT_TOKEN}` && args.token !== BOT_TOKEN) return send(response, { ok: false, error: 'invalid_auth' });
  const answer = answerCall(state, method, args);
  return reply(fault, response, () => send(response, answer, { headers: { 'x-oauth-scopes': state.scopes.join(',') } }));
};

/** What answers a command or a press by the address that came with it. */
const hooked = async (state: State, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { url = '' } = request;
  const [user = '', channel = ''] = url.split('/').slice(3);
  const args = JSON.parse(await readBody(request));
  state.calls.push({ method: 'response_url', args, at: Date.now() });
  response.writeHead(answerHook(state, { key: url, user, channel }, args) ? 200 : 400).end('ok');
};

const handle = async (state: State, at: { request: IncomingMessage; response: ServerResponse; host: string }): Promise<void> => {
  const { request, response, host } = at;
  const [, kind = '', name = ''] = (request.url ?? '').split('/');
  if (kind === 'api') {
    const ticket = randomUUID();
    await call(state, { request, response, method: name, socketUrl: `ws://${host}/link/?ticket=${ticket}&app_id=A1` });
  } else if (kind === 'hooks') {
    await hooked(state, request, response);
  } else if (kind === 'files' && request.headers.authorization === `Bearer ${BOT_TOKEN}`) {
    const file = state.files.get(name);
    response.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain' }).end(file?.body);
  } else response.writeHead(404).end();
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)); // on TCP
  });

const createSocketSide = (state: State) => {
  const wss = new WebSocketServer({ noServer: true });
  const open = new Set<WebSocket>();
  const waiting = new Map<string, (payload: Json) => void>();
  let turn = 0;
  wss.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('message', (data) => {
      const { envelope_id: id, payload }: { envelope_id: string; payload?: Json } = JSON.parse(String(data));
      waiting.get(id)?.(payload ?? {});
      waiting.delete(id);
    });
    const debug_info = { host: 'applink', build_number: 1, approximate_connection_time: 18_060 };
    socket.send(JSON.stringify({ type: 'hello', num_connections: open.size, connection_info: { app_id: 'A1' }, debug_info }));
    socket.ping();
  });
  const envelope = (type: string, payload: Json, retry = 0): Promise<Acked> => {
    const sockets = [...open];
    turn += 1;
    const socket = sockets[turn % Math.max(1, sockets.length)];
    if (!socket) return Promise.resolve({ acked: false, payload: {} });
    const id = randomUUID();
    const retried = retry > 0 ? { retry_attempt: retry, retry_reason: 'timeout' } : {};
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        waiting.delete(id);
        resolve({ acked: false, payload: {} });
      }, state.ackMs);
      waiting.set(id, (answer) => {
        clearTimeout(late);
        resolve({ acked: true, payload: answer });
      });
      socket.send(JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api', ...retried }));
    });
  };
  const refresh = (reason: string): void => {
    const [oldest] = open;
    if (!oldest) return;
    open.delete(oldest);
    oldest.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink' } }));
  };
  return { wss, open, envelope, refresh };
};

export const startSlack = async (): Promise<SlackServer> => {
  const state = createState();
  const side = createSocketSide(state);
  let host = '';
  let server: Server;
  const start = async (port: number): Promise<number> => {
    server = createServer((request, response) => void handle(state, { request, response, host }));
    server.on('upgrade', (request, socket, head) =>
      side.wss.handleUpgrade(request, socket, head, (one) => side.wss.emit('connection', one, request)),
    );
    // A connection that rests is not closed just as it is to be used again.
    server.keepAliveTimeout = 0;
    return listen(server, port);
  };
  const close = async (): Promise<void> => {
    for (const socket of side.open) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const port = await start(0);
  host = `127.0.0.1:${port}`;
  state.origin = `http://${host}`;
  return Object.assign(state, {
    apiUrl: `http://${host}/api/`,
    envelope: side.envelope,
    sockets: () => [...side.open],
    refresh: side.refresh,
    down: close,
    up: async () => void (await start(port)),
    stop: close,
  });
};
