import { accountsIn, type GroupTie } from '../db/groups.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import type { GroupProof } from '../db/tables/proposals.ts';
import { recent } from '../recent.ts';
import { err, type Result } from '../result.ts';
import { platformName } from '../tools/platform-groups.ts';
import { within } from '../within.ts';
import type { Heart } from './heart.ts';
import { type HeartError, heartError } from './sentences.ts';
import type { Standing } from './standing.ts';

/** Whether an account is in a group of a platform, asked of the platform itself; undefined: nobody can tell, which counts as no. */
export type AskGroup = (at: { platform: string; workspace: string; groupId: string; userId: string }) => Promise<boolean | undefined>;

/** What a platform said of one person, by all of their accounts there: one that is in the group is enough, and one is needed. */
type Finding = { said: 'in'; proof: GroupProof } | { said: 'out' | 'unlinked' | 'unknown' };
export type LookUp = { tie: GroupTie; of: ReadonlyMap<string, Finding> };

/** A press has to be answered within three seconds: what takes longer than this counts as not answered. */
const PATIENCE_MS = 1500;

const SAME_MOMENT_MS = 5000;
const MOST_KEPT = 5000;

/** Asks about each account once within a few seconds. What nobody could tell is asked again. */
export const askOnce = (ask: AskGroup, now: () => number = Date.now): AskGroup => {
  const told = recent<{ isIn: boolean; at: number }>(MOST_KEPT);
  return async (at) => {
    const key = JSON.stringify([at.platform, at.workspace, at.groupId, at.userId]);
    const known = told.get(key);
    if (known && now() - known.at < SAME_MOMENT_MS) return known.isIn;
    const isIn = await ask(at);
    if (isIn !== undefined) told.set(key, { isIn, at: now() });
    return isIn;
  };
};

/** Asks of several people at once, each by their accounts in the platform's workspace. Never inside a transaction: no lock waits for it. */
export const lookUp = async (heart: Heart, tie: GroupTie, at: { group: string; personIds: readonly string[] }): Promise<LookUp> => {
  const { platform, workspace, remoteId, name } = tie;
  const accounts = await accountsIn(heart.database.db, { platform, workspace, personIds: at.personIds });
  const askedAt = new Date().toISOString();
  const ask: AskGroup = heart.askGroup ?? (async () => undefined);
  const asked = await Promise.all(
    accounts.map(async (account) => ({
      ...account,
      isIn: await within(
        PATIENCE_MS,
        ask({ platform, workspace, groupId: remoteId, userId: account.userId }).catch(() => undefined),
      ),
    })),
  );
  const findingOf = (personId: string): Finding => {
    const mine = asked.filter((account) => account.personId === personId);
    const found = mine.find(({ isIn }) => isIn === true);
    if (found)
      return { said: 'in', proof: { tie: tie.id, group: at.group, platform, workspace, remoteId, name, account: found.userId, askedAt } };
    if (mine.length === 0) return { said: 'unlinked' };
    return { said: mine.some(({ isIn }) => isIn === undefined) ? 'unknown' : 'out' };
  };
  return { tie, of: new Map(at.personIds.map((personId) => [personId, findingOf(personId)])) };
};

/** A proposal as decisions go by it: where a platform keeps the group that is asked, of that group is whom it has just named, and nobody else. */
export type Held = { standing: Standing; lapsed: string[]; doubtful: boolean };

export const holdTo = (standing: Standing, found: LookUp | undefined): Held => {
  const { tie, voters, voterNames } = standing;
  if (!tie) return { standing, lapsed: [], doubtful: false };
  if (found?.tie.id !== tie.id) return { standing: { ...standing, groupPeople: [] }, lapsed: [], doubtful: false };
  const saidOf = (personId: string) => found.of.get(personId)?.said;
  // One that was given since it was asked stands by a look-up of its own.
  const lapsed = voters.filter((personId) => saidOf(personId) === 'out' || saidOf(personId) === 'unlinked');
  const stays = voters.map((personId) => !lapsed.includes(personId));
  const groupPeople = [...found.of].flatMap(([personId, { said }]) => (said === 'in' ? [personId] : []));
  return {
    standing: {
      ...standing,
      groupPeople,
      voters: voters.filter((_, at) => stays[at]),
      voterNames: voterNames.filter((_, at) => stays[at]),
    },
    lapsed,
    doubtful: voters.some((personId) => saidOf(personId) === 'unknown'),
  };
};

export const proofOf = (found: LookUp | undefined, standing: Standing, personId: string): GroupProof | null => {
  const finding = found && found.tie.id === standing.tie?.id ? found.of.get(personId) : undefined;
  return finding?.said === 'in' ? finding.proof : null;
};

type At = { standing: Standing; personId: string; role: Role | undefined; found: LookUp | undefined };

const hasRole = ({ standing, role }: At): boolean => role !== undefined && roleAtLeast(role, standing.revision.approverRole);

/** Whether there is somebody to ask: it was refused for want of the group alone, and nobody has been asked yet. */
export const needsLookUp = (done: Result<unknown, HeartError>, at: At): at is At & { standing: { tie: GroupTie } } => {
  if (done.ok || done.error.code !== 'not_an_approver' || !at.standing.tie || at.found) return false;
  return hasRole(at) && (at.standing.groupPeople ?? []).includes(at.personId);
};

const whyNotOfIt = (group: string, tie: GroupTie, said: Finding['said'] | undefined): HeartError => {
  const platform = platformName(tie.platform);
  if (said === 'out')
    return heartError('not_an_approver', { message: `${platform} does not name you in ${tie.name}, which is the group ${group} here.` });
  if (said === 'unlinked')
    return heartError('not_an_approver', {
      message: `${platform} says who is of the group ${group}, and no account of yours there is known here. Link it under Settings → Connections, then decide.`,
    });
  return heartError('group_unknown');
};

/** A refusal for want of a group that a platform keeps, in words that say which and what to do. */
export const inGroupWords = <Done>(done: Result<Done, HeartError>, at: At): Result<Done, HeartError> => {
  const { standing, personId, found } = at;
  const { tie, revision, proposal } = standing;
  if (done.ok || done.error.code !== 'not_an_approver' || !tie || !hasRole(at)) return done;
  const said = found ? (found.tie.id === tie.id ? found.of.get(personId)?.said : 'unknown') : 'unlinked';
  return err({ ...whyNotOfIt(revision.approverGroup ?? '', tie, said), state: proposal.state });
};
