import type { IncomingMessage } from 'node:http';
import { commandProblems } from './commands.ts';
import type { FakeGateway } from './gateway.ts';
import type { Interactions } from './interactions.ts';
import { messageProblems } from './limits.ts';
import { APP, BOT, type FakeChannel, type FakeMessage, GUILD, type Json, type World } from './world.ts';

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

/** A channel as Discord tells of it. */
export const told = ({ denied: _denied, full: _full, locked: _locked, ...channel }: FakeChannel): Json => channel;

/** What Discord gives back of a message; a nonce is told once only. */
export const shown = ({ nonce: _nonce, ...message }: FakeMessage): Json => message;

export const VIEW = 1n << 10n;
export const SEND = 1n << 11n;
export const READ_HISTORY = 1n << 16n;
export const OPEN_THREADS = 1n << 35n;
export const SEND_IN_THREADS = 1n << 38n;
const NO_ACCESS = refusal(403, 50_001, 'Missing Access');
const NO_PERMISSION = refusal(403, 50_013, 'Missing Permissions');
/** Threads begin in these; the text beside a call has none. */
const WITH_THREADS = [0, 5];

/** Why the bot may not do something in a channel; a thread is as its channel is. */
const deniedIn = ({ world }: Routes, channel: { type: number; parent_id?: string; denied?: bigint }, what: bigint): Reply | undefined => {
  const { denied = 0n } = (channel.type === 11 ? world.channels.get(channel.parent_id ?? '') : channel) ?? {};
  if ((denied & VIEW) !== 0n) return NO_ACCESS;
  return (denied & what) === 0n ? undefined : NO_PERMISSION;
};

/** Why nothing can be written in a channel. */
const closedTo = (routes: Routes, channel: FakeChannel): Reply | undefined => {
  // Discord opens the direct message with anybody, and says so only here.
  if (channel.recipient && routes.world.memberOf(GUILD, channel.recipient)?.closed)
    return refusal(403, 50_007, 'Cannot send messages to this user');
  if (channel.locked) return refusal(403, 160_005, 'Thread is locked');
  return deniedIn(routes, channel, channel.type === 11 ? SEND_IN_THREADS : SEND);
};

const create = (routes: Routes, channelId: string, body: Json): Reply => {
  const { world, gateway, violations, memory, used } = routes;
  const channel = world.channels.get(channelId);
  if (!channel) return UNKNOWN_CHANNEL;
  const closed = closedTo(routes, channel);
  if (closed) return closed;
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
    message_reference: body.message_reference,
  });
  gateway.dispatch('MESSAGE_CREATE', { ...shown(message), ...(channel.guild_id ? { guild_id: channel.guild_id } : {}) });
  return { status: 200, body: { ...shown(message), nonce: message.nonce } };
};

const edit = (routes: Routes, at: { channel: string; message: string; body: Json }): Reply => {
  const { world, violations } = routes;
  const message = world.messages.get(at.message);
  if (!message || message.channel_id !== at.channel) return UNKNOWN_MESSAGE;
  if (message.author.id !== BOT.id) return refusal(403, 50_005, 'Cannot edit a message authored by another user');
  const channel = world.channels.get(at.channel);
  const denied = channel && deniedIn(routes, channel, 0n);
  if (denied) return denied;
  if (channel?.archived) return refusal(400, 50_083, 'Thread is archived');
  const bad = messageProblems(at.body, false);
  violations.push(...bad);
  if (bad.length > 0) return refusal(400, 50_035, `Invalid Form Body: ${bad.join(', ')}`);
  message.components = at.body.components as Json[]; // checked above
  message.edited_timestamp = new Date().toISOString();
  return { status: 200, body: shown(message) };
};

