import type { REST } from 'discord.js';
import type { ThreadAddress } from '../../db/thread-id.ts';
import type { Log } from '../../log.ts';
import type { Recent } from '../../recent.ts';
import type { MenuEntry } from '../menu.ts';
import type { Answer, ChatEvent } from '../surface.ts';
import type { Channel } from './incoming.ts';

/** What every part of this surface shares while it is connected. */
export type Link = {
  readonly platform: 'discord';
  readonly rest: REST;
  readonly log: Log;
  /** Takes an event to the one way in. */
  hear(event: ChatEvent): Promise<Answer>;
  menu(): readonly MenuEntry[];
  /** Its commands stand in every server's menu, and not in that of the project's alone. */
  readonly everywhere: boolean;
  /** Another address than Discord's own; files come from there, too. */
  readonly apiUrl: string | null;
  /** The servers that belong to a project here. */
  homes: Set<string>;
  /** Those of them that the bot was removed from. */
  away: Set<string>;
  /** The bot itself, once Discord has said who it is. */
  self: { userId: string; applicationId: string } | undefined;
  /** The roles that Discord made for the bot, one in each server. */
  roles: Set<string>;
  /** Calls that Discord failed at, by path: it may have done what was asked all the same. */
  shaky: Recent<true>;
  channels: Recent<Channel>;
  /** Who wrote what, by message, for where they can only be answered alone. */
  askers: Recent<string>;
  /** What a thread is called that is opened at one of our own messages. */
  titles: Recent<string>;
  /** Which way of answering is open in a thread, where it is not the thread itself. */
  ways: Recent<number>;
  /** The channel of each message of ours that stands elsewhere than in its thread, and that thread. */
  stands: Recent<{ channel: string; of: ThreadAddress }>;
  /** Until when somebody's direct messages are taken for closed, by channel. */
  closed: Recent<number>;
  /** Ids of what was taken already: Discord tells some things twice. */
  taken: Recent<true>;
};

/** True the first time. */
export const first = (link: Link, key: string): boolean => {
  if (link.taken.get(key)) return false;
  link.taken.set(key, true);
  return true;
};
