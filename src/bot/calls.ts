import { accountsIn } from '../db/groups.ts';
import { liveMembers } from '../db/notifications.ts';
import { isQuiet, readProfile } from '../db/preferences.ts';
import { timeZoneOf } from '../db/read/people.ts';
import type { ThreadAddress } from '../db/thread-id.ts';
import type { Heart } from '../dispatch/heart.ts';
import { refusalFor, type Standing } from '../dispatch/standing.ts';
import type { Called } from './surface.ts';

/** What a surface says behind the names of those whom it calls. */
export const WAITS_FOR_YOU = 'This waits for your decision.';

/** Of more people than this nobody feels called; the policy's ladder reminds them. */
const MOST_CALLED = 5;

/** Whether they want to hear of approvals, and at this hour. */
const wantsCall = async ({ database }: Heart, projectId: string, personId: string): Promise<boolean> => {
  const profile = await readProfile(database.db, personId);
  if (!profile?.preferences.notify.approval) return false;
  const { quiet } = profile.preferences;
  return quiet === null || !isQuiet(quiet, await timeZoneOf(database.db, { projectId, personId }), new Date());
};

/**
 * Whom a card that waits calls by name where it stands: the few who may decide it, unless whoever asked for it may do so alone. A group that
 * this very workspace keeps is called itself.
 */
export const calledBy = async (heart: Heart, standing: Standing, place: ThreadAddress): Promise<Called[]> => {
  const { proposal, revision, requesters, tie } = standing;
  if (proposal.state !== 'proposed' || revision.decider === 'nobody' || standing.switch.killed) return [];
  const { db } = heart.database;
  const [workspace = ''] = place.channel.split('.');
  if (tie) return tie.platform === place.surface && tie.workspace === workspace ? [{ kind: 'group', id: tie.remoteId }] : [];
  const members = await liveMembers(db, proposal.projectId);
  const deciders = members.flatMap(({ personId, role }) => (refusalFor(standing, personId, role) ? [] : [personId]));
  const alone = revision.approvalsNeeded <= 1 && deciders.some((personId) => requesters.includes(personId));
  const others = deciders.filter((personId) => !requesters.includes(personId));
  if (alone || others.length === 0 || others.length > MOST_CALLED) return [];
  const wanted = await Promise.all(others.map(async (id) => ((await wantsCall(heart, proposal.projectId, id)) ? [id] : [])));
  const accounts = await accountsIn(db, { platform: place.surface, workspace, personIds: wanted.flat() });
  const first = new Map(accounts.toReversed().map(({ personId, userId }) => [personId, userId]));
  return [...first.values()].toSorted().map((id) => ({ kind: 'user', id }));
};
