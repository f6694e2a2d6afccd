import { z } from 'zod';

const File = z.object({
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  url_private_download: z.string().nullish(),
});
export type SlackFile = z.output<typeof File>;

const Said = z.object({
  user: z.string().optional(),
  bot_id: z.string().optional(),
  subtype: z.string().optional(),
  text: z.string().default(''),
  ts: z.string(),
  thread_ts: z.string().optional(),
  parent_user_id: z.string().optional(),
  files: z.array(File).optional(),
});
export type Said = z.output<typeof Said>;

const Place = { channel: z.string(), channel_type: z.string().optional() };

export const MessageEvent = z.object({ type: z.enum(['message', 'app_mention']), ...Place }).and(Said);
export const ChangedEvent = z.object({
  type: z.literal('message'),
  subtype: z.literal('message_changed'),
  ...Place,
  message: Said,
  previous_message: Said.optional(),
});
export const DeletedEvent = z.object({
  type: z.literal('message'),
  subtype: z.literal('message_deleted'),
  ...Place,
  deleted_ts: z.string(),
  previous_message: Said.optional(),
});
export const HomeEvent = z.object({
  type: z.literal('app_home_opened'),
  user: z.string(),
  channel: z.string().optional(),
  tab: z.string().optional(),
});
export const StoppedEvent = z.object({
  type: z.literal('agent_session_stopped'),
  channel: z.string(),
  user: z.string(),
  thread_ts: z.string(),
});

/** The app was taken out of the workspace, or its tokens put out of use; those of single people are none of ours. */
export const RemovedEvent = z.union([
  z.object({ type: z.literal('app_uninstalled') }),
  z.object({ type: z.literal('tokens_revoked'), tokens: z.object({ bot: z.array(z.string()).min(1) }) }),
]);

export const EventBody = z.object({
  type: z.literal('event_callback'),
  team_id: z.string().optional(),
  event_id: z.string(),
  authorizations: z.array(z.object({ team_id: z.string().nullish() })).optional(),
  event: z.looseObject({ type: z.string(), subtype: z.string().optional() }),
});

const User = z.object({ id: z.string() });
const View = z.object({
  id: z.string(),
  type: z.string(),
  callback_id: z.string().default(''),
  private_metadata: z.string().default(''),
  hash: z.string().optional(),
  state: z.unknown().optional(),
  blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().optional() })).default([]),
});

export const PressBody = z.object({
  type: z.literal('block_actions'),
  user: User,
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
  container: z.looseObject({
    type: z.string(),
    message_ts: z.string().optional(),
    channel_id: z.string().optional(),
    thread_ts: z.string().optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  message: z.looseObject({ thread_ts: z.string().optional() }).optional(),
  view: View.optional(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string() })).min(1),
});
export type PressBody = z.output<typeof PressBody>;

export const SubmitBody = z.object({ type: z.literal('view_submission'), user: User, view: View });
export type SubmitBody = z.output<typeof SubmitBody>;

export const SlashBody = z.object({
  command: z.string().startsWith('/'),
  text: z.string().default(''),
  user_id: z.string(),
  channel_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
});
export type SlashBody = z.output<typeof SlashBody>;

/** A shortcut in the menu of Slack itself. */
export const AnywhereBody = z.object({ type: z.literal('shortcut'), callback_id: z.string(), user: User, trigger_id: z.string() });
export type AnywhereBody = z.output<typeof AnywhereBody>;

/** A shortcut in the menu of a message. */
export const ShortcutBody = z.object({
  type: z.literal('message_action'),
  callback_id: z.string(),
  user: User,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: User,
  message: z.object({ ts: z.string(), text: z.string().default(''), thread_ts: z.string().optional() }),
});
export type ShortcutBody = z.output<typeof ShortcutBody>;
