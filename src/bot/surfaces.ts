import type { Config } from '../config.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../log.ts';
import { discord } from './discord/surface.ts';
import type { MenuEntry } from './menu.ts';
import type { Surface } from './surface.ts';

/** What an outside surface is made with. Those that need none of it do not take it. */
export type SurfaceDeps = { config: Config; database: Database; log: Log; menu(): readonly MenuEntry[] };

/** Each outside surface that this installation is set up for; the room is always there and is none of these. */
const SURFACES: readonly ((deps: SurfaceDeps) => Surface | undefined)[] = [discord];

export const createSurfaces = (deps: SurfaceDeps): readonly Surface[] => SURFACES.flatMap((make) => make(deps) ?? []);
