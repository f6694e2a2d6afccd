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
import { actByRule, actingOn, heldBack } from './autopilot.ts';
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
  // What a heartbeat proposes is listed on its digest, which opens each card; in the thread they would stand in one another's way.
  if (!actor.agent?.heartbeat)
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

/** What stands or falls with a proposal: looked at before it is written, and done once it is, in its transaction. */
export type Alongside = {
  check(tx: Tx): Promise<HeartError | undefined>;
  done(tx: Tx, proposed: Proposed): Promise<void>;
};

type Wishing = { actor: Actor; wish: Wish; alongside?: Alongside | undefined };

/** Who may and what holds, before anything is made of it. */
const parsedWish = async (heart: Heart, { actor, wish }: Wishing): Promise<Result<{ tool: Tool; parsed: ParsedInput }, HeartError>> => {
  const tool = heart.tools.get(wish.tool);
  if (!tool) return err(heartError('tool_unknown'));
  // Before the input is looked at, too: what is wrong with it is for those who may.
  if (!roleAtLeast(actor.role, tool.proposerRole ?? 'operator')) return err(heartError('not_allowed'));
  const parsed = parseInput(tool, await completed(heart, tool, { actor, input: wish.input }));
  if (!parsed.ok) return parsed;
  const parts = partsOf({ tool, input: parsed.value.input }, heart.tools);
  if (!parts) return err(heartError('tool_unknown'));
  return mayPropose(actor.role, parts) ? ok({ tool, parsed: parsed.value }) : err(heartError('not_allowed'));
};

/** The first revision as the policy of now makes it; `asks`: why people decide although a rule would let the agent act. */
const firstRevision = async (heart: Heart, actor: Actor, of: { tool: Tool; parsed: ParsedInput; policy: PolicyInForce; asks?: string }) => {
  const { asks, ...what } = of;
  const { projectId, agent = null } = actor;
  const wanted = { ...what, tools: heart.tools, projectId, requester: requesterOf(actor), agent, editedBy: null, revision: 1 };
  const made = await composeRevision(heart.database.db, { ...wanted, toPeople: asks !== undefined });
  if (!made.ok || asks === undefined) return made;
  const { preview } = made.value;
  return ok({ ...made.value, preview: { ...preview, changes: [`People decide this one, because ${asks}`, ...preview.changes] } });
};

/** `again`: the policy has changed. `asks`: a rule let the agent act, and does not at this moment. */
type Attempt = Result<Proposed, HeartError> | 'again' | { asks: string };

const mayNow = async (tx: Tx, { actor, alongside }: Wishing): Promise<HeartError | undefined> => {
  await shareSwitch(tx);
  if ((await readSwitch(tx.db, actor.projectId)).killed) return heartError('killed');
  if (actor.agent && (await stopOf(tx.db, { projectId: actor.projectId, ...actor.agent })).killed) return heartError('killed');
  return alongside?.check(tx);
};

const isNewest = async (db: Db, projectId: string, { version }: PolicyInForce): Promise<boolean> => {
  const newest = db
    .select({ version: sql<number>`max(${policies.version})` })
    .from(policies)
    .where(eq(policies.projectId, projectId));
  return (await newest)[0]?.version === version;
};

type Ready = Made & { tool: Tool; policy: PolicyInForce };

/** The signed rule that decides it now, undefined where people do; `asks`: why they do although the rule is about it. */
const ruleNow = async (heart: Heart, tx: Tx, at: Ready): Promise<ReturnType<typeof actingOn> | { asks: string }> => {
  const { actor, revision } = at;
  const acting = actor.agent && actingOn(heart, { ...at, agent: actor.agent });
  if (!acting || acting === 'again') return acting;
  const asks = revision.preview.blocked ? BLOCKED : await heldBack(tx, acting.agent, { ...acting, projectId: actor.projectId });
  return asks === undefined ? acting : { asks };
};

/** Writes it, and lets a signed rule decide it where one does, all in one transaction. */
const attempt = (heart: Heart, proposing: Wishing, at: Ready): Promise<Attempt> =>
  heart.database.transaction(async (tx): Promise<Attempt> => {
    const { actor, wish, revision, policy, tool } = at;
    const refused = await mayNow(tx, proposing);
    if (refused) return err(refused);
    if (!(await isNewest(tx.db, actor.projectId, policy))) return 'again';
    const acting = await ruleNow(heart, tx, at);
    if (acting === 'again' || (acting && 'asks' in acting)) return acting;
    const proposed = await insertProposal(tx, at);
    const { proposalId } = proposed;
    const by = { actor, proposalId, threadId: wish.threadId, revision, title: tool.title };
    if (acting && !proposed.joined) await actByRule(heart, tx, { ...by, ...acting, policyVersion: policy.version });
    await proposing.alongside?.done(tx, proposed);
    return ok(proposed);
  });

const BLOCKED = 'it cannot be carried out as things stand';

const proposeNow = async (heart: Heart, proposing: Wishing): Promise<Result<Proposed, HeartError>> => {
  const { actor, wish } = proposing;
  const wanted = await parsedWish(heart, proposing);
  if (!wanted.ok) return wanted;
  for (let asks: string | undefined; ; ) {
    // Composed before the transaction: a preview may look at files or ask another system, and no lock waits for that.
    const policy = await policyInForce(heart.database.db, actor.projectId);
    const made = await firstRevision(heart, actor, { ...wanted.value, policy, ...(asks === undefined ? {} : { asks }) });
    if (!made.ok) return made;
    const came = await attempt(heart, proposing, { actor, wish, ...wanted.value, revision: made.value, policy });
    if (typeof came !== 'string' && 'ok' in came) return came;
    asks = came === 'again' ? undefined : came.asks;
  }
};

/** As `propose`, with what stands or falls with it. */
export const proposeWith = (heart: Heart, proposing: Wishing): Promise<Result<Proposed, HeartError>> => {
  const { actor, wish } = proposing;
  return span('propose', { 'wilco.tool': wish.tool, 'wilco.project_id': actor.projectId }, async (mark) => {
    const proposed = await proposeNow(heart, proposing);
    mark(proposed.ok ? { 'wilco.proposal_id': proposed.value.proposalId } : { 'wilco.code': proposed.error.code });
    return proposed;
  });
};

/**
 * Makes a proposal and its card out of what somebody wants, in one transaction with its event. Nothing runs by it, but what an agent on
 * autopilot may do by a rule that a person signed: that is decided by the rule in the same transaction. Errors are answers: an unknown tool,
 * arguments that do not hold, a policy that refuses, a kill.
 */
export const propose = (heart: Heart, actor: Actor, wish: Wish): Promise<Result<Proposed, HeartError>> =>
  proposeWith(heart, { actor, wish });
