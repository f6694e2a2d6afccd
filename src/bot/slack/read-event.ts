import { z } from 'zod';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { jsonOf } from '../../dispatch/compose.ts';
import { type ChatEvent, type Incoming, messageEventId } from '../surface.ts';
import { readAgain } from './again.ts';
import { readPressed } from './buttons.ts';
import type { GoingOn } from './going-on.ts';
import { readPickers, readState } from './modal.ts';
import {
  AnywhereBody,
  ChangedEvent,
  DeletedEvent,
  EventBody,
  HomeEvent,
  MessageEvent,
  PressBody,
  RemovedEvent,
  type Said,
  ShortcutBody,
  type SlackFile,
  SlashBody,
  StoppedEvent,
  SubmitBody,
} from './payloads.ts';
import { ANYWHERE, pressOf, shortcutSays } from './shortcuts.ts';
import { callsFirst, mentions } from './text.ts';
import { type NameOf, readWords } from './words.ts';

type Without<Event> = Event extends ChatEvent ? Omit<Event, 'who'> : never;

/** What was told, before it is known who it was by; and the payload that an answer at once goes back by. */
export type Heard = { userId: string; event: Without<ChatEvent>; by: By };
export type By =
  | { kind: 'message'; channel: string; threadTs: string | undefined; direct: boolean }
  | { kind: 'press'; body: PressBody }
  | { kind: 'submit'; body: SubmitBody }
  | { kind: 'command'; body: SlashBody }
  | { kind: 'home' }
  /** The conversation was opened: nothing is asked yet, and something is offered. */
  | { kind: 'opened'; channel: string }
  /** A form for words is wanted, whoever it is: what comes of them is asked when they are sent. */
  | { kind: 'ask'; workspace: string; triggerId: string };

export type ReadDeps = {
  workspace: string;
  botUserId: string;
  /** Whether the thread began by calling for the bot, or with words of its own. */
  isOurThread(channel: string, threadTs: string): Promise<boolean>;
  /** A thread may begin with this message, and it is known now what it would be. */
  begins(channel: string, ts: string, ours: boolean): void;
  nameOf: NameOf;
  /** The thread that a message at the root of a direct conversation goes on in. */
  goesOn: GoingOn;
  file(file: SlackFile): Incoming;
};

const SURFACE = 'slack';
/** Kinds of message that are somebody's words; the others say that somebody joined, and the like. */
const WORDS = [undefined, 'file_share', 'thread_broadcast', 'me_message'];

/** The channel part of a thread's id names the workspace too: the same channel id in another one is another channel. */
export const channelPart = (workspace: string, channel: string): string => `${workspace}.${channel}`;

/** Slack's own channel id and thread of an address; a thread that is `feed` is the channel itself. */
export const slackPlace = ({ channel, thread }: ThreadAddress): { channel: string; threadTs: string | undefined } => ({
  channel: channel.slice(channel.indexOf('.') + 1),
  threadTs: thread === 'feed' ? undefined : thread,
});

const placeOf = (workspace: string, channel: string, thread: string | undefined): ThreadAddress => ({
  surface: SURFACE,
  channel: channelPart(workspace, channel),
  thread: thread ?? 'feed',
});

const isDirect = ({ channel, channel_type }: { channel: string; channel_type?: string | undefined }): boolean =>
  channel_type === 'im' || (channel_type === undefined && channel.startsWith('D'));

type Where = { channel: string; channel_type?: string | undefined };

/** `aside`: for the bot by the thread alone that it stands in. What begins with somebody else's name is for them. */
const addressedBy = async (
  { botUserId, isOurThread }: ReadDeps,
  where: Where,
  { text, thread_ts, parent_user_id }: Said,
): Promise<'name' | 'aside' | undefined> => {
  if (isDirect(where) || mentions(text, botUserId)) return 'name';
  if (thread_ts === undefined || callsFirst(text)) return undefined;
  return parent_user_id === botUserId || (await isOurThread(where.channel, thread_ts)) ? 'aside' : undefined;
};

/** Words that are for the bot begin a thread, in a direct conversation too: Slack shows its work, and the way to stop it, for a thread. */
const readSaid = async (deps: ReadDeps, at: { where: Where; said: Said; edited: boolean }): Promise<Heard | undefined> => {
  const { workspace, botUserId } = deps;
  const { where, said, edited } = at;
  const { user, bot_id, ts, thread_ts, text, files = [] } = said;
  if (user === undefined || bot_id !== undefined || user === botUserId || !WORDS.includes(said.subtype)) return undefined;
  const { channel } = where;
  const direct = isDirect(where);
  const by = await addressedBy(deps, where, said);
  const addressed = by !== undefined;
  if (thread_ts === undefined && !edited) deps.begins(channel, ts, addressed);
  // What people say to one another is not answered, however often they change it.
  if (edited && !addressed) return undefined;
  // Of what people say to one another no more is asked than of what they wrote.
  const words = await readWords(text, addressed ? deps : { ...deps, nameOf: async () => undefined });
  const goesOn = direct && thread_ts === undefined && !edited ? await deps.goesOn({ channel, ts, text: words }) : undefined;
  const threadTs = thread_ts ?? goesOn ?? (addressed ? ts : undefined);
  const event = {
    kind: 'message' as const,
    eventId: messageEventId(channelPart(workspace, channel), ts),
    place: placeOf(workspace, channel, threadTs),
    remoteId: ts,
    text: words,
    addressed,
    aside: by === 'aside',
    title: words,
    edited,
    files: files.map(deps.file),
  };
  return { userId: user, event, by: { kind: 'message', channel, threadTs, direct } };
};

