import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { readHeard, writeHeard } from '../../db/heard.ts';
import { authorOfEvent, lastHeard } from '../../db/read/heard.ts';
import { recent } from '../../recent.ts';
import { missedIn, withNews } from './catch-up.ts';
import { isFinal } from './errors.ts';
import type { Drafts } from './forms.ts';
import type { Packet } from './gateway.ts';
import { createHeard, DIRECT, type Heard } from './heard.ts';
import { createHomes, type Homes } from './homes.ts';
import { Channel, Deleted, GuildCreated, Interaction, Message, Ready, RoleThere } from './incoming.ts';
import { onInteraction } from './interactions.ts';
import { createLanes, type Lanes } from './lanes.ts';
import type { Link } from './link.ts';
import { type AuthorOf, lookAgain } from './look-again.ts';
import { hearDeleted, hearMessage } from './messages.ts';
import type { Draft } from './modal.ts';
import { channelOf, isDirect } from './place.ts';

const OPEN_FORMS = 500;
/** How far it was heard is written down this often: a process that ends without a word leaves so much to be read again. */
const SAVE_MS = 3000;

type Health = { ok: boolean; detail: string };
type Parts = { database: Database; link: Link; onHealth(health: Health): void };

/** What was missed in one part. `quiet`: an earlier process may have answered it. */
type Gap = ReturnType<Heard['catching']> & { quiet: boolean };

type Ears = Parts & {
  drafts: Drafts;
  lanes: Lanes;
  homes: Homes;
  heard: Heard;
  /** Where something may have been missed, until it is read. */
  gaps: Map<string, Gap>;
  /** Channels that were heard of before; Discord does not list the direct ones. */
  channels: Set<string>;
  /** Those that connected once already. */
  known: Set<number>;
  shard: number;
};

const name = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

const onMessage = (ears: Ears, message: Message): void => {
  const { link, lanes, heard, channels } = ears;
  const taken = heard.taking(message.guild_id ?? DIRECT, message.id);
  if (!message.guild_id) channels.add(message.channel_id);
  void lanes.run(message.channel_id, () => hearMessage(link, message)).then((isOver) => isOver && taken());
};

const authorIn =
  ({ database, link }: Ears): AuthorOf =>
  (eventId) =>
    authorOfEvent(database.db, { surface: link.platform, eventId });

const onDeleted = (ears: Ears, deleted: z.output<typeof Deleted>): void => {
  const { link, lanes } = ears;
  const authorOf = authorIn(ears);
  for (const id of [...(deleted.ids ?? []), ...(deleted.id ? [deleted.id] : [])])
    void lanes.run(deleted.channel_id, () => hearDeleted(link, { id, channelId: deleted.channel_id }, authorOf));
};

/** From here on something may be missed in it: what comes next is read from where it was left. */
const lose = ({ heard, gaps }: Ears, part: string, quiet: boolean): void => {
  const old = gaps.get(part);
  const gap = { ...heard.catching(part), quiet: quiet || old?.quiet === true };
  old?.over();
  gaps.set(part, gap);
};

/** Reads what was missed in these channels of a part; when all of it is taken, nothing of that part is read again. */
const catchUp = (ears: Ears, part: string, channels: (from: string) => readonly string[]): void => {
  const { link, lanes, gaps } = ears;
  const gap = gaps.get(part);
  if (!gap) return;
  const from = gap.from();
  const read = channels(from).map((channelId) => {
    const missed = missedIn(link, { channelId, from, take: (message) => hearMessage(link, message, gap.quiet) });
    return lanes.run(channelId, async () => {
      if (part !== DIRECT || isDirect(await channelOf(link, channelId))) await missed();
    });
  });
  void Promise.all(read).then((over) => {
    if (over.includes(false)) return;
    gap.over();
    if (gaps.get(part) === gap) gaps.delete(part);
  });
};

/** How far an earlier process got; now, where there was none. */
const recall = async ({ database, link, heard, channels }: Ears): Promise<void> => {
  const past = await lastHeard(database.db, link.platform);
  heard.load(await readHeard(database.db, link.platform));
  for (const { channel } of past) channels.add(channel.split('.').at(-1) ?? channel);
};

