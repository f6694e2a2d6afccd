import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { method: string; path: string; headers: IncomingHttpHeaders; body: Record<string, unknown> };
/** What the server does with one request; it may answer, drip, hang or break the connection. */
export type Behave = (answer: ServerResponse, received: Received, nth: number) => void | Promise<void>;

export type RawServer = {
  url: string;
  port: number;
  received: Received[];
  /** From now on. */
  behave(how: Behave): void;
  stop(): Promise<void>;
};

const parsed = (text: string): Record<string, unknown> => (text === '' ? {} : (JSON.parse(text) as Record<string, unknown>));

/** A server on the loopback that shows the very bytes that a library sent, and answers with any bytes at all. Emulators hide both. */
export const rawServer = async (first: Behave, port = 0): Promise<RawServer> => {
  const received: Received[] = [];
  let how = first;
  const server = createServer((request, answer) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: parsed(text) };
      received.push(one);
      void how(answer, one, received.length);
    });
    request.on('error', () => undefined);
    answer.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const at = (server.address() as AddressInfo).port; // it listens on TCP
  return {
    url: `http://127.0.0.1:${at}`,
    port: at,
    received,
    behave(next) {
      how = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Answers with a status and, when there is one, a body. */
export const status =
  (code: number, headers: Record<string, string> = {}, body: unknown = { error: { type: 'an_error', message: 'no' } }): Behave =>
  (answer) => {
    answer.writeHead(code, { 'content-type': 'application/json', ...headers });
    answer.end(JSON.stringify(body));
  };

/** Server-sent events in the order given. */
export const events =
  (frames: readonly string[]): Behave =>
  (answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.end(frames.join(''));
  };
