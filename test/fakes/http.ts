import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';

export type Heard = { method: string; url: string; headers: NodeJS.Dict<string | string[]>; body: string };

/** Somebody else's HTTP server: what it heard, and an answer that a test chooses. */
export type FakeHttp = {
  port: number;
  /** `127.0.0.1:port`, as a policy names it. */
  place: string;
  heard: Heard[];
  answer(with_: (request: IncomingMessage, response: ServerResponse, heard: Heard) => void): void;
  stop(): Promise<void>;
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};

export const startFakeHttp = async (host = '127.0.0.1'): Promise<FakeHttp> => {
  const heard: Heard[] = [];
  let answer: Parameters<FakeHttp['answer']>[0] = (_request, response) => response.end('ok');
  const server = createServer((request, response) => {
    void textOf(request).then(
      (body) => {
        const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
        heard.push(one);
        answer(request, response, one);
      },
      () => undefined,
    );
  });
  await new Promise<void>((ready) => server.listen(0, host, ready));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return {
    port,
    place: `${host}:${port}`,
    heard,
    answer(with_) {
      answer = with_;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
};

/** Counts whoever connects, and answers nobody. */
export const startTrap = async (): Promise<{ port: number; hits(): number; stop(): Promise<void> }> => {
  let hits = 0;
  const open = new Set<Socket>();
  const spring = (socket: Socket) => {
    hits += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ntrapped');
  };
  const four = createTcp(spring);
  await new Promise<void>((ready) => four.listen(0, '0.0.0.0', ready));
  const { port } = four.address() as AddressInfo; // listening on TCP
  const six = createTcp(spring);
  // A machine without IPv6 has nothing to trap there.
  await new Promise<void>((ready) => six.once('error', () => ready()).listen({ port, host: '::1', ipv6Only: true }, ready));
  return {
    port,
    hits: () => hits,
    async stop() {
      for (const socket of open) socket.destroy();
      await Promise.all([four, six].map((server) => new Promise((done) => server.close(done))));
    },
  };
};
