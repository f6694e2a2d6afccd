import { recent } from '../../recent.ts';
import type { Surface } from '../surface.ts';
import type { SurfaceDeps } from '../surfaces.ts';
import { directPlace, hasRole, rolesCalled, showWorking } from './capabilities.ts';
import { createEars } from './ears.ts';
import { createGateway, type Presence } from './gateway.ts';
import type { Link } from './link.ts';
import { post, update } from './post.ts';

const REMEMBERED = 5000;

/** What stands beside the bot's name. */
const MODES: Readonly<Record<'live' | 'paused' | 'killed', Presence>> = {
  live: { status: 'online', says: 'live' },
  paused: { status: 'idle', says: 'paused: nothing is carried out' },
  killed: { status: 'dnd', says: 'killed: nothing is carried out' },
};

/** Discord, when a token is set. */
export const discord = (deps: SurfaceDeps): Surface | undefined => {
  const { config, database, log, menu } = deps;
  const { token, apiUrl, commands } = config.discord;
  if (!token) return undefined;
  let health = { ok: false, detail: 'Not connected yet.' };
  let trouble: string | null = null;
  let stop = async (): Promise<void> => undefined;
  let link: Link | undefined;
  let show = (_presence: Presence): void => undefined;
  const offline = { ok: false, error: { code: 'offline', message: 'Discord is not connected.' } } as const;
  return {
    name: 'discord',
    can: {
      mode: async (mode) => show(MODES[mode]),
      working: async (place, { busy }) => void (busy && link?.self && (await showWorking(link, place))),
      group: async (at) => (link?.self ? hasRole(link, at) : undefined),
      groups: async (at) => (link?.self ? rolesCalled(link, at) : undefined),
      direct: async (workspace, userId) => (link?.self ? directPlace(link, workspace, userId) : undefined),
    },
    async start(hear) {
      const onHealth = (now: typeof health): void => {
        health = now;
      };
      const onTrouble = (detail: string | null): void => {
        trouble = detail;
      };
      const shaky = recent<true>(REMEMBERED);
      const gateway = createGateway({
        ...{ token, apiUrl, log, onTrouble },
        onPacket: (packet, shard) => ears.hear(packet, shard),
        onFault: (path) => shaky.set(path, true),
      });
      const made: Link = {
        platform: 'discord',
        get rest() {
          return gateway.rest();
        },
        log,
        hear,
        menu,
        apiUrl,
        everywhere: commands === 'global',
        homes: new Set(),
        away: new Set(),
        self: undefined,
        roles: new Set(),
        shaky,
        channels: recent(REMEMBERED),
        askers: recent(REMEMBERED),
        titles: recent(REMEMBERED),
        ways: recent(REMEMBERED),
        stands: recent(REMEMBERED),
        closed: recent(REMEMBERED),
        taken: recent(REMEMBERED),
      };
      const ears = createEars({ database, link: made, onHealth });
      link = made;
      show = gateway.show;
      stop = async () => {
        await gateway.stop();
        await ears.stop();
      };
      await gateway.open();
    },
    post: async (place, view, once) => (link?.self ? post(link, place, { view, ...once }) : offline),
    update: async (place, remoteId, view) => (link?.self ? update(link, place, { remoteId, view }) : offline),
    health: () => (trouble === null ? health : { ok: false, detail: trouble }),
    stop: () => stop(),
  };
};
