import { type Api, type Called, insist } from './api.ts';
import type { Message } from './blocks.ts';
import type { Respond } from './hooks.ts';
import { INERT } from './options.ts';
import type { PressBody, SlashBody } from './payloads.ts';
import type { Places } from './places.ts';

/** Where somebody is who is to be told something. `url`: of Slack's, to answer by. A page of their own is no channel. */
export type Spot = { user: string; channel: string | undefined; threadTs?: string | undefined; direct: boolean; url?: string | undefined };

export type Whispering = { api: Api; respond: Respond; places: Places };

export const spotOfPress = ({ container, user, response_url: url }: PressBody): Spot => {
  const { channel_id: channel, thread_ts: threadTs } = container;
  return { user: user.id, channel, threadTs, direct: channel?.startsWith('D') ?? false, url };
};

export const spotOfSlash = ({ user_id: user, channel_id: channel, response_url: url }: SlashBody): Spot => ({
  user,
  channel,
  direct: channel.startsWith('D'),
  url,
});

/** Slack has nothing for one person's eyes in a direct conversation, where nobody else is. */
const there = (api: Api, spot: Spot & { channel: string }, message: Message): Called<unknown> => {
  const { channel, threadTs, direct, user } = spot;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return direct
    ? insist(api, { method: 'chat.postMessage', channel }, (client) =>
        client.chat.postMessage({ channel, ...thread, ...message, ...INERT }),
      )
    : insist(api, { method: 'chat.postEphemeral', channel }, (client) =>
        client.chat.postEphemeral({ channel, user, ...thread, ...message, parse: 'none', link_names: false }),
      );
};

/**
 * For one person's eyes alone, where they are. Where the app is not, it answers by the address that came along, or in their direct
 * conversation.
 */
export const whisper = async ({ api, respond, places }: Whispering, spot: Spot, message: Message): Promise<unknown> => {
  const { channel, url, user } = spot;
  const said = channel === undefined ? undefined : await there(api, { ...spot, channel }, message);
  if (said && (said.ok || said.error.code !== 'gone')) return said;
  if (url !== undefined) return respond(url, message);
  const direct = await places.direct(user);
  return direct === undefined ? said : there(api, { user, channel: direct, direct: true }, message);
};
