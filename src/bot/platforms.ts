import type { AskGroup } from '../dispatch/group-look-up.ts';
import type { FindGroups } from '../tools/platform-groups.ts';
import type { Surface } from './surface.ts';

/** What decisions and actions ask of the chat platforms that a process is connected to. Of any other nobody can tell. */
export type Platforms = { ask: AskGroup; find: FindGroups /** From then on these are asked. */; join(surfaces: readonly Surface[]): void };

export const createPlatforms = (): Platforms => {
  const joined = new Map<string, Surface>();
  return {
    ask: async ({ platform, ...at }) => joined.get(platform)?.can.group?.(at),
    find: async ({ platform, ...at }) => joined.get(platform)?.can.groups?.(at),
    join(surfaces) {
      for (const surface of surfaces) joined.set(surface.name, surface);
    },
  };
};
