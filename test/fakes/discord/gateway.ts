import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { APP, BOT, BOT_ROLE, GUILD, type Json, type World } from './world.ts';

type Session = {
  id: string;
  shard: [number, number];
  sent: { s: number; t: string; d: Json }[];
  seq: number;
  socket: WebSocket | undefined;
};

/** Which of so many connections is told of a server; direct messages come over the first. */
export const shardOf = (guild: string | undefined, shards: number): number => (guild ? Number((BigInt(guild) >> 22n) % BigInt(shards)) : 0);

/** The fake gateway: hello, identify, resume, heartbeats and dispatches, with the faults of a real one. */
export const createGateway = (server: Server, world: World, token: string) => {
  const wss = new WebSocketServer({ server, path: '/gw' });
  const sessions = new Map<string, Session>();
  const knobs = {
    heartbeatMs: 41_250,
    /** Heartbeats are no longer answered: what is left is a zombie. */
    zombie: false,
    contentGranted: true,
    /** Anybody may invite the bot. */
    isPublic: false,
    guilds: [GUILD],
    /** Those that the bot was removed from. */
    left: [] as string[],
    /** How many connections Discord advises, and how many of them may identify themselves at a time. */
    shards: 1,
    concurrency: 1,
    identifies: 0,
    resumes: 0,
    remaining: 1000,
    resetAfterMs: 86_400_000,
    /** Members of server GUILD that are null where Discord promises an object. */
    nulls: false,
    /** What the bot may do in its servers, as the invite link granted it. */
    permissions: String((1n << 10n) | (1n << 11n) | (1n << 15n) | (1n << 16n) | (1n << 35n) | (1n << 38n)),
    /** What stands beside the bot's name. */
    presence: undefined as Json | undefined,
    /** What it asked to be told of when it identified itself last. */
    intents: 0,
  };
  /** The session of each shard, as it stands. */
  const current = new Map<number, Session>();

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
        // Discord makes a role for each bot that is invited with permissions, and shows it where people name somebody.
        {
          ...{ id: BOT_ROLE, name: 'Wilco', permissions: knobs.permissions, position: 1, color: 0, hoist: false, managed: true },
          ...{ mentionable: false, flags: 0, tags: { bot_id: BOT.id } },
        },
      ],
      channels: channels.filter(({ type }) => type !== 11).map(({ denied: _denied, ...channel }) => channel),
      threads: channels
        .filter(({ type, archived }) => type === 11 && !archived)
        .map(({ denied: _denied, ...thread }) => ({ ...thread, thread_metadata: { archived: false } })),
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
    const shard = (d.shard ?? [0, 1]) as [number, number]; // two numbers, where there is more than one
    const session: Session = { id: randomUUID(), shard, sent: [], seq: 0, socket };
    sessions.set(session.id, session);
    current.set(shard[0], session);
    const guilds = knobs.guilds.filter((id) => shardOf(id, shard[1]) === shard[0]);
    const { port } = server.address() as { port: number }; // it listens on a port
    dispatchTo(session, 'READY', {
      v: 10,
      user: BOT,
      guilds: [...(knobs.nulls ? [null] : []), ...guilds.map((id) => ({ id, unavailable: true }))],
      session_id: session.id,
      resume_gateway_url: `ws://127.0.0.1:${port}/gw`,
      shard,
      application: { id: APP, flags: 0 },
      private_channels: [],
    });
    if (knobs.nulls) dispatchTo(session, 'GUILD_CREATE', null as never);
    for (const id of guilds) dispatchTo(session, 'GUILD_CREATE', guildOf(id));
  };
  const resume = (socket: WebSocket, d: Json) => {
    const session = sessions.get(String(d.session_id));
    if (!session) return send(socket, 9, { d: false });
    knobs.resumes += 1;
    session.socket = socket;
    current.set(session.shard[0], session);
    for (const { s, t, d: data } of session.sent.filter(({ s }) => s > Number(d.seq))) send(socket, 0, { d: data, s, t });
    dispatchTo(session, 'RESUMED', {});
  };
  const ops: Record<number, (socket: WebSocket, d: Json) => void> = {
    1: (socket) => void (knobs.zombie || send(socket, 11, {})),
    2: identify,
    3: (_socket, d) => void Object.assign(knobs, { presence: d }),
    6: resume,
  };
  wss.on('connection', (socket) => {
    send(socket, 10, { d: { heartbeat_interval: knobs.heartbeatMs } });
    socket.on('message', (raw) => {
      const { op, d } = JSON.parse(String(raw)) as { op: number; d: Json }; // discord.js sends both
      ops[op]?.(socket, d);
    });
    socket.on('error', () => undefined);
  });
  const all = (): Session[] => [...current.values()];
  /** The session that is told of a server, or of what belongs to none. */
  const sessionFor = (guild: unknown): Session | undefined =>
    current.get(typeof guild === 'string' && current.size > 0 ? shardOf(guild, all()[0]?.shard[1] ?? 1) : 0);
  return {
    knobs,
    dispatch(t: string, d: Json): void {
      const session = sessionFor(d?.guild_id);
      if (session) dispatchTo(session, t, d);
    },
    joinGuild(id: string) {
      if (!knobs.guilds.includes(id)) knobs.guilds.push(id);
      knobs.left = knobs.left.filter((one) => one !== id);
      const session = sessionFor(id);
      if (session) dispatchTo(session, 'GUILD_CREATE', guildOf(id));
    },
    /** The bot is removed from a server: it is told so, and refused whatever it asks for in it. */
    leaveGuild(id: string) {
      knobs.guilds = knobs.guilds.filter((one) => one !== id);
      knobs.left.push(id);
      const session = sessionFor(id);
      if (session) dispatchTo(session, 'GUILD_DELETE', { id });
    },
    /** Asks the client to come back and resume. */
    op7() {
      for (const { socket } of all()) if (socket) send(socket, 7, {});
    },
    /** The session is worthless: the client must identify anew, and what it missed is not replayed. */
    invalidate(shard?: number) {
      for (const session of all().filter((one) => shard === undefined || one.shard[0] === shard)) {
        sessions.delete(session.id);
        current.delete(session.shard[0]);
        if (session.socket) send(session.socket, 9, { d: false });
      }
    },
    /** Cuts the wire without a word. */
    cut() {
      for (const socket of wss.clients) socket.terminate();
    },
    connected: (): boolean => current.size > 0 && all().every(({ socket }) => socket?.readyState === 1),
    sessions: (): [number, number][] => all().map(({ shard }) => shard),
    close: () => wss.close(),
  };
};
export type FakeGateway = ReturnType<typeof createGateway>;
