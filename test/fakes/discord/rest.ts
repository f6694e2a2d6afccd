import type { IncomingMessage } from 'node:http';
import { commandProblems } from './commands.ts';
import type { FakeGateway } from './gateway.ts';
import type { Interactions } from './interactions.ts';
import { messageProblems } from './limits.ts';
import { APP, BOT, type FakeMessage, GUILD, type Json, type World } from './world.ts';

export type Reply = { status: number; body?: unknown; headers?: Record<string, string> };
export type Call = { method: string; path: string; body: Json; query: URLSearchParams };

export const refusal = (status: number, code: number, message: string): Reply => ({ status, body: { code, message } });
const UNKNOWN_CHANNEL = refusal(404, 10_003, 'Unknown Channel');
const UNKNOWN_MESSAGE = refusal(404, 10_008, 'Unknown Message');

export type Routes = {
  gateway: FakeGateway;
  world: World;
  interactions: Interactions;
  violations: string[];
  base(): string;
  /** What stands in the menus, by the server that it is for; `global`: everywhere. */
  menus: Map<string, Json[]>;
  memory: { nonces: boolean };
  /** The permissions that a bot needs for what was done so far. */
  used: Set<string>;
};

/** What Discord gives back of a message; a nonce is told once only. */
export const shown = ({ nonce: _nonce, ...message }: FakeMessage): Json => message;

const create = ({ world, gateway, violations, memory, used }: Routes, channelId: string, body: Json): Reply => {
  const channel = world.channels.get(channelId);
  if (!channel) return UNKNOWN_CHANNEL;
  if (channel.guild_id) used.add('View Channels').add(channel.type === 11 ? 'Send Messages in Threads' : 'Send Messages');
  if ((body.attachments as Json[] | undefined)?.length) used.add('Attach Files');
  const bad = messageProblems(body, false);
  violations.push(...bad);
  if (bad.length > 0) return refusal(400, 50_035, `Invalid Form Body: ${bad.join(', ')}`);
  const twin = body.enforce_nonce && memory.nonces ? world.inChannel(channelId).find(({ nonce }) => nonce === body.nonce) : undefined;
  if (twin) return { status: 200, body: shown(twin) };
  channel.archived = false;
  const message = world.put({
    channel_id: channelId,
    author: BOT,
    content: '',
    type: 0,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    mentions: [],
    attachments: [],
    components: body.components as Json[],
    flags: Number(body.flags),
    nonce: String(body.nonce),
    allowed_mentions: body.allowed_mentions,
  });
  gateway.dispatch('MESSAGE_CREATE', { ...shown(message), ...(channel.guild_id ? { guild_id: channel.guild_id } : {}) });
  return { status: 200, body: { ...shown(message), nonce: message.nonce } };
};

const edit = ({ world, violations }: Routes, at: { channel: string; message: string; body: Json }): Reply => {
  const message = world.messages.get(at.message);
  if (!message || message.channel_id !== at.channel) return UNKNOWN_MESSAGE;
  if (message.author.id !== BOT.id) return refusal(403, 50_005, 'Cannot edit a message authored by another user');
  if (world.channels.get(at.channel)?.archived) return refusal(400, 50_083, 'Thread is archived');
  const bad = messageProblems(at.body, false);
  violations.push(...bad);
  if (bad.length > 0) return refusal(400, 50_035, `Invalid Form Body: ${bad.join(', ')}`);
  message.components = at.body.components as Json[]; // checked above
  message.edited_timestamp = new Date().toISOString();
  return { status: 200, body: shown(message) };
};

