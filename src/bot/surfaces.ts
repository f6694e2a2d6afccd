import type { Config } from '../config.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../log.ts';
import { restOf } from './discord/gateway.ts';
import { setUpDiscord } from './discord/set-up.ts';
import { discord } from './discord/surface.ts';
import type { MenuEntry } from './menu.ts';
import { createSlack } from './slack/slack.ts';
import type { Surface } from './surface.ts';
import type { Webhook } from './webhook.ts';

/** What an outside surface is made with. Those that need none of it do not take it. */
export type SurfaceDeps = {
  config: Config;
  database: Database;
  log: Log;
  /** Lets the platform call this on the port of the web side. */
  mount(webhook: Webhook): void;
  /** What can be typed or picked, for platforms that list it. */
  menu(): readonly MenuEntry[];
};

/** Each outside surface that this installation is set up for; the room is always there and is none of these. */
const SURFACES: readonly ((deps: SurfaceDeps) => Surface | undefined)[] = [
  ({ config, ...deps }) => (config.slack ? createSlack({ config: config.slack, ...deps }) : undefined),
  discord,
];

export const createSurfaces = (deps: SurfaceDeps): readonly Surface[] => SURFACES.flatMap((make) => make(deps) ?? []);

const SET_UPS: Readonly<Record<string, (config: Config) => Promise<{ ok: boolean; lines: string[] }>>> = {
  discord: ({ discord: { token, apiUrl } }) => setUpDiscord(token, restOf(apiUrl)),
};

/** Says what there is to do before a surface can be used; `ok`: nothing more. */
export const setUpSurface = async (config: Config, surface: string): Promise<{ ok: boolean; lines: string[] }> =>
  SET_UPS[surface]?.(config) ?? { ok: false, lines: [`--setup takes the name of a surface: ${Object.keys(SET_UPS).join(', ')}.`] };
