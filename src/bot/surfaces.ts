import type { Config } from '../config.ts';
import type { Database } from '../db/client.ts';
import type { Signals } from '../db/signals.ts';
import type { Log } from '../log.ts';
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
  /** What has happened since a page was shown. */
  signals?: Signals;
  /** Lets the platform call this on the port of the web side. */
  mount(webhook: Webhook): void;
  /** What can be typed or picked, for platforms that list it. */
  menu(): readonly MenuEntry[];
};

/** Each outside surface that this installation is set up for; the room is always there and is none of these. */
const SURFACES: readonly ((deps: SurfaceDeps) => Surface | undefined)[] = [
  ({ config, ...deps }) => (config.slack ? createSlack({ config: config.slack, publicUrl: config.web.publicUrl, ...deps }) : undefined),
  discord,
];

export const createSurfaces = (deps: SurfaceDeps): readonly Surface[] => SURFACES.flatMap((make) => make(deps) ?? []);
