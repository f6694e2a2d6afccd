import { request as ask, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Mishap } from '../bot/contract-faults.ts';

/** The network between people and the web side, with the faults of a real one: every byte of both ways goes through it. */
export type Road = {
  url: string;
  /** How the requests that change something end, in turn. */
  turns: (Mishap | null)[];
  /** Breaks every connection that is open. */
  cut(): void;
  close(): Promise<void>;
  open(): Promise<void>;
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const forward = (given: {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
  port: number;
  mishap: Mishap | null;
}): void => {
  const { request, response, body, port, mishap } = given;
  const { method, url: path, headers } = request;
  const passed = ask({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    const pass = (): void => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      response.on('close', () => answer.destroy());
    };
    if (mishap?.kind === 'lost') {
      answer.resume();
      response.destroy();
    } else if (mishap?.kind === 'held') void mishap.until.then(pass);
    else pass();
  });
  passed.on('error', () => response.destroy());
  passed.end(body);
};

/** Opens a road to a port of this machine. */
export const openRoad = async (port: number): Promise<Road> => {
  let server: Server = createServer();
  const turns: (Mishap | null)[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const mishap = (request.method === 'GET' ? null : turns.shift()) ?? null;
    if (mishap?.kind === 'unsent') response.destroy();
    else if (mishap?.kind === 'unavailable') response.writeHead(503).end();
    else if (mishap?.kind === 'limited') response.writeHead(429, { 'retry-after': String(Math.ceil(mishap.seconds)) }).end();
    else forward({ request, response, body, port, mishap });
  };
  const listen = (at: number): Promise<number> =>
    new Promise((resolve, reject) => {
      // A request that breaks on its way is what this is for.
      server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
      server.once('error', reject);
      server.listen(at, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)); // on TCP
    });
  const own = await listen(0);
  return {
    url: `http://127.0.0.1:${own}`,
    turns,
    cut: () => server.closeAllConnections(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    open: async () => void (await listen(own)),
  };
};