const history = (routes: Routes, channel: string, query: URLSearchParams): Reply => {
  const { world, used } = routes;
  const at = world.channels.get(channel);
  if (!at) return UNKNOWN_CHANNEL;
  const denied = deniedIn(routes, at, READ_HISTORY);
  if (denied) return denied;
  used.add('Read Message History');
  const after = BigInt(query.get('after') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const found = world.inChannel(channel).filter(({ id }) => BigInt(id) > after);
  const some = query.has('after') ? found.slice(0, limit) : found.slice(-limit);
  return { status: 200, body: some.reverse().map(shown) };
};

const openThread = (routes: Routes, at: { channel: string; message: string; body: Json }): Reply => {
  const { world, gateway, used } = routes;
  used.add('Create Public Threads');
  const parent = world.channels.get(at.channel);
  if (!parent) return UNKNOWN_CHANNEL;
  if (!world.messages.has(at.message)) return UNKNOWN_MESSAGE;
  const denied = deniedIn(routes, parent, OPEN_THREADS);
  if (denied) return denied;
  if (!WITH_THREADS.includes(parent.type)) return refusal(400, 50_024, 'Cannot execute action on this channel type');
  if (parent.full) return refusal(400, 160_006, 'Maximum number of active threads reached');
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
    ({ gateway }) => ({
      status: 200,
      body: { id: APP, name: 'Wilco', bot_public: gateway.knobs.isPublic, flags: gateway.knobs.contentGranted ? 1 << 19 : 0 },
    }),
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
    ({ world }, _call, [guild]) => ({
      status: 200,
      body: [...world.channels.values()].filter(({ guild_id }) => guild_id === guild).map(told),
    }),
  ],
  [/^GET \/guilds\/(\d+)\/roles$/, ({ world }, _call, [guild = '']) => ({ status: 200, body: world.roles.get(guild) ?? [] })],
  [/^GET \/guilds\/(\d+)$/, (_routes, _call, [id]) => ({ status: 200, body: { id, name: `server ${id}`, system_channel_id: null } })],
  [/^POST \/users\/@me\/channels$/, ({ world }, { body }) => ({ status: 200, body: told(world.directWith(String(body.recipient_id))) })],
  [
    /^GET \/channels\/(\d+)$/,
    (routes, _call, [id = '']) => {
      const channel = routes.world.channels.get(id);
      return channel ? (deniedIn(routes, channel, 0n) ?? { status: 200, body: told(channel) }) : UNKNOWN_CHANNEL;
    },
  ],
  [
    /^PATCH \/channels\/(\d+)$/,
    ({ world }, { body }, [id = '']) => {
      const channel = world.channels.get(id);
      if (channel?.locked) return NO_PERMISSION;
      if (channel) channel.archived = Boolean(body.archived);
      return channel ? { status: 200, body: told(channel) } : UNKNOWN_CHANNEL;
    },
  ],
  [/^POST \/channels\/(\d+)\/typing$/, ({ world }, _call, [id = '']) => (world.channels.has(id) ? { status: 204 } : UNKNOWN_CHANNEL)],
  [/^GET \/channels\/(\d+)\/messages$/, (routes, { query }, [id = '']) => history(routes, id, query)],
  [/^POST \/channels\/(\d+)\/messages$/, (routes, { body }, [id = '']) => create(routes, id, body)],
  [
    /^GET \/channels\/(\d+)\/messages\/(\d+)$/,
    (routes, _call, [channel = '', id = '']) => {
      const at = routes.world.channels.get(channel);
      const message = routes.world.messages.get(id);
      if (!at) return UNKNOWN_CHANNEL;
      return (
        deniedIn(routes, at, READ_HISTORY) ?? (message?.channel_id === channel ? { status: 200, body: shown(message) } : UNKNOWN_MESSAGE)
      );
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
  [/^GET \/webhooks\/\d+\/(\S+)\/messages\/@original$/, ({ interactions }, _call, [token = '']) => interactions.shown(token)],
  [/^DELETE \/webhooks\/\d+\/(\S+)\/messages\/@original$/, ({ interactions }, _call, [token = '']) => interactions.removed(token)],
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
