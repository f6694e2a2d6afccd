import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { projectLinks } from '../db/tables/surfaces.ts';
import { line } from './plain-text.ts';
import { field } from './tool.ts';

/** A group of people on a platform, as the platform itself says: a user group of Slack, a role of Discord. */
export type PlatformGroup = { id: string; name: string };

/** The groups of a workspace that are called this or have this id; undefined: the platform cannot be asked from this process, or did not answer. */
export type FindGroups = (at: { platform: string; workspace: string; written: string }) => Promise<readonly PlatformGroup[] | undefined>;

const NAMES: Readonly<Record<string, string>> = { slack: 'Slack', discord: 'Discord' };

/** As people call the platform. */
export const platformName = (platform: string): string => NAMES[platform] ?? platform;

const id = () => z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'It is an id of the platform: letters, digits, - and _.');

/** Which group of which platform. Its id says which; the name is what people read, and both have to belong together when it is approved. */
export const platformGroupFields = {
  platform_group: line({ max: 100, empty: 'Say which user group of Slack or role of Discord, such as @finance.' }).meta(
    field({ title: 'Called there', control: 'line', slot: 'name' }),
  ),
  platform: z
    .string("No group of that name was found. Write its name as the platform has it, or its id, and whether it is Slack's or Discord's.")
    .regex(/^[a-z]{1,20}$/, 'It is the name of a surface: slack or discord.')
    .meta(field({ title: 'Platform', control: 'line' })),
  workspace: id().meta(field({ title: 'Workspace', control: 'line' })),
  group_id: id().meta(field({ title: 'Id there', control: 'line' })),
};

const bare = (written: string): string =>
  /^<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(written)?.[1] ?? /^<@&(\d+)>$/.exec(written)?.[1] ?? written.replace(/^@/, '');

const workspacesOf = (db: Db, projectId: string, platform: unknown): Promise<{ platform: string; workspace: string }[]> =>
  db
    .select({ platform: projectLinks.platform, workspace: projectLinks.workspace })
    .from(projectLinks)
    .where(
      and(
        eq(projectLinks.projectId, projectId),
        typeof platform === 'string' ? eq(projectLinks.platform, platform.toLowerCase()) : undefined,
      ),
    );

type Place = { platform: string; workspace: string };
type Named = { written: string; places: Place[]; found: (Place & PlatformGroup)[]; silent: Place[] };

/** Looks for what somebody wrote in the project's workspaces; undefined where nothing was written, or an id says which. */
const lookFor = async (
  find: FindGroups,
  input: Record<string, unknown>,
  { db, projectId }: { db: Db; projectId: string },
): Promise<Named | undefined> => {
  const { platform_group: said, platform, group_id } = input;
  if (typeof said !== 'string' || group_id !== undefined) return undefined;
  const written = bare(said.trim());
  const places = await workspacesOf(db, projectId, platform);
  const asked = await Promise.all(places.map(async (place) => ({ place, groups: await find({ ...place, written }) })));
  return {
    written,
    places,
    found: asked.flatMap(({ place, groups = [] }) => groups.map((group) => ({ ...place, ...group }))),
    silent: asked.flatMap(({ place, groups }) => (groups ? [] : [place])),
  };
};

/** Finds the one group of the project's workspaces that is meant. What is none, or more than one, is left for the schema to ask about. */
export const completePlatformGroup =
  (find: FindGroups) =>
  async (input: Record<string, unknown>, at: { db: Db; projectId: string }): Promise<Record<string, unknown>> => {
    const [only, ...others] = (await lookFor(find, input, at))?.found ?? [];
    if (!only || others.length > 0) return input;
    return { ...input, platform: only.platform, workspace: only.workspace, group_id: only.id, platform_group: only.name };
  };

const namesOf = (places: readonly Place[]): string => [...new Set(places.map(({ platform }) => platformName(platform)))].join(' and ');

/** Why that group was not found, where it was looked for. */
export const noPlatformGroup =
  (find: FindGroups) =>
  async (input: Record<string, unknown>, at: { db: Db; projectId: string }): Promise<string | undefined> => {
    const named = await lookFor(find, input, at);
    if (!named || named.found.length > 1) return undefined;
    const { written, places, silent } = named;
    if (places.length === 0)
      return `No Slack or Discord is connected here, so there is no @${written} to ask. Connect one first; then say it again.`;
    if (silent.length > 0)
      return `${namesOf(silent)} could not be asked whether there is a @${written} just now. Say it again when it answers.`;
    return `${namesOf(places)} has no group or role called @${written} that is in use. Write its name as it stands there, or its id.`;
  };
