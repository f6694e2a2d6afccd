import type { Database } from '../db/client.ts';
import { standsIn } from '../db/deliveries.ts';
import { accountsIn, type GroupTie, readGroups } from '../db/groups.ts';
import { type Claimed, claimDirect, hasRefused, openDirect } from '../db/notifications.ts';
import { isQuiet } from '../db/preferences.ts';
import { record } from '../db/record.ts';
import { ensureThread } from '../db/talk.ts';
import { type ThreadAddress, threadId } from '../db/thread-id.ts';
import { lookUp } from '../dispatch/group-look-up.ts';
import type { Heart } from '../dispatch/heart.ts';
import { wordsOf } from '../dispatch/notice-words.ts';
import { readStanding } from '../dispatch/standing.ts';
import { cardInThread, sayInThread } from '../dispatch/thread.ts';
import type { Surface } from './surface.ts';

type Deps = { heart: Heart; surfaces: readonly Surface[] };
const REST_MS = 5 * 60_000;

/** The group of a platform whose members this is for; null: of no such group. */
const groupOf = async (heart: Heart, { projectId, proposalId, data }: Claimed): Promise<{ group: string; tie: GroupTie } | null> => {
  const { db } = heart.database;
  const rung = data.rung?.startsWith('group:') ? data.rung.slice('group:'.length) : undefined;
  const standing = proposalId === null || rung !== undefined ? undefined : await readStanding(db, projectId, proposalId);
  const group = rung ?? standing?.revision.approverGroup;
  const tie = group ? (await readGroups(db, projectId)).find(({ key }) => key === group)?.tie : undefined;
  return group && tie ? { group, tie } : null;
};

/** Whether the platform says that it is for them; undefined: it says nothing now. Who might be of a group is written to only if they are. */
const isForThem = async (heart: Heart, notice: Claimed): Promise<boolean | undefined> => {
  if (notice.kind !== 'approval') return true;
  const at = await groupOf(heart, notice);
  if (!at) return true;
  const { of } = await lookUp(heart, at.tie, { group: at.group, personIds: [notice.personId] });
  const said = of.get(notice.personId)?.said;
  return said === 'unknown' ? undefined : said === 'in';
};

/** Whether this card was refused there: a direct conversation that its person has closed. */
const refuses = ({ database }: Heart, { proposalId }: Claimed, place: ThreadAddress): Promise<boolean> | false =>
  proposalId !== null && hasRefused(database.db, { threadId: threadId(place), proposalId });

/** Where somebody can be written to alone, by their newest workspace first. */
const placesOf = async ({ heart, surfaces }: Deps, notice: Claimed): Promise<ThreadAddress[]> => {
  const places: ThreadAddress[] = [];
  for (const { platform, workspace } of notice.workspaces) {
    const direct = surfaces.find(({ name }) => name === platform)?.can.direct;
    if (!direct) continue;
    const accounts = await accountsIn(heart.database.db, { platform, workspace, personIds: [notice.personId] });
    const found = await Promise.all(accounts.map(({ userId }) => direct(workspace, userId)));
    for (const place of found) if (place && !(await refuses(heart, notice, place))) places.push(place);
  }
  return places;
};

/** By preference where its card does not stand yet, so that a later reminder comes by another surface. */
const placeFor = async (deps: Deps, notice: Claimed): Promise<{ place: ThreadAddress; stands: boolean } | undefined> => {
  const { proposalId } = notice;
  const { db } = deps.heart.database;
  const places = await placesOf(deps, notice);
  for (const place of places)
    if (!proposalId || !(await standsIn(db, { threadId: threadId(place), proposalId }))) return { place, stands: false };
  return places[0] && { place: places[0], stands: true };
};

const write = (database: Database, notice: Claimed, at: { place: ThreadAddress; stands: boolean; text: string }): Promise<void> =>
  database.transaction(async ({ db }) => {
    const { id, projectId, personId, proposalId } = notice;
    // Another process may have told it meanwhile.
    if (!(await claimDirect(db, id))) return;
    const thread = threadId(at.place);
    if (!(await ensureThread(db, { id: thread, projectId, create: true, title: 'Direct messages' }))) return;
    if (proposalId === null || at.stands) await sayInThread(db, thread, at.text);
    else await cardInThread(db, { threadId: thread, text: at.text, proposalId });
    await record(db, { projectId, kind: 'notification.sent', threadId: thread, proposalId, personId, data: { surface: at.place.surface } });
  });

const sendOne = async (deps: Deps, notice: Claimed): Promise<'told' | 'later'> => {
  const { heart } = deps;
  const isTheirs = await isForThem(heart, notice);
  if (isTheirs === undefined) return 'later';
  if (!isTheirs) {
    await claimDirect(heart.database.db, notice.id);
    return 'told';
  }
  const found = await placeFor(deps, notice);
  if (!found) return 'later';
  const { title } = wordsOf(notice, (tool) => heart.tools.get(tool)?.title ?? tool);
  await write(heart.database, notice, { ...found, text: found.stands ? `${title}. Its card stands above.` : `${title}.` });
  return 'told';
};

/**
 * Tells people by a direct message what they should know, where they chose that and have an account linked: with the card, which is delivered
 * and changes like any other. Each notice once, by whichever process that is connected comes first; in their quiet hours it waits.
 */
export const createMessenger = (deps: Deps): { send(): Promise<void> } => {
  const platforms = deps.surfaces.flatMap(({ name, can }) => (can.direct ? [name] : []));
  /** Until when those that could not be told are left alone. */
  const resting = new Map<string, number>();
  const waits = ({ id, preferences, timeZone }: Claimed, now: Date): boolean =>
    isQuiet(preferences.quiet, timeZone, now) || (resting.get(id) ?? 0) > now.getTime();
  return {
    async send() {
      const now = new Date();
      const due = platforms.length === 0 ? [] : await openDirect(deps.heart.database.db, platforms);
      for (const id of resting.keys()) if (!due.some((notice) => notice.id === id)) resting.delete(id);
      for (const notice of due.filter((one) => !waits(one, now)))
        if ((await sendOne(deps, notice)) === 'later') resting.set(notice.id, now.getTime() + REST_MS);
    },
  };
};
