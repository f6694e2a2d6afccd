import { SnowflakeUtil } from 'discord.js';
import type { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { authorOfEvent, lastHeard } from '../../db/read/heard.ts';
import { laterOf, missedIn, withNews } from './catch-up.ts';
import { isFinal } from './errors.ts';
import type { Packet } from './gateway.ts';
import { createHomes, type Homes } from './homes.ts';
import { Channel, Deleted, GuildCreated, Interaction, Message, Ready } from './incoming.ts';
import { type Drafts, onInteraction } from './interactions.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { type Link, recent } from './link.ts';
import { hearDeleted, hearMessage } from './messages.ts';
import type { Draft } from './modal.ts';

const OPEN_FORMS = 500;

type Health = { ok: boolean; detail: string };
type Parts = { database: Database; link: Link; onHealth(health: Health): void };
type Ears = Parts & { drafts: Drafts; lanes: Lanes; homes: Homes; heard: Heard; shard: number };

/** How far one shard has heard: Discord's ids rise with time, so one id says it for all of its channels. */
type Heard = {
  /** Up to here everything was taken, before the connection that stands now. */
  from: string;
  last: string;
  /** An earlier process got as far as `from`: what it answered then is not known. */
  byAnother: boolean;
  /** Direct messages and channels that were heard of before; Discord does not list the direct ones. */
  channels: Set<string>;
};

const name = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

const onMessage = (ears: Ears, message: Message, quiet = false): void => {
  const { link, lanes, heard } = ears;
  lanes.run(message.channel_id, async () => {
    await hearMessage(link, message, quiet);
    heard.last = laterOf(heard.last, message.id);
    if (!message.guild_id) heard.channels.add(message.channel_id);
  });
};

const onDeleted = (ears: Ears, deleted: z.output<typeof Deleted>): void => {
  const { link, lanes, database } = ears;
  const authorOf = (eventId: string) => authorOfEvent(database.db, { surface: link.platform, eventId });
  for (const id of [...(deleted.ids ?? []), ...(deleted.id ? [deleted.id] : [])])
    lanes.run(deleted.channel_id, () => hearDeleted(link, { id, channelId: deleted.channel_id }, authorOf));
};

/** How far an earlier process got; now, where there was none. */
const readHeard = async ({ database, link, heard }: Ears): Promise<void> => {
  const past = await lastHeard(database.db, link.platform);
  const latest = past.reduce((last, { remoteId }) => laterOf(last, remoteId), '');
  heard.byAnother = latest !== '';
  heard.last = latest || SnowflakeUtil.generate().toString();
  heard.from = heard.last;
  for (const { channel } of past) heard.channels.add(channel.split('.').at(-1) ?? channel);
};

const onReady = (ears: Ears, ready: z.output<typeof Ready>): void => {
  const { link, lanes, homes, heard } = ears;
  link.self = { userId: ready.user.id, applicationId: ready.application.id };
  // What comes from here on is of a new session: whatever was missed lies between this and what it brings.
  const again = heard.last !== '';
  heard.from = heard.last;
  if (again) heard.byAnother = false;
  lanes.first(async () => {
    if (!again) await readHeard(ears);
    await homes.ready(
      { id: ears.shard, count: ready.shard?.[1] ?? 1 },
      (ready.guilds ?? []).flatMap((guild) => guild?.id ?? []),
    );
  });
};

const catchUp = async (ears: Ears, channels: readonly Channel[]): Promise<void> => {
  const { link, heard, lanes } = ears;
  const { from, byAnother } = heard;
  const known = new Set(channels.map(({ id }) => id));
  const direct = [...heard.channels].filter((id) => !known.has(id));
  for (const id of [...withNews(channels, from).map((channel) => channel.id), ...direct])
    lanes.run(id, async () => {
      try {
        for await (const message of missedIn(link, id, from)) await hearMessage(link, message, byAnother);
      } catch (error) {
        // A channel that it may not read, or that is gone: there is nothing to be caught up in it.
        link.log.warn({ surface: link.platform, err: name(error) }, 'channel.not_caught_up');
      }
    });
};

const onGuild = (ears: Ears, guild: GuildCreated): void => {
  const { link, lanes, homes } = ears;
  const channels = [...(guild.channels ?? []), ...(guild.threads ?? [])].flatMap((channel) => channel ?? []);
  for (const channel of channels) link.channels.set(channel.id, { ...channel, guild_id: guild.id });
  lanes.first(async () => {
    if (!guild.unavailable && (await homes.joined(guild))) await catchUp(ears, channels);
  });
};

type Reader = (ears: Ears, d: unknown) => void;

/** Reads a packet and does what it asks for. One that cannot be read is dropped, and said so. */
const reader =
  <Value>(schema: z.ZodType<Value>, act: (ears: Ears, value: Value) => void): Reader =>
  (ears, d) => {
    const parsed = schema.safeParse(d);
    if (parsed.success) act(ears, parsed.data);
    else ears.link.log.warn({ surface: ears.link.platform }, 'packet.unreadable');
  };

const channelThere = reader(Channel, ({ link }, channel) => link.channels.set(channel.id, channel));
const channelGone = reader(Channel, ({ link }, { id }) => link.channels.delete(id));
const deleted = reader(Deleted, onDeleted);

/** What is done with each kind of packet; all others are nothing to us. */
const READERS: Readonly<Record<string, Reader>> = {
  READY: reader(Ready, onReady),
  GUILD_CREATE: reader(GuildCreated, onGuild),
  GUILD_DELETE: ({ homes }, d) => homes.left(d),
  MESSAGE_CREATE: reader(Message, onMessage),
  // Discord also tells when it has looked at a link; only an edit is somebody's.
  MESSAGE_UPDATE: reader(Message, (ears, message) => {
    if (message.edited_timestamp) onMessage(ears, message);
  }),
  MESSAGE_DELETE: deleted,
  MESSAGE_DELETE_BULK: deleted,
  CHANNEL_CREATE: channelThere,
  CHANNEL_UPDATE: channelThere,
  THREAD_CREATE: channelThere,
  THREAD_UPDATE: channelThere,
  CHANNEL_DELETE: channelGone,
  THREAD_DELETE: channelGone,
  INTERACTION_CREATE: reader(Interaction, ({ link, drafts, lanes }, interaction) =>
    lanes.beside(() => onInteraction({ link, drafts }, interaction)),
  ),
};

/** Everything that the gateway tells, in order within a channel, until it is stored. */
export const createEars = (parts: Parts): { hear(packet: Packet, shard: number): void; stop(): Promise<void> } => {
  const { link } = parts;
  const lanes = createLanes((error) => link.log.warn({ surface: link.platform, err: name(error) }, 'event.put_off'), isFinal);
  const shared = { ...parts, lanes, homes: createHomes(parts), drafts: recent<Draft>(OPEN_FORMS) };
  const shards = new Map<number, Ears>();
  const earsOf = (shard: number): Ears => {
    const known = shards.get(shard) ?? { ...shared, shard, heard: { from: '', last: '', byAnother: false, channels: new Set<string>() } };
    shards.set(shard, known);
    return known;
  };
  return { hear: ({ t, d }, shard) => READERS[t ?? '']?.(earsOf(shard), d), stop: lanes.stop };
};
