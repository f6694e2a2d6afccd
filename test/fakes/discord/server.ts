import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway } from './gateway.ts';
import { createInteractions } from './interactions.ts';
import { answer, type Reply, readBody, refusal } from './rest.ts';
import { createWorld, type Json } from './world.ts';

/** What a call that matches comes to instead. `lost`: it was done, and the wire broke before the answer; `unsent`: before it was done. */
export type Mishap =
  | { kind: 'lost' | 'unsent' }
  /** Done, and answered as if it had not been. */
  | { kind: 'failed'; status: number }
  | { kind: 'status'; status: number }
  | { kind: 'refused'; code: number }
  | { kind: 'limited'; seconds: number; global?: boolean }
  /** Done, and the answer comes when this does. */
  | { kind: 'held'; until: Promise<void> };
export type Fault = { on: RegExp; times?: number } & Mishap;

export const TOKEN = 'fake-discord-token-0123456789';

/** Discord on this machine: REST and gateway on one port, for the real client. */
export const startDiscord = async () => {
  const world = createWorld();
  const violations: string[] = [];
  const faults: Fault[] = [];
  const sky = { weather: (_line: string): Mishap | undefined => undefined };
  const requests: string[] = [];
  const menus = new Map<string, Json[]>();
  const memory = { nonces: true };
  const used = new Set<string>();
  /** What the small CDN holds, by path. */
  const files = new Map<string, Buffer>();
  let port = 0;
  const server = createServer();
  const gateway = createGateway(server, world, TOKEN);
  const interactions = createInteractions({ world, violations, menu: () => [...menus.values()].flat(), dispatch: gateway.dispatch });
  const routes = { world, gateway, interactions, violations, menus, memory, used, base: () => `http://127.0.0.1:${port}` };

  const faultFor = (line: string): Mishap | undefined => {
    const found = faults.find(({ on }) => on.test(line));
    if (!found) return sky.weather(line);
    found.times = (found.times ?? 1) - 1;
    if (found.times <= 0) faults.splice(faults.indexOf(found), 1);
    return found;
  };
  const limited = ({ seconds, global = false }: Mishap & { kind: 'limited' }): Reply => ({
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global },
    headers: { 'retry-after': String(seconds), ...(global ? { 'x-ratelimit-global': 'true' } : { 'x-ratelimit-scope': 'user' }) },
  });
  const replyTo = async (request: IncomingMessage, url: URL, path: string): Promise<Reply> => {
    const body = await readBody(request);
    const tokened = /\/(?:interactions|webhooks)\//.test(path);
    if (!tokened && request.headers.authorization !== `Bot ${TOKEN}`) return refusal(401, 0, '401: Unauthorized');
    return answer(routes, { method: request.method ?? 'GET', path: decodeURIComponent(path), body, query: url.searchParams });
  };
  const send = (response: ServerResponse, { status, body = {}, headers = {} }: Reply): void => {
    // An empty answer must not claim to be JSON: discord.js would try to read it.
    if (status === 204) response.writeHead(204, headers).end();
    else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  /** What is answered in place of doing anything. */
  const insteadOf = (fault: Mishap | undefined): Reply | undefined => {
    if (fault?.kind === 'limited') return limited(fault);
    if (fault?.kind === 'refused') return refusal(400, fault.code, 'Invalid Form Body');
    return fault?.kind === 'status' ? { status: fault.status } : undefined;
  };
  /** Says what came of a call that was done, or lets nobody hear of it. */
  const tell = async (fault: Mishap | undefined, response: ServerResponse, reply: Reply): Promise<void> => {
    if (fault?.kind === 'held') await fault.until;
    if (fault?.kind === 'lost') response.destroy();
    else if (fault?.kind === 'failed') send(response, { status: fault.status });
    else send(response, reply);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const file = files.get(url.pathname);
    if (file) return void response.writeHead(200, { 'content-type': 'text/plain' }).end(file);
    const path = url.pathname.replace(/^\/api\/v10/, '');
    const line = `${request.method} ${path}`;
    requests.push(line);
    const fault = faultFor(line);
    const instead = insteadOf(fault);
    if (instead) return send(response, instead);
    if (fault?.kind === 'unsent') return void response.destroy();
    await tell(fault, response, await replyTo(request, url, path));
  };
  server.on('request', (request, response) => void handle(request, response));
  const listen = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject).listen(at, '127.0.0.1', resolve);
    });
  await listen(0);
  port = (server.address() as AddressInfo).port; // it listens on a port
  const halt = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    gateway.cut();
    server.closeAllConnections();
    await closed;
  };
  return {
    ...{ world, gateway, interactions, violations, faults, requests, menus },
    /** What every call meets for which no fault waits. */
    sky,
    /** Puts a file where messages link to it; answers its address. */
    upload(name: string, content: Buffer): string {
      const path = `/attachments/${files.size + 1}/${name}`;
      files.set(path, content);
      return `http://127.0.0.1:${port}${path}`;
    },
    /** What people see in the menus of a server: what is for it, and what is for all of them. */
    menu: (): Json[] => [...menus.values()].flat(),
    apiUrl: `http://127.0.0.1:${port}/api`,
    /** `nonces` false: they are older than the few minutes for which Discord remembers them. */
    memory,
    used,
    /** Nothing answers on this port until `up`. */
    down: halt,
    up: () => listen(port),
    async stop() {
      gateway.close();
      if (server.listening) await halt();
    },
  };
};
export type FakeDiscord = Awaited<ReturnType<typeof startDiscord>>;
