import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { APP, BOT, GUILD, type Json, type World } from './world.ts';

type Session = { id: string; sent: { s: number; t: string; d: Json }[]; seq: number; socket: WebSocket | undefined };

/** The fake gateway: hello, identify, resume, heartbeats and dispatches, with the faults of a real one. */
export const createGateway = (server: Server, world: World, token: string) => {
  const wss = new WebSocketServer({ server, path: '/gw' });
  const sessions = new Map<string, Session>();
  const knobs = {
    heartbeatMs: 41_250,
    /** Heartbeats are no longer answered: what is left is a zombie. */
    zombie: false,
    contentGranted: true,
    guilds: [GUILD],
    identifies: 0,
    resumes: 0,
    remaining: 1000,
    resetAfterMs: 86_400_000,
    /** Members of server GUILD that are null where Discord promises an object. */
    nulls: false,
    /** What the bot may do in its servers, as the invite link granted it. */
    permissions: String((1n << 10n) | (1n << 11n) | (1n << 15n) | (1n << 16n) | (1n << 35n) | (1n << 38n)),
    /** What it asked to be told of when it identified itself last. */
    intents: 0,
  };
  let current: Session | undefined;

  const send = (socket: WebSocket, op: number, more: Json): void => socket.send(JSON.stringify({ op, d: null, s: null, t: null, ...more }));
  const dispatchTo = (session: Session, t: string, d: Json): void => {
    session.seq += 1;
    session.sent.push({ s: session.seq, t, d });
    if (session.socket?.readyState === 1) send(session.socket, 0, { d, s: session.seq, t });
  };
  const guildOf = (id: string): Json => {
    const channels = [...world.channels.values()].filter(({ guild_id }) => guild_id === id);
    return {
      id,
      name: `server ${id}`,
      owner_id: BOT.id,
      system_channel_id: null,
      member_count: 1,
      joined_at: '2026-01-01T00:00:00Z',
      roles: [
        { id, name: '@everyone', permissions: '0', position: 0, color: 0, hoist: false, managed: false, mentionable: false, flags: 0 },
      ],
      channels: channels.filter(({ type }) => type === 0),
      threads: channels
        .filter(({ type, archived }) => type === 11 && !archived)
        .map((thread) => ({ ...thread, thread_metadata: { archived: false } })),
      members: knobs.nulls ? [null] : [{ user: BOT, roles: [], joined_at: '2026-01-01T00:00:00Z', flags: 0 }],
      ...Object.fromEntries(
        [
          'emojis',
          'stickers',
          'presences',
          'voice_states',
          'stage_instances',
          'guild_scheduled_events',
          'soundboard_sounds',
          'features',
        ].map((name) => [name, []]),
      ),
    };
  };
  const identify = (socket: WebSocket, d: Json) => {
    knobs.intents = Number(d.intents);
    knobs.identifies += 1;
    knobs.remaining -= 1;
    if (d.token !== token) return socket.close(4004, 'Authentication failed.');
    if ((Number(d.intents) & (1 << 15)) !== 0 && !knobs.contentGranted) return socket.close(4014, 'Disallowed intent(s).');
    const session: Session = { id: randomUUID(), sent: [], seq: 0, socket };
    sessions.set(session.id, session);
    current = session;
    const { port } = server.address() as { port: number }; // it listens on a port
    dispatchTo(session, 'READY', {
      v: 10,
      user: BOT,
      guilds: knobs.guilds.map((id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `ws://127.0.0.1:${port}/gw`,
      shard: [0, 1],
      application: { id: APP, flags: 0 },
      private_channels: [],
    });
    for (const id of knobs.guilds) dispatchTo(session, 'GUILD_CREATE', guildOf(id));
  };
  const resume = (socket: WebSocket, d: Json) => {
    const session = sessions.get(String(d.session_id));
    if (!session) return send(socket, 9, { d: false });
    knobs.resumes += 1;
    session.socket = socket;
    current = session;
    for (const { s, t, d: data } of session.sent.filter(({ s }) => s > Number(d.seq))) send(socket, 0, { d: data, s, t });
    dispatchTo(session, 'RESUMED', {});
  };
  wss.on('connection', (socket) => {
    send(socket, 10, { d: { heartbeat_interval: knobs.heartbeatMs } });
    socket.on('message', (raw) => {
      const { op, d } = JSON.parse(String(raw)) as { op: number; d: Json }; // discord.js sends both
      if (op === 1 && !knobs.zombie) send(socket, 11, {});
      if (op === 2) identify(socket, d);
      if (op === 6) resume(socket, d);
    });
    socket.on('error', () => undefined);
  });
  return {
    knobs,
    dispatch: (t: string, d: Json): void => (current ? dispatchTo(current, t, d) : undefined),
    joinGuild(id: string) {
      knobs.guilds.push(id);
      if (current) dispatchTo(current, 'GUILD_CREATE', guildOf(id));
    },
    /** Asks the client to come back and resume. */
    op7: () => current?.socket && send(current.socket, 7, {}),
    /** The session is worthless: the client must identify anew, and what it missed is not replayed. */
    invalidate() {
      sessions.clear();
      if (current?.socket) send(current.socket, 9, { d: false });
      current = undefined;
    },
    /** Cuts the wire without a word. */
    cut() {
      for (const socket of wss.clients) socket.terminate();
    },
    connected: (): boolean => current?.socket?.readyState === 1,
    forget: () => sessions.clear(),
    close: () => wss.close(),
  };
};
export type FakeGateway = ReturnType<typeof createGateway>;
