import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { peopleWhoMayBeOf, readGroups } from '../db/groups.ts';
import { liveMembers } from '../db/notifications.ts';
import type { PolicyDocument } from '../db/policy-document.ts';
import { readProject } from '../db/read/people.ts';
import { record } from '../db/record.ts';
import { roleAtLeast } from '../db/states.ts';
import { events } from '../db/tables/control.ts';
import { proposals, revisions } from '../db/tables/proposals.ts';
import { platformName } from '../tools/platform-groups.ts';
import type { Heart } from './heart.ts';
import { policyInForce } from './propose.ts';
import { afterQuiet } from './quiet.ts';
import { lockProposal, readStanding, type Standing } from './standing.ts';
import { postToTeam } from './team.ts';
import { sayInThread } from './thread.ts';

type Rung = PolicyDocument['ladder'][number];

const MINUTE_MS = 60_000;
/** Of more cards than this that wait, the others have their turn when some of these are decided. */
const MOST_WAITING = 1000;

const rungKey = ({ to }: Rung): string => (typeof to === 'string' ? to : `group:${to.group}`);
const rungName = ({ to }: Rung): string => (typeof to === 'string' ? (to === 'owner' ? 'the owner' : `the ${to}`) : to.group);

/** Cards that wait, with the moment from which their newest revision does and the rungs that it was told on already. */
const waitingIn = (db: Db, projectId: string) =>
  db
    .select({
      id: proposals.id,
      revision: proposals.revision,
      since: revisions.createdAt,
      told: sql<
        string[]
      >`array(select e.data ->> 'rung' from ${events} e where e.proposal_id = ${proposals.id} and e.kind = 'proposal.escalated'
        and (e.data ->> 'revision')::int = ${proposals.revision})`,
    })
    .from(proposals)
    .innerJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(and(eq(proposals.projectId, projectId), eq(proposals.state, 'proposed'), isNull(proposals.decidedAt)))
    .orderBy(asc(proposals.proposedAt))
    .limit(MOST_WAITING);

/** One rung of one card, and when it is reached: never in quiet hours. */
type Due = { proposalId: string; revision: number; rung: Rung; at: Date };

/** Every rung that is still to come, of every card that waits. */
const dueIn = async (db: Db, projectId: string): Promise<Due[]> => {
  const { document } = await policyInForce(db, projectId);
  const project = document.ladder.length > 0 ? await readProject(db, projectId) : undefined;
  if (!project) return [];
  const waiting = await waitingIn(db, projectId);
  return waiting.flatMap(({ id, revision, since, told }) =>
    document.ladder
      .filter((rung) => !told.includes(rungKey(rung)))
      .flatMap((rung) => {
        const at = afterQuiet(document, project.timeZone, new Date(since.getTime() + rung.afterMinutes * MINUTE_MS));
        return at ? [{ proposalId: id, revision, rung, at }] : [];
      }),
  );
};

/** Whom a rung means, as they are now. */
const peopleOn = async (db: Db, at: { projectId: string; rung: Rung; role: Parameters<typeof roleAtLeast>[1] }): Promise<string[]> => {
  const { projectId, rung, role } = at;
  if (typeof rung.to !== 'string') return peopleWhoMayBeOf(db, projectId, rung.to.group);
  const members = await liveMembers(db, projectId);
  const least = rung.to === 'approvers' ? role : rung.to === 'admins' ? 'admin' : 'owner';
  return members.filter((member) => roleAtLeast(member.role, least)).map(({ personId }) => personId);
};

/** Of a group that a platform keeps nobody may have an account linked: then those who are in it are looked for before the whole team. */
const askTeam = async (tx: Tx, { proposal, revision }: Standing, rung: Rung): Promise<void> => {
  const { projectId, tool } = proposal;
  const tie = (await readGroups(tx.db, projectId)).find(({ key }) => key === rungName(rung))?.tie;
  if (typeof rung.to === 'string' || !tie) return;
  const whom = `${rungName(rung)}, which is ${tie.name} of ${platformName(tie.platform)}`;
  const text = `Nobody has decided yet to ${tool.replaceAll('_', ' ')}: ${revision.target}. It is for somebody of ${whom}, and none of them has an account linked here.`;
  await postToTeam(tx, { projectId, kind: 'status', text, agent: null });
};

/** Climbs one rung, under the card's lock, unless it was decided, edited or told meanwhile. Nothing is decided by it. */
const climb = (heart: Heart, projectId: string, { proposalId, revision, rung }: Due): Promise<boolean> =>
  heart.database.transaction(async (tx) => {
    const locked = await lockProposal(tx, projectId, proposalId);
    const standing = locked ? await readStanding(tx.db, projectId, proposalId) : undefined;
    if (standing?.proposal.state !== 'proposed' || standing.proposal.revision !== revision || standing.switch.killed) return false;
    const key = rungKey(rung);
    const mine = and(eq(events.proposalId, proposalId), eq(events.kind, 'proposal.escalated'));
    const [told] = await tx.db
      .select({ id: events.id })
      .from(events)
      .where(and(mine, sql`${events.data} ->> 'rung' = ${key} and (${events.data} ->> 'revision')::int = ${revision}`))
      .limit(1);
    if (told) return false;
    const { threadId } = standing.proposal;
    const people = await peopleOn(tx.db, { projectId, rung, role: standing.revision.approverRole });
    // Whoever meets people reads this event and tells them, each once, in their inbox and by push.
    await record(tx.db, { projectId, kind: 'proposal.escalated', threadId, proposalId, data: { revision, rung: key, people } });
    if (people.length === 0) await askTeam(tx, standing, rung);
    const whom = people.length === 0 ? `${rungName(rung)}, of whom nobody is here` : rungName(rung);
    await sayInThread(tx.db, threadId, `Nobody has decided this yet. Told ${whom}.`);
    return true;
  });

/** Climbs every rung that is reached by now. Answers when the next one will be; undefined: none is to come. */
export const climbLadders = async (heart: Heart, projectId: string, now: Date): Promise<{ climbed: number; next: Date | undefined }> => {
  const due = await dueIn(heart.database.db, projectId);
  let climbed = 0;
  for (const one of due.filter(({ at }) => at <= now)) if (await climb(heart, projectId, one)) climbed += 1;
  const ahead = due.map(({ at }) => at.getTime()).filter((at) => at > now.getTime());
  return { climbed, next: ahead.length === 0 ? undefined : new Date(Math.min(...ahead)) };
};