const readDeleted = (deps: ReadDeps, at: { where: Where; ts: string; before: Said | undefined }): Heard | undefined => {
  const { workspace, botUserId } = deps;
  const { where, ts, before } = at;
  if (!before?.user || before.bot_id !== undefined || before.user === botUserId) return undefined;
  const { channel } = where;
  const threadTs = before.thread_ts;
  return {
    userId: before.user,
    event: {
      kind: 'deleted',
      eventId: messageEventId(channelPart(workspace, channel), ts),
      place: placeOf(workspace, channel, threadTs),
      remoteId: ts,
    },
    by: { kind: 'message', channel, threadTs, direct: isDirect(where) },
  };
};

const readChanged = (deps: ReadDeps, changed: z.output<typeof ChangedEvent>): Promise<Heard | undefined> | Heard | undefined => {
  const { message: said, previous_message: before } = changed;
  // A message with replies that is deleted leaves a stone in its place.
  if (said.subtype === 'tombstone') return readDeleted(deps, { where: changed, ts: said.ts, before });
  // A preview, a count of replies: something changed, and not the words.
  if (before && before.text === said.text) return undefined;
  return readSaid(deps, { where: changed, said, edited: true });
};

const readHome = ({ workspace }: ReadDeps, eventId: string, { user, tab, channel }: z.output<typeof HomeEvent>): Heard | undefined => {
  const event = { kind: 'home' as const, eventId, place: placeOf(workspace, user, undefined) };
  if (tab === 'home') return { userId: user, event, by: { kind: 'home' } };
  return tab === 'messages' && channel !== undefined ? { userId: user, event, by: { kind: 'opened', channel } } : undefined;
};

/** The button that Slack shows while a session is processing. Streams it has ended by itself; the work is ours to end. */
const readStopped = ({ workspace }: ReadDeps, eventId: string, stopped: z.output<typeof StoppedEvent>): Heard => {
  const { user, channel, thread_ts: threadTs } = stopped;
  const event = { kind: 'stopped' as const, eventId, place: placeOf(workspace, channel, threadTs) };
  return { userId: user, event, by: { kind: 'message', channel, threadTs, direct: channel.startsWith('D') } };
};

/** Whether the app has no business in the workspace any more, as Slack itself says. */
export const isRemoved = (workspace: string, body: Record<string, unknown>): boolean => {
  const told = EventBody.safeParse(body);
  return told.success && told.data.team_id === workspace && RemovedEvent.safeParse(told.data.event).success;
};

/** Told of another workspace's installation; this one has no business with it. */
const isForeign = ({ workspace }: ReadDeps, { team_id, authorizations = [] }: z.output<typeof EventBody>): boolean => {
  const teams = authorizations.flatMap(({ team_id: id }) => id ?? []);
  return teams.length > 0 ? !teams.includes(workspace) : team_id !== undefined && team_id !== workspace;
};

const readEvents = async (deps: ReadDeps, body: z.output<typeof EventBody>): Promise<Heard | undefined> => {
  if (isForeign(deps, body)) return undefined;
  const { event, event_id } = body;
  if (event.type === 'agent_session_stopped') return readStopped(deps, event_id, StoppedEvent.parse(event));
  if (event.type === 'app_home_opened') return readHome(deps, event_id, HomeEvent.parse(event));
  if (event.type !== 'message' && event.type !== 'app_mention') return undefined;
  if (event.subtype === 'message_changed') return readChanged(deps, ChangedEvent.parse(event));
  if (event.subtype === 'message_deleted') {
    const deleted = DeletedEvent.parse(event);
    return readDeleted(deps, { where: deleted, ts: deleted.deleted_ts, before: deleted.previous_message });
  }
  const said = MessageEvent.parse(event);
  return readSaid(deps, { where: said, said, edited: false });
};

const Kept = z.object({ channel: z.string(), thread: z.string() });

/** Where a view was opened from: it travels with the view, and comes back signed by Slack. */
export const keptPlace = ({ channel, thread }: ThreadAddress): string => JSON.stringify({ channel, thread });

