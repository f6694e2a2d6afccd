import { and, desc, eq, notInArray, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { timeZoneOf } from '../db/read/people.ts';
import { record } from '../db/record.ts';
import { roleAtLeast } from '../db/states.ts';
import { stopOf } from '../db/stops.ts';
import { policies } from '../db/tables/control.ts';
import { proposals, revisions } from '../db/tables/proposals.ts';
import { messages } from '../db/tables/talk.ts';
import { err, ok, type Result } from '../result.ts';
import type { Tool } from '../tools/tool.ts';
import { span } from '../trace.ts';
import { type Actor, requesterOf } from './actor.ts';
import { composeRevision, type NewRevision, type ParsedInput, parseInput, readable } from './compose.ts';
import { hashOf } from './digest.ts';
import type { Heart } from './heart.ts';
import { mayPropose, partsOf } from './parts.ts';
import { type PolicyInForce, readPolicy } from './policy.ts';
import { type HeartError, heartError } from './sentences.ts';
import { readSwitch, shareSwitch } from './switch.ts';
import { taskOf } from './task-link.ts';
import { type Proposing, TEAM_THREAD, tellOfProposal } from './team.ts';

/**
 * `origin`: what it was made from; the same origin a second time finds the proposal that it became, whatever became of that. `undoes`: the
 * executed proposal that it takes back; while one such waits, runs or stands, a second finds it.
 */
export type Wish = {
  threadId: string;
  tool: string;
  input: unknown;
  origin?: string;
  undoes?: string;
  /** What an agent says of it: how sure it is, from 0 to 1, and why. */
  said?: { confidence: number | null; reasoning: string | null };
};
/** `joined`: exactly this, asked for by the same requester, is waiting already; its card stands and no second one was made. */
export type Proposed = { proposalId: string; joined: boolean };

export const policyInForce = async (db: Db, projectId: string): Promise<PolicyInForce> => {
  const [row] = await db.select().from(policies).where(eq(policies.projectId, projectId)).orderBy(desc(policies.version)).limit(1);
  if (!row) throw new Error(`project ${projectId} has no policy`);
  return readPolicy(row.version, row.document);
};

export type Made = { actor: Actor; wish: Wish; parsed: ParsedInput; revision: NewRevision };

/** The card's place in its thread: the card itself is built from the proposal whenever it is read. */
const postCard = async (db: Db, threadId: string, proposalId: string): Promise<void> => {
  await db.insert(messages).values({ threadId, authorKind: 'wilco', text: '', proposalId });
};

/** The card in its thread; what an agent proposes stands before the whole team besides, and there once. */
export const showCard = async (
  tx: Tx,
  at: Omit<Proposing, 'agent'> & { threadId: string; agent: Proposing['agent'] | null },
): Promise<void> => {
  const { threadId, agent, ...about } = at;
  if (!agent || threadId !== TEAM_THREAD) await postCard(tx.db, threadId, about.proposalId);
  if (agent) await tellOfProposal(tx, { ...about, agent });
};

/** An undo that came to one of these makes room for another. */
const TURNED_DOWN = ['rejected', 'expired', 'withdrawn', 'void'] as const;

/** The proposal that this wish has become already: from the same origin, or the same action by the same requester that still waits. */
const findSame = async (tx: Tx, made: Made, inputHash: string): Promise<string | undefined> => {
  const { actor, wish } = made;
  const waits = and(
    eq(proposals.projectId, actor.projectId),
    eq(proposals.requester, requesterOf(actor)),
    eq(proposals.tool, wish.tool),
    eq(proposals.inputHash, inputHash),
    eq(proposals.state, 'proposed'),
  );
  const origin = wish.origin === undefined ? undefined : eq(proposals.origin, wish.origin);
  const undo =
    wish.undoes === undefined ? undefined : and(eq(proposals.undoes, wish.undoes), notInArray(proposals.state, [...TURNED_DOWN]));
  const where = or(origin, undo, waits);
  const [same] = await tx.db.select({ id: proposals.id }).from(proposals).where(where).limit(1);
  return same?.id;
};

const agentColumns = ({ agent }: Actor) =>
  agent && {
    agentKey: agent.key,
    agentDomain: agent.domain,
    agentAutonomy: agent.autonomy,
    agentHeartbeat: agent.heartbeat,
    agentRunId: agent.runId,
    proposedByName: agent.name,
  };

/** A proposal that waits, with its card; or the one that this wish has become already. */
export const insertProposal = async (tx: Tx, made: Made): Promise<Proposed> => {
  const { actor, wish, parsed, revision } = made;
  const inputHash = hashOf(parsed.input);
  const { projectId } = actor;
  const requester = requesterOf(actor);
  const values = {
    projectId,
    threadId: wish.threadId,
    tool: wish.tool,
    proposedBy: actor.personId,
    requester,
    inputHash,
    proposedByName: actor.name,
    origin: wish.origin ?? null,
    undoes: wish.undoes ?? null,
    taskId: await taskOf(tx.db, { projectId, runId: actor.agent?.runId ?? null, input: parsed.input }),
    ...wish.said,
    ...agentColumns(actor),
  };
  const [inserted] = await tx.db.insert(proposals).values(values).onConflictDoNothing().returning({ id: proposals.id });
  if (!inserted) {
    const same = await findSame(tx, made, inputHash);
    // Decided in the instant between: it makes a card of its own.
    return same ? { proposalId: same, joined: true } : insertProposal(tx, made);
  }
  await tx.db.insert(revisions).values({ ...revision, proposalId: inserted.id });
  await showCard(tx, {
    threadId: wish.threadId,
    projectId,
    proposalId: inserted.id,
    agent: actor.agent ?? null,
    tool: wish.tool,
    target: revision.target,
  });
  await record(tx.db, {
    projectId,
    kind: 'proposal.proposed',
    threadId: wish.threadId,
    proposalId: inserted.id,
    personId: actor.personId,
    data: { tool: wish.tool, digest: revision.digest, risk: revision.risk, rule: revision.ruleId, via: actor.via },
  });
  return { proposalId: inserted.id, joined: false };
};

/** What the words left out is filled in before it is parsed. What cannot be read at all is left for the parser to refuse. */
const completed = async (heart: Heart, tool: Tool, { actor, input }: { actor: Actor; input: unknown }): Promise<unknown> => {
  if (!tool.complete || !readable(input)) return input;
  const { db } = heart.database;
  const { projectId } = actor;
  return tool.complete(input, { db, projectId, timeZone: await timeZoneOf(db, actor) });
};

const proposeNow = async (heart: Heart, actor: Actor, wish: Wish): Promise<Result<Proposed, HeartError>> => {
  const tool = heart.tools.get(wish.tool);
  if (!tool) return err(heartError('tool_unknown'));
  // Before the input is looked at, too: what is wrong with it is for those who may.
  if (!roleAtLeast(actor.role, tool.proposerRole ?? 'operator')) return err(heartError('not_allowed'));
  const parsed = parseInput(tool, await completed(heart, tool, { actor, input: wish.input }));
  if (!parsed.ok) return parsed;
  const parts = partsOf({ tool, input: parsed.value.input }, heart.tools);
  if (!parts) return err(heartError('tool_unknown'));
  if (!mayPropose(actor.role, parts)) return err(heartError('not_allowed'));
  for (;;) {
    // Composed before the transaction: a preview may look at files or ask another system, and no lock waits for that.
    const policy = await policyInForce(heart.database.db, actor.projectId);
    const requester = requesterOf(actor);
    const made = await composeRevision(heart.database.db, {
      tool,
      tools: heart.tools,
      parsed: parsed.value,
      policy,
      projectId: actor.projectId,
      requester,
      agent: actor.agent ?? null,
      editedBy: null,
      revision: 1,
    });
    if (!made.ok) return made;
    const proposed = await heart.database.transaction(async (tx): Promise<Result<Proposed, HeartError> | 'again'> => {
      await shareSwitch(tx);
      if ((await readSwitch(tx.db, actor.projectId)).killed) return err(heartError('killed'));
      if (actor.agent && (await stopOf(tx.db, { projectId: actor.projectId, ...actor.agent })).killed) return err(heartError('killed'));
      const [newest] = await tx.db
        .select({ version: sql<number>`max(${policies.version})` })
        .from(policies)
        .where(eq(policies.projectId, actor.projectId));
      if (newest?.version !== policy.version) return 'again';
      return ok(await insertProposal(tx, { actor, wish, parsed: parsed.value, revision: made.value }));
    });
    if (proposed !== 'again') return proposed;
  }
};

/**
 * Makes a proposal and its card out of what somebody wants, in one transaction with its event. Nothing runs by it. Errors are answers:
 * an unknown tool, arguments that do not hold, a policy that refuses, a kill.
 */
export const propose = (heart: Heart, actor: Actor, wish: Wish): Promise<Result<Proposed, HeartError>> =>
  span('propose', { 'wilco.tool': wish.tool, 'wilco.project_id': actor.projectId }, async (mark) => {
    const proposed = await proposeNow(heart, actor, wish);
    mark(proposed.ok ? { 'wilco.proposal_id': proposed.value.proposalId } : { 'wilco.code': proposed.error.code });
    return proposed;
  });
