import { linkedProjects } from '../db/identities.ts';
import type { Signals } from '../db/signals.ts';
import type { Heart } from '../dispatch/heart.ts';
import { readSwitch } from '../dispatch/switch.ts';
import type { Surface } from './surface.ts';

/** The project of an installation that has one, before a workspace is linked to it. */
const PROJECT = 'default';

/** Shows on each surface that can whether Wilco works there, from now on and whenever it is switched. Answers how to stop. */
export const showMode = (heart: Heart, signals: Signals, surfaces: readonly Surface[]): (() => void) => {
  const { db } = heart.database;
  const show = async ({ name, can }: Surface): Promise<void> => {
    if (!can.mode) return;
    const [projectId = PROJECT] = await linkedProjects(db, name);
    const { paused, killed } = await readSwitch(db, projectId);
    await can.mode(killed ? 'killed' : paused ? 'paused' : 'live');
  };
  const showAll = (): void => {
    for (const surface of surfaces) void show(surface).catch(() => heart.log.info({ surface: surface.name }, 'mode.not_shown'));
  };
  showAll();
  return signals.on('wilco_switch', showAll);
};
