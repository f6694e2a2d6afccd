import type { Capabilities } from '../surface.ts';
import type { Api } from './api.ts';
import type { Self } from './connection.ts';
import { channelPart } from './read-event.ts';

/** What Slack can do beside messages. A look-up that fails answers undefined, and that counts as nobody and nowhere. */
export const createCapabilities = (api: Api, self: () => Self | undefined): Capabilities => ({
  async group(workspace, groupId) {
    if (workspace !== self()?.workspace) return undefined;
    const read = await api.call({ method: 'usergroups.users.list', channel: '' }, (client) =>
      client.usergroups.users.list({ usergroup: groupId, include_disabled: false }),
    );
    return read.ok ? read.value.users : undefined;
  },
  async direct(workspace, userId) {
    if (workspace !== self()?.workspace) return undefined;
    const opened = await api.call({ method: 'conversations.open', channel: userId }, (client) =>
      client.conversations.open({ users: userId }),
    );
    const channel = opened.ok ? opened.value.channel?.id : undefined;
    return channel === undefined ? undefined : { surface: 'slack', channel: channelPart(workspace, channel), thread: 'feed' };
  },
});