const onReady = (ears: Ears, ready: z.output<typeof Ready>): void => {
  const { link, lanes, homes, known, shard } = ears;
  link.self = { userId: ready.user.id, applicationId: ready.application.id };
  // What comes from here on is of a new session: whatever was missed lies between this and what it brings.
  const isFirst = !known.has(shard);
  const isOnly = known.size === 0;
  known.add(shard);
  const guilds = (ready.guilds ?? []).flatMap((guild) => guild?.id ?? []);
  for (const part of [...guilds, ...(shard === 0 ? [DIRECT] : [])]) lose(ears, part, isFirst);
  lanes.first(async () => {
    if (isOnly) await recall(ears);
    await homes.ready({ id: shard, count: ready.shard?.[1] ?? 1 }, guilds);
    if (shard === 0) catchUp(ears, DIRECT, () => [...ears.channels]);
  });
};

/** What was edited or deleted meanwhile, as far as anything still waits for it. */
const seeChanges = async (ears: Ears, workspace: string): Promise<void> => {
  const { link, lanes, database } = ears;
  for (const { channelId, look } of await lookAgain(link, { database, workspace, authorOf: authorIn(ears) }))
    void lanes.run(channelId, look);
};

const learnRole = ({ self, roles }: Link, { id, tags }: z.output<typeof RoleThere>['role']): void => {
  if (tags?.bot_id && tags.bot_id === self?.userId) roles.add(id);
};

const onGuild = (ears: Ears, guild: GuildCreated): void => {
  const { link, lanes, homes, gaps } = ears;
  const channels = [...(guild.channels ?? []), ...(guild.threads ?? [])].flatMap((channel) => channel ?? []);
  for (const channel of channels) link.channels.set(channel.id, { ...channel, guild_id: guild.id });
  for (const role of guild.roles ?? []) if (role) learnRole(link, role);
  lanes.first(async () => {
    if (guild.unavailable) return;
    const isOurs = await homes.joined(guild);
    if (isOurs && gaps.has(guild.id)) await seeChanges(ears, guild.id);
    catchUp(ears, guild.id, (from) => (isOurs ? withNews(channels, from) : []));
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
const Gone = z.object({ id: z.string(), unavailable: z.boolean().nullish() });

/** What is done with each kind of packet; all others are nothing to us. */
const READERS: Readonly<Record<string, Reader>> = {
  READY: reader(Ready, onReady),
  GUILD_CREATE: reader(GuildCreated, onGuild),
  GUILD_DELETE: reader(Gone, (ears, { id, unavailable }) => {
    lose(ears, id, false);
    if (!unavailable) ears.homes.left(id);
  }),
  MESSAGE_CREATE: reader(Message, onMessage),
  // Discord also tells when it has looked at a link; only an edit is somebody's.
  MESSAGE_UPDATE: reader(Message, (ears, message) => {
    if (message.edited_timestamp) onMessage(ears, message);
  }),
  MESSAGE_DELETE: deleted,
  MESSAGE_DELETE_BULK: deleted,
  GUILD_ROLE_CREATE: reader(RoleThere, ({ link }, { role }) => learnRole(link, role)),
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

/** Writes down how far it was heard, where that has changed. */
const saver = ({ database, link, heard }: Pick<Ears, 'database' | 'link' | 'heard'>): (() => Promise<void>) => {
  const saved = new Map<string, string>();
  return async () => {
    const isOurs = (part: string): boolean => part === DIRECT || link.homes.has(part);
    const changed = new Map([...heard.positions()].filter(([part, id]) => isOurs(part) && saved.get(part) !== id));
    try {
      await writeHeard(database.db, link.platform, changed);
      for (const [part, id] of changed) saved.set(part, id);
    } catch (error) {
      link.log.warn({ surface: link.platform, err: name(error) }, 'heard.not_saved');
    }
  };
};

/** Everything that the gateway tells, in order within a channel, until it is stored. */
export const createEars = (parts: Parts): { hear(packet: Packet, shard: number): void; stop(): Promise<void> } => {
  const { link } = parts;
  const lanes = createLanes((error) => link.log.warn({ surface: link.platform, err: name(error) }, 'event.put_off'), isFinal);
  const shared = {
    ...parts,
    lanes,
    homes: createHomes({ ...parts, later: (work) => void lanes.run('commands', work) }),
    drafts: recent<Draft>(OPEN_FORMS),
    heard: createHeard(),
    gaps: new Map<string, Gap>(),
    channels: new Set<string>(),
    known: new Set<number>(),
  };
  const save = saver(shared);
  const saving = setInterval(() => void save(), SAVE_MS).unref();
  return {
    hear: ({ t, d }, shard) => READERS[t ?? '']?.({ ...shared, shard }, d),
    async stop() {
      clearInterval(saving);
      await lanes.stop();
      await save();
    },
  };
};
