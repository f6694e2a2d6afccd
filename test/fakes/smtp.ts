import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Letter = { from: string; to: string[]; text: string };
/** What goes wrong, if anything. */
export type Fault =
  | 'none'
  | 'greets with 421'
  | 'refuses the sender'
  | 'refuses some'
  | 'refuses all'
  | 'hangs up at RCPT'
  | 'refuses the message'
  | 'hangs up at DATA'
  | 'hangs up in the message'
  | 'takes the message and hangs up'
  | 'takes the message and is silent'
  | 'never greets';

/** Somebody's mail server, which takes and keeps letters, with one fault at a time. */
export type FakeSmtp = { url: string; port: number; letters: Letter[]; fault(name: Fault): void; stop(): Promise<void> };

const no = (code: number, said: string): Error => Object.assign(new Error(said), { responseCode: code });

export const startFakeSmtp = async (login?: { user: string; pass: string }): Promise<FakeSmtp> => {
  const letters: Letter[] = [];
  let fault: Fault = 'none';
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = new SMTPServer({
    disabledCommands: login ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    authOptional: !login,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (_session, done) => {
      if (fault === 'never greets') return;
      done(fault === 'greets with 421' ? no(421, 'try later') : null);
    },
    onAuth: ({ username, password }, _session, done) =>
      username === login?.user && password === login?.pass ? done(null, { user: username }) : done(no(535, 'wrong')),
    onMailFrom: (_address, _session, done) => done(fault === 'refuses the sender' ? no(550, 'not from you') : null),
    onRcptTo: ({ address }, _session, done) => {
      if (fault === 'hangs up at RCPT') return cut();
      const refused = fault === 'refuses all' || (fault === 'refuses some' && address.startsWith('nobody'));
      return done(refused ? no(550, `no such user ${address}`) : null);
    },
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = [];
      if (fault === 'hangs up at DATA') return cut();
      if (fault === 'hangs up in the message') return void stream.once('data', cut);
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        if (fault === 'refuses the message') return done(no(554, 'smells of spam'));
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        letters.push({ from, to: envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(parts).toString('utf8') });
        if (fault === 'takes the message and hangs up') return cut();
        return fault === 'takes the message and is silent' ? undefined : done(null);
      });
    },
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.server.address() as AddressInfo; // listening on TCP
  return {
    url: `smtp://${login ? `${login.user}:${encodeURIComponent(login.pass)}@` : ''}127.0.0.1:${port}`,
    port,
    letters,
    fault(name) {
      fault = name;
    },
    async stop() {
      cut();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
};
