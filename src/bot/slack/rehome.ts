import type { ThreadAddress } from '../../db/thread-id.ts';
import type { Places } from './places.ts';
import { channelPart, type Heard, slackPlace } from './read-event.ts';

export const MOVED =
  'I am not in this channel, so what comes of that is in our direct messages. Invite me with /invite @Wilco to talk here.';
export const NOWHERE =
  'I am not in this channel, and Slack could not open our direct messages: nothing was done. Invite me with /invite @Wilco, or try again.';

/** `moved`: what comes of it stands elsewhere than where it was said. */
export type Housed = { heard: Heard; moved: boolean };

const isPerson = (channel: string): boolean => /^[UW]/.test(channel);

/** Slash commands and menus of messages are there in every channel; the app is not. */
const isAnywhere = ({ by }: Heard): boolean =>
  by.kind === 'command' || (by.kind === 'press' && by.body.view === undefined && by.body.container.is_ephemeral === true);

const isPosted = ({ event }: Heard): boolean => event.kind === 'press' || event.kind === 'submit' || event.kind === 'command';

const direct = async (places: Places, { event, userId }: Heard): Promise<ThreadAddress | undefined> => {
  const [workspace = ''] = event.place.channel.split('.');
  const channel = await places.direct(userId);
  return channel === undefined ? undefined : { ...event.place, channel: channelPart(workspace, channel), thread: 'feed' };
};

/**
 * Whatever comes of what somebody did has to stand where the app can write and change it: somebody's own page, and a channel that the app is
 * not in, give way to their direct conversation. Undefined: there is none.
 */
export const rehome = async (places: Places, heard: Heard): Promise<Housed | undefined> => {
  const { channel } = slackPlace(heard.event.place);
  if (!isPosted(heard)) return { heard, moved: false };
  const moved = !isPerson(channel) && isAnywhere(heard) && !(await places.isIn(channel));
  if (!moved && !isPerson(channel)) return { heard, moved };
  const place = await direct(places, heard);
  return place && { heard: { ...heard, event: { ...heard.event, place } }, moved };
};