const history = ({ world, used }: Routes, channel: string, query: URLSearchParams): Reply => {
  if (!world.channels.has(channel)) return UNKNOWN_CHANNEL;
  used.add('Read Message History');
  const after = BigInt(query.get('after') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const found = world.inChannel(channel).filter(({ id }) => BigInt(id) > after);
  const some = query.has('after') ? found.slice(0, limit) : found.slice(-limit);
  return { status: 200, body: some.reverse().map(shown) };
};

const openThread = ({ world, gateway, used }: Routes, at: { channel: string; message: string; body: Json }): Reply => {
  used.add('Create Public Threads');
  const parent = world.channels.get(at.channel);
  if (!parent) return UNKNOWN_CHANNEL;
  if (!world.messages.has(at.message)) return UNKNOWN_MESSAGE;
  if (world.channels.has(at.message)) return refusal(400, 160_004, 'A thread has already been created for this message');
  const name = String(at.body.name);
  if (name.length < 1 || name.length > 100) return refusal(400, 50_035, 'Invalid Form Body');
  const thread = {
    id: at.message,
    type: 11,
    parent_id: parent.id,
    owner_id: BOT.id,
    name,
    ...(parent.guild_id ? { guild_id: parent.guild_id } : {}),
  };
  world.channels.set(thread.id, thread);
  gateway.dispatch('THREAD_CREATE', { ...thread, thread_metadata: { archived: false } });
  return { status: 201, body: thread };
};

/** A command as Discord gives it back: with parts of its own, and without what is as if it were not there. */
const registered = (command: Json, at: number): Json => ({
  id: String(at + 1),
  application_id: APP,
  version: '1',
  default_member_permissions: null,
  nsfw: false,
  description: '',
  ...command,
  ...(command.options
    ? { options: (command.options as Json[]).map(({ required, ...option }) => (required ? { ...option, required } : option)) }
    : {}),
});

const gatewayInfo = ({ gateway, base }: Routes): Reply => ({
  status: 200,
  body: {
    url: `${base().replace('http', 'ws')}/gw`,
    shards: gateway.knobs.shards,
    session_start_limit: {
      total: 1000,
      remaining: gateway.knobs.remaining,
      reset_after: gateway.knobs.resetAfterMs,
      max_concurrency: gateway.knobs.concurrency,
    },
  },
});

type Handler = (routes: Routes, call: Call, parts: string[]) => Reply | Promise<Reply>;

const ROUTES: [RegExp, Handler][] = [
  [/^GET \/gateway\/bot$/, gatewayInfo],
  [
    /^GET \/applications\/@me$/,
    ({ gateway }) => ({ status: 200, body: { id: APP, name: 'Wilco', flags: gateway.knobs.contentGranted ? 1 << 19 : 0 } }),
  ],
  [/^GET \/users\/@me$/, () => ({ status: 200, body: BOT })],
  [
    /^GET \/users\/@me\/guilds$/,
    ({ gateway }) => ({
      status: 200,
      body: gateway.knobs.guilds.map((id) => ({ id, name: `server ${id}`, permissions: gateway.knobs.permissions })),
    }),
  ],
  [
    /^PUT \/applications\/(\d+)(?:\/guilds\/(\d+))?\/commands$/,
    (routes, { body }, [, guild = 'global']) => {
      const given = body as unknown as Json[]; // the body of this one is a list
      const bad = commandProblems(given);
      routes.violations.push(...bad);
      if (guild !== 'global' && !routes.gateway.knobs.guilds.includes(guild)) return refusal(403, 50_001, 'Missing Access');
      routes.menus.set(guild, given);
      return bad.length > 0 ? refusal(400, 50_035, bad.join(', ')) : { status: 200, body: given };
    },
  ],
  [
    /^GET \/applications\/(\d+)(?:\/guilds\/(\d+))?\/commands$/,
    ({ menus }, _call, [, guild = 'global']) => ({ status: 200, body: (menus.get(guild) ?? []).map(registered) }),
  ],
  [
    /^GET \/guilds\/(\d+)\/members\/(\d+)$/,
    ({ world }, _call, [guild, user = '']) => {
      const member = user === BOT.id ? { roles: [] } : world.memberOf(guild, user);
      return member ? { status: 200, body: { ...member, user: { id: user, username: user } } } : refusal(404, 10_007, 'Unknown Member');
    },
  ],
  [
    /^GET \/guilds\/(\d+)\/channels$/,
    ({ world }, _call, [guild]) => ({ status: 200, body: [...world.channels.values()].filter(({ guild_id }) => guild_id === guild) }),
  ],
  [/^GET \/guilds\/(\d+)\/roles$/, ({ world }, _call, [guild = '']) => ({ status: 200, body: world.roles.get(guild) ?? [] })],
  [/^GET \/guilds\/(\d+)$/, (_routes, _call, [id]) => ({ status: 200, body: { id, name: `server ${id}`, system_channel_id: null } })],
  [
    /^POST \/users\/@me\/channels$/,
    ({ world }, { body }) => {
      const user = String(body.recipient_id);
      return world.memberOf(GUILD, user)?.closed
        ? refusal(403, 50_007, 'Cannot send messages to this user')
        : { status: 200, body: world.directWith(user) };
    },
  ],
  [
    /^GET \/channels\/(\d+)$/,
    ({ world }, _call, [id = '']) => {
      const channel = world.channels.get(id);
      return channel ? { status: 200, body: channel } : UNKNOWN_CHANNEL;
    },
  ],
  [
    /^PATCH \/channels\/(\d+)$/,
    ({ world }, { body }, [id = '']) => {
      const channel = world.channels.get(id);
      if (channel) channel.archived = Boolean(body.archived);
      return channel ? { status: 200, body: channel } : UNKNOWN_CHANNEL;
    },
  ],
  [/^POST \/channels\/(\d+)\/typing$/, ({ world }, _call, [id = '']) => (world.channels.has(id) ? { status: 204 } : UNKNOWN_CHANNEL)],
  [/^GET \/channels\/(\d+)\/messages$/, (routes, { query }, [id = '']) => history(routes, id, query)],
  [/^POST \/channels\/(\d+)\/messages$/, (routes, { body }, [id = '']) => create(routes, id, body)],
  [
    /^GET \/channels\/(\d+)\/messages\/(\d+)$/,
    ({ world }, _call, [, id = '']) => {
      const message = world.messages.get(id);
      return message ? { status: 200, body: shown(message) } : UNKNOWN_MESSAGE;
    },
  ],
  [
    /^PATCH \/channels\/(\d+)\/messages\/(\d+)$/,
    (routes, { body }, [channel = '', message = '']) => edit(routes, { channel, message, body }),
  ],
  [
    /^POST \/channels\/(\d+)\/messages\/(\d+)\/threads$/,
    (routes, { body }, [channel = '', message = '']) => openThread(routes, { channel, message, body }),
  ],
  [/^POST \/interactions\/(\d+)\/(\S+)\/callback$/, ({ interactions }, { body }, [id = '']) => interactions.callback(id, body)],
  [/^POST \/webhooks\/\d+\/(\S+)$/, ({ interactions }, { body }, [token = '']) => interactions.followUp(token, body)],
  [/^PATCH \/webhooks\/\d+\/(\S+)\/messages\/@original$/, ({ interactions }, { body }, [token = '']) => interactions.original(token, body)],
];

/** What belongs to a server that the bot was removed from is not its business any more. */
const isClosed = ({ gateway, world }: Routes, path: string): boolean => {
  const [, kind, id = ''] = /^\/(channels|guilds)\/(\d+)/.exec(path) ?? [];
  const guild = kind === 'guilds' ? id : world.channels.get(id)?.guild_id;
  return guild !== undefined && gateway.knobs.left.includes(guild);
};

export const answer = async (routes: Routes, call: Call): Promise<Reply> => {
  if (isClosed(routes, call.path)) return refusal(403, 50_001, 'Missing Access');
  for (const [pattern, handle] of ROUTES) {
    const found = pattern.exec(`${call.method} ${call.path}`);
    if (found) return handle(routes, call, found.slice(1));
  }
  routes.violations.push(`no such route: ${call.method} ${call.path}`);
  return refusal(404, 0, '404: Not Found');
};

export const readBody = async (request: IncomingMessage): Promise<Json> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer); // a request without an encoding yields buffers
  const raw = Buffer.concat(parts);
  const type = request.headers['content-type'] ?? '';
  if (raw.length === 0) return {};
  if (!type.startsWith('multipart/')) return JSON.parse(raw.toString('utf8')) as Json; // discord.js sends JSON or a form
  const form = await new Response(raw, { headers: { 'content-type': type } }).formData();
  return JSON.parse(String(form.get('payload_json'))) as Json; // the message; the files stand beside it
};
