import { ComponentType } from 'discord.js';
import { z } from 'zod';
import { NO_CHANNEL } from '../picked.ts';

/** What Discord sends, as far as it is read here. Every part may be null or missing in practice; what is not there is no reason to fall over. */
const id = z.string().regex(/^\d{1,20}$/);
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

const User = z.object({ id, username: maybe(z.string()), global_name: maybe(z.string()), bot: maybe(z.boolean()) });
const Member = z.object({
  nick: maybe(z.string()),
  pending: maybe(z.boolean()),
  flags: maybe(z.number()),
  communication_disabled_until: maybe(z.string()),
});
const FullMember = Member.extend({ user: maybe(User), roles: maybe(z.array(z.string())) });
const Attachment = z.object({ filename: z.string(), content_type: maybe(z.string()), size: z.number(), url: z.string() });

export const Channel = z.object({
  id,
  type: z.number(),
  guild_id: maybe(id),
  parent_id: maybe(id),
  owner_id: maybe(id),
  name: maybe(z.string()),
  last_message_id: maybe(id),
});
export type Channel = z.output<typeof Channel>;

export const Message = z.object({
  id,
  channel_id: id,
  guild_id: maybe(id),
  author: maybe(User),
  member: maybe(Member),
  content: maybe(z.string()),
  webhook_id: maybe(z.string()),
  type: maybe(z.number()),
  edited_timestamp: maybe(z.string()),
  mentions: maybe(z.array(z.object({ id }))),
  mention_roles: maybe(z.array(id)),
  attachments: maybe(z.array(Attachment)),
});
export type Message = z.output<typeof Message>;

export const Deleted = z.object({ id: maybe(id), ids: maybe(z.array(id)), channel_id: id, guild_id: maybe(id) });

const Component: z.ZodType<{
  type?: number | null | undefined;
  custom_id?: string | null | undefined;
  accessory?: unknown;
  value?: unknown;
  values?: unknown;
  component?: unknown;
  components?: unknown;
}> = z.object({
  type: maybe(z.number()),
  custom_id: maybe(z.string()),
  value: z.unknown().optional(),
  values: z.unknown().optional(),
  component: z.unknown().optional(),
  components: z.unknown().optional(),
  accessory: z.unknown().optional(),
});

const Option = z.object({ name: z.string(), value: z.unknown().optional(), focused: maybe(z.boolean()) });

export const Interaction = z.object({
  id,
  token: z.string(),
  application_id: id,
  type: z.number(),
  guild_id: maybe(id),
  channel_id: maybe(id),
  channel: maybe(Channel),
  member: maybe(FullMember),
  user: maybe(User),
  message: maybe(z.object({ id, flags: maybe(z.number()), components: z.unknown().optional() })),
  data: maybe(
    z.object({
      custom_id: maybe(z.string()),
      values: maybe(z.array(z.string())),
      name: maybe(z.string()),
      type: maybe(z.number()),
      options: maybe(z.array(Option)),
      components: maybe(z.array(Component)),
      target_id: maybe(id),
      resolved: maybe(z.object({ messages: maybe(z.record(z.string(), Message)) })),
    }),
  ),
});
export type Interaction = z.output<typeof Interaction>;

const Role = z.object({ id, tags: maybe(z.object({ bot_id: maybe(id) })) });
/** A role that was made or changed. */
export const RoleThere = z.object({ role: Role });

export const GuildCreated = z.object({
  id,
  name: maybe(z.string()),
  unavailable: maybe(z.boolean()),
  system_channel_id: maybe(id),
  roles: maybe(z.array(Role.nullish().catch(undefined))),
  channels: maybe(z.array(Channel.nullish().catch(undefined))),
  threads: maybe(z.array(Channel.nullish().catch(undefined))),
});
export type GuildCreated = z.output<typeof GuildCreated>;

export const Ready = z.object({
  user: User,
  guilds: maybe(z.array(z.object({ id }).nullish().catch(undefined))),
  application: z.object({ id }),
  /** Which of how many. */
  shard: maybe(z.tuple([z.number(), z.number()])),
});

export { FullMember, Member, User };

const parts = (raw: unknown): z.output<typeof Component>[] =>
  (Array.isArray(raw) ? raw : [raw]).flatMap((one) => Component.safeParse(one).data ?? []);

/** One value as text. Nothing chosen is an empty one: what an earlier page or an earlier try said of it is over. */
const textOf = ({ value, values: chosen }: z.output<typeof Component>): string | undefined => {
  if (Array.isArray(chosen)) return chosen.filter((one) => typeof one === 'string').join('\n');
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return value === null ? '' : undefined;
};

/** What was filled in, by the name of the field; people by their accounts, and nobody is null. */
export type Given = { values: Record<string, string>; picked: Record<string, string | null> };

/** Everything that a part holds, and the part itself. */
const everyPart = (raw: unknown): z.output<typeof Component>[] =>
  parts(raw).flatMap((part) => [part, ...everyPart(part.component), ...everyPart(part.components)]);

/** What was filled into a modal, however deep Discord puts it. */
export const givenIn = (components: unknown): Given => {
  const given: Given = { values: {}, picked: {} };
  for (const part of everyPart(components)) {
    const { type, custom_id: name } = part;
    const value = textOf(part);
    if (!name || value === undefined) continue;
    if (type === ComponentType.UserSelect) given.picked[name] = value || null;
    else given.values[name] = type === ComponentType.ChannelSelect ? value || NO_CHANNEL : value;
  }
  return given;
};

/** What can be pressed in a message, however deep it stands. */
export const customIds = (components: unknown): string[] =>
  parts(components ?? []).flatMap(({ custom_id, components: inner, accessory }) => [
    ...(custom_id ? [custom_id] : []),
    ...(inner ? customIds(inner) : []),
    ...(accessory ? customIds([accessory]) : []),
  ]);
