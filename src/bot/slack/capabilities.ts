import type { Capabilities } from '../surface.ts';
import type { Api } from './api.ts';
import type { Self } from './connection.ts';
import type { Places } from './places.ts';
import { channelPart } from './read-event.ts';
import { createStatus } from './status.ts';
import { isMemberNow } from './who.ts';

/** Nobody waits for what is brought to somebody. */
const PATIENCE_MS = 30_000;

/** What Slack can do beside messages. A look-up that fails answers undefined, and that counts as nobody and nowhere. */
export const createCapabilities = (api: Api, self: () => Self | undefined, places: Places): Capabilities => ({
  working: createStatus(api, self),
  async group({ workspace, groupId, userId }) {
    if (workspace !== self()?.workspace) return undefined;
    const listing = api.call({ method: 'usergroups.users.list', channel: groupId }, (client) =>
      // A user group that was put out of use is none.
      client.usergroups.users.list({ usergroup: groupId, include_disabled: false }),
    );
    const asking = api.call({ method: 'users.info', channel: userId }, (client) => client.users.info({ user: userId }));
    const [listed, info] = await Promise.all([listing, asking]);
    const isMember = isMemberNow(info, { workspace, userId });
    if (listed.ok && isMember !== undefined) return isMember && (listed.value.users ?? []).includes(userId);
    // One clear no is enough.
    return isMember === false || (listed.ok && !(listed.value.users ?? []).includes(userId)) ? false : undefined;
  },
  async groups({ workspace, written }) {
    if (workspace !== self()?.workspace) return undefined;
    const read = await api.call({ method: 'usergroups.list', channel: '' }, (client) =>
      client.usergroups.list({ include_disabled: false }),
    );
    if (!read.ok) return undefined;
    const wanted = written.toLowerCase();
    return (read.value.usergroups ?? []).flatMap(({ id, handle, is_external, date_delete }) => {
      const isIt = id === written || handle?.toLowerCase() === wanted;
      return id && handle && isIt && !is_external && !date_delete ? [{ id, name: `@${handle}` }] : [];
    });
  },
  below: (place, remoteId) => ({ ...place, thread: remoteId }),
  async direct(workspace, userId) {
    if (workspace !== self()?.workspace) return undefined;
    const channel = await places.direct(userId, PATIENCE_MS);
    return channel === undefined ? undefined : { surface: 'slack', channel: channelPart(workspace, channel), thread: 'feed' };
  },
});
