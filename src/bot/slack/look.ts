import { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { SlackConfig } from '../../config/slack.ts';
import { textBlocks } from './blocks.ts';
import { buttonBlocks } from './buttons.ts';
import { surfaceError } from './errors.ts';
import { SCOPES } from './manifest.ts';
import { INERT, quietOptions } from './options.ts';

/** What Slack says of the tokens that are set. `problem` is a sentence; the rest holds where there is none. */
export type SlackLook = { workspace: string; name: string; missing: string[]; problem?: undefined } | { problem: string };

const Told = z.object({
  team_id: z.string(),
  team: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

const refused = (what: string, error: unknown): { problem: string } => {
  const { code, message } = surfaceError(error);
  return { problem: code === 'offline' && !message.startsWith('Slack refused') ? message : `${what}: ${message}` };
};

/** A channel that the app could speak in. */
export type SlackChannel = { id: string; name: string; joined: boolean };

const PAGES = 10;

type Page = { channels: SlackChannel[]; next: string };

const pageOfChannels = async (client: webApi.WebClient, cursor: string): Promise<Page> => {
  const more = cursor === '' ? {} : { cursor };
  const told = await client.conversations.list({ types: 'public_channel,private_channel', exclude_archived: true, limit: 200, ...more });
  const channels = (told.channels ?? []).flatMap(({ id, name, is_member: joined = false }) => (id && name ? [{ id, name, joined }] : []));
  return { channels, next: told.response_metadata?.next_cursor ?? '' };
};

/** The channels that the app can see, those that it is in first; fewer where Slack does not name them all. */
export const listChannels = async (config: SlackConfig): Promise<SlackChannel[]> => {
  const client = new webApi.WebClient(config.botToken, quietOptions(config));
  const found: SlackChannel[] = [];
  let cursor = '';
  for (let page = 0; page < PAGES && (page === 0 || cursor !== ''); page += 1) {
    // One that is not listed is named by its id.
    const read = await pageOfChannels(client, cursor).catch((): Page => ({ channels: [], next: '' }));
    found.push(...read.channels);
    cursor = read.next;
  }
  return found.toSorted((a, b) => Number(b.joined) - Number(a.joined) || a.name.localeCompare(b.name));
};

/** Asks Slack whether the tokens hold and what they allow. */
export const lookAtSlack = async (config: SlackConfig): Promise<SlackLook> => {
  const client = new webApi.WebClient(config.botToken, quietOptions(config));
  let told: z.output<typeof Told>;
  try {
    told = Told.parse(await client.auth.test());
  } catch (error) {
    return refused('SLACK_BOT_TOKEN', error);
  }
  if (config.by.kind === 'socket') {
    try {
      await new webApi.WebClient(config.by.appToken, quietOptions(config)).apps.connections.open({});
    } catch (error) {
      return refused('SLACK_APP_TOKEN', error);
    }
  }
  const granted = told.response_metadata?.scopes ?? [];
  const missing = SCOPES.filter((scope) => !granted.includes(scope));
  return { workspace: told.team_id, name: told.team, missing };
};

const HELLO = 'Wilco is here. Press the button: where its state then stands below, everything works.';

/** A first message, with a button that shows whether presses arrive; a sentence where it could not be posted. */
export const sayHello = async (config: SlackConfig, channel: string): Promise<string | undefined> => {
  const client = new webApi.WebClient(config.botToken, quietOptions(config));
  const button = buttonBlocks([{ label: 'Try it', tone: 'primary', pressed: { verb: 'say', text: '/status' } }]);
  try {
    await client.chat.postMessage({ channel, text: HELLO, blocks: [...textBlocks(HELLO), ...button], ...INERT });
    return undefined;
  } catch (error) {
    return surfaceError(error).message;
  }
};
