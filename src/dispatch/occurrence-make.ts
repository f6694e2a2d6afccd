import { sql } from 'drizzle-orm';
import { record } from '../db/record.ts';
import { decisions, proposals } from '../db/tables/proposals.ts';
import { inbox, messages } from '../db/tables/talk.ts';
import { momentInWords } from '../tools/schedule-fields.ts';
import { type Actor, agentAt } from './actor.ts';
import type { Decided } from './decided-schedule.ts';
import { move } from './move.ts';
import type { Taking } from './occurrence.ts';
import { type Draft, wordFor } from './occurrence-draft.ts';
import { insertProposal } from './propose.ts';
import { originOf } from './scheduled.ts';
import { sayBeside } from './thread.ts';

const SURFACE = 'schedule';

const OPEN = sql`('proposed', 'approved', 'executing', 'waiting', 'unknown')`;

/** Whether what the schedule made last is still undecided, unread or under way. */
export const formerIsOpen = async ({ tx, schedule }: Taking): Promise<boolean> => {
  const origin = originOf(schedule.id, schedule.occurrence);
  const open = await tx.db.execute(sql`
    select 1 from ${proposals} p where p.origin = ${origin} and p.state in ${OPEN}
    union all
    select 1 from ${inbox} i join ${messages} m on m.id = i.message_id where i.surface = ${SURFACE} and i.event_id = ${origin} and (
      m.state in ('queued', 'delivered')
      or exists (select 1 from ${proposals} p where p.thread_id = m.thread_id and p.origin like m.id::text || ':%' and p.state in ${OPEN}))
    limit 1`);
  return open.rows.length > 0;
};

/** Whoever asked for the schedule, as an occurrence is made in their name: with no more than it takes to ask. */
const actorOf = ({ proposal }: Taking['standing']): Actor => {
  const agent = agentAt(proposal);
  return {
    projectId: proposal.projectId,
    personId: proposal.proposedBy,
    name: proposal.proposedBy === null ? proposal.requester.replace(/^key:/, '') : proposal.proposedByName,
    role: 'operator',
    via: SURFACE,
    ...(agent ? { agent: { ...agent, name: proposal.proposedByName, runId: null } } : {}),
  };
};

/** Approved at once, on the word of somebody who approved the schedule; the decision on record says whose. */
const decideOccurrence = async ({ scheduling, tx, schedule }: Taking, what: { proposalId: string; personId: string; digest: string }) => {
  const { proposalId, personId, digest } = what;
  const { projectId, threadId } = schedule;
  const attempt = 1;
  const [moved] = await Promise.all([
    move(tx.db, { id: proposalId, from: 'proposed', to: 'approved' }, { attempt, decidedBy: personId, decidedAt: new Date() }),
    tx.db.insert(decisions).values({ proposalId, revision: 1, kind: 'scheduled', digest, personId, via: SURFACE }),
    record(tx.db, {
      projectId,
      kind: 'proposal.scheduled',
      threadId,
      proposalId,
      personId,
      data: { revision: 1, digest, via: SURFACE, scheduleId: schedule.id },
    }),
    scheduling.heart.enqueue(tx, { projectId, proposalId, attempt }),
  ]);
  if (!moved) throw new Error(`the occurrence ${proposalId} left 'proposed' in its own transaction`);
};

/** Makes the card of an exact action, which runs at once while the approval of the schedule carries it, and else waits for people. */
export const makeCard = async (taking: Taking, draft: Draft): Promise<{ proposalId: string } | 'joined'> => {
  const { tx, schedule, standing, due } = taking;
  const word = await wordFor(tx.db, standing, draft);
  const at = momentInWords(due.times.at(-1) ?? schedule.nextAt, schedule.timeZone);
  const { preview } = draft.revision;
  const revision = {
    ...draft.revision,
    preview: { ...preview, changes: [`By the schedule “${schedule.name}”, due ${at}`, ...preview.changes] },
  };
  const origin = originOf(schedule.id, schedule.occurrence + 1);
  const wish = { threadId: schedule.threadId, tool: draft.inner.name, input: draft.parsed.input, origin };
  const { proposalId, joined } = await insertProposal(tx, { actor: actorOf(standing), wish, parsed: draft.parsed, revision });
  if (joined) return 'joined';
  if ('personId' in word) await decideOccurrence(taking, { proposalId, personId: word.personId, digest: revision.digest });
  else
    await sayBeside(tx.db, {
      threadId: schedule.threadId,
      text: `“${schedule.name}” waits for approval, because ${word.why}.`,
      place: 'after',
    });
  return { proposalId };
};

/** Puts the instructions before the router, in the name of whoever asked for the schedule. All that can come of them is cards. */
export const askRouter = async (taking: Taking, { input }: Decided): Promise<{ messageId: string } | 'joined'> => {
  const { scheduling, tx, schedule, standing } = taking;
  const origin = originOf(schedule.id, schedule.occurrence + 1);
  const { personId, name } = actorOf(standing);
  const { threadId, targetAgentKey: agentKey } = schedule;
  const text = `By the schedule “${schedule.name}”, for ${standing.proposal.proposedByName}:`;
  await sayBeside(tx.db, { threadId, text, place: 'before' });
  const [message] = await tx.db
    .insert(messages)
    // Not as a person's own: a command runs for people who write it, and for nobody else.
    .values({
      threadId,
      authorKind: 'wilco',
      personId,
      authorName: name,
      actorRole: 'operator',
      agentKey,
      text: String(input.instructions),
      state: 'queued',
    })
    .returning({ id: messages.id });
  if (!message) throw new Error('the message was not written');
  const [claimed] = await tx.db
    .insert(inbox)
    .values({ surface: SURFACE, eventId: origin, messageId: message.id })
    .onConflictDoNothing()
    .returning({ id: inbox.id });
  if (!claimed) throw new Error(`the occurrence ${origin} was made before`);
  await record(tx.db, { projectId: schedule.projectId, kind: 'message.received', threadId, personId, data: { messageId: message.id } });
  await scheduling.enqueueRoute(tx, message.id);
  return { messageId: message.id };
};