const placeKept = ({ workspace }: ReadDeps, kept: string, userId: string): ThreadAddress => {
  const read = Kept.safeParse(jsonOf(kept));
  return read.success ? { surface: SURFACE, ...read.data } : placeOf(workspace, userId, undefined);
};

const readAsk = ({ workspace }: ReadDeps, userId: string, triggerId: string): Heard => {
  const event = { kind: 'home' as const, eventId: `shortcut/${triggerId}`, place: placeOf(workspace, userId, undefined) };
  return { userId, event, by: { kind: 'ask', workspace, triggerId } };
};

const readAnywhere = (deps: ReadDeps, { user, callback_id, trigger_id }: AnywhereBody): Heard | undefined =>
  callback_id === ANYWHERE.callback_id ? readAsk(deps, user.id, trigger_id) : undefined;

const whereOf = (deps: ReadDeps, { user, container, message, view }: PressBody): ThreadAddress =>
  view
    ? placeKept(deps, view.private_metadata, user.id)
    : placeOf(deps.workspace, container.channel_id ?? user.id, container.thread_ts ?? message?.thread_ts);

const readPress = (deps: ReadDeps, body: PressBody): Heard | undefined => {
  const { user, container, view, trigger_id } = body;
  const [action] = body.actions;
  if (action?.value === undefined) return undefined;
  const again = readAgain(action.value);
  if (again === 'ask') return readAsk(deps, user.id, trigger_id ?? '');
  const { message_ts } = container;
  const eventId = `press/${trigger_id ?? `${message_ts ?? view?.id}/${user.id}/${action.action_ts}`}`;
  const at = { eventId, place: whereOf(deps, body) };
  const by = { kind: 'press' as const, body };
  if (again) return { userId: user.id, event: { kind: 'command', ...at, line: again.command }, by };
  const pressed = readPressed(action.value);
  return pressed && { userId: user.id, event: { kind: 'press', ...at, remoteId: view ? null : (message_ts ?? null), pressed }, by };
};

const readSubmit = (deps: ReadDeps, body: SubmitBody): Heard => {
  const { user, view } = body;
  const place = placeKept(deps, view.private_metadata, user.id);
  const eventId = `submit/${view.id}/${view.hash ?? ''}`;
  const values = readState(view.state);
  const said = {
    kind: 'press' as const,
    eventId,
    place,
    remoteId: null,
    pressed: { verb: 'say' as const, text: values[ANYWHERE.field] ?? '' },
  };
  const filled = { kind: 'submit' as const, eventId, place, form: view.callback_id, values, picked: readPickers(view.state) };
  return { userId: user.id, event: view.callback_id === ANYWHERE.callback_id ? said : filled, by: { kind: 'submit', body } };
};

const OWN = '/wilco';

/** `/wilco status` says `status`; `/pause` says the same as `/wilco pause`. */
const readSlash = async ({ workspace, nameOf }: ReadDeps, body: SlashBody): Promise<Heard> => {
  const { command, text, user_id, channel_id, trigger_id } = body;
  const words = (await readWords(text, { botUserId: '', nameOf })).trim();
  const line = command === OWN ? words || 'help' : `${command.slice(1)} ${words}`.trim();
  const place = placeOf(workspace, channel_id, undefined);
  return { userId: user_id, event: { kind: 'command', eventId: `slash/${trigger_id}`, place, line }, by: { kind: 'command', body } };
};

/** The words stand in the thread of the message that they came from. */
const readShortcut = async (deps: ReadDeps, body: ShortcutBody): Promise<Heard | undefined> => {
  const { workspace } = deps;
  const { user, callback_id, trigger_id, channel, message } = body;
  const text = shortcutSays(callback_id, await readWords(message.text, deps));
  if (text === undefined) return undefined;
  const place = placeOf(workspace, channel.id, message.thread_ts ?? message.ts);
  const event = {
    kind: 'press' as const,
    eventId: `shortcut/${trigger_id}`,
    place,
    remoteId: null,
    pressed: { verb: 'say' as const, text },
  };
  return { userId: user.id, event, by: { kind: 'press', body: pressOf(body) } };
};

/** What one payload of Slack tells; undefined for what is of no concern here. A payload that is not as Slack writes them throws. */
export const readEvent = async (deps: ReadDeps, body: Record<string, unknown>): Promise<Heard | undefined> => {
  switch (body.type) {
    case 'event_callback':
      return readEvents(deps, EventBody.parse(body));
    case 'block_actions':
      return readPress(deps, PressBody.parse(body));
    case 'message_action':
      return readShortcut(deps, ShortcutBody.parse(body));
    case 'shortcut':
      return readAnywhere(deps, AnywhereBody.parse(body));
    case 'view_submission':
      return readSubmit(deps, SubmitBody.parse(body));
    default:
      return typeof body.command === 'string' ? readSlash(deps, SlashBody.parse(body)) : undefined;
  }
};
