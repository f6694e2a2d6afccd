import { randomUUID } from 'node:crypto';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Role } from '../../src/db/states.ts';
import { events } from '../../src/db/tables/control.ts';
import { members, people } from '../../src/db/tables/people.ts';
import { proposals, revisions, votes } from '../../src/db/tables/proposals.ts';
import { channelThread } from '../../src/db/thread-id.ts';
import type { Result } from '../../src/result.ts';
import type { Tool, ToolContext, ToolDone, ToolError } from '../../src/tools/tool.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';

export const THREAD = channelThread('general');

/** What a run of a tool is given; `voters` have approved its proposal. */
export type RunBy = { requesterId?: string | null; voters?: string[]; editedBy?: string };

export type ToolRig = TestDatabase & {
  person(name: string, role: Role, joined?: boolean): Promise<string>;
  /** Runs a tool as the executor does: in a transaction that an error rolls back. Input that does not parse throws. */
  run(tool: Tool, input: unknown, by?: RunBy): Promise<Result<ToolDone, ToolError>>;
  preview(tool: Tool, input: unknown): Promise<{ changes: string[]; reversible: string }>;
  eventsSince(id: number): Promise<(typeof events.$inferSelect)[]>;
  lastEvent(): Promise<number>;
};

class RolledBack extends Error {
  readonly outcome: Result<ToolDone, ToolError>;
  constructor(outcome: Result<ToolDone, ToolError>) {
    super('rolled back');
    this.outcome = outcome;
  }
}

/** A context that announces nothing to anybody: enough for one tool by itself. */
export const contextFor = (tx: ToolContext['tx'], given: Partial<ToolContext> = {}): ToolContext => ({
  tx,
  projectId: 'default',
  proposalId: randomUUID(),
  threadId: THREAD,
  requesterId: null,
  idempotencyKey: randomUUID(),
  signal: new AbortController().signal,
  beforeDispatch: async () => undefined,
  progress: async () => undefined,
  ...given,
});

const proposalFor = async ({ database, installed }: TestDatabase, tool: Tool, by: RunBy): Promise<string> => {
  const proposedBy = by.requesterId === undefined ? installed.ownerId : by.requesterId;
  const shared = { inputHash: randomUUID(), requester: proposedBy ? `person:${proposedBy}` : 'key:test', proposedByName: 'Somebody' };
  const [proposal] = await database.db
    .insert(proposals)
    .values({ ...shared, projectId: 'default', threadId: THREAD, tool: tool.name, proposedBy, state: 'executing' })
    .returning();
  if (!proposal) throw new Error('no proposal');
  await database.db.insert(revisions).values({
    proposalId: proposal.id,
    revision: 1,
    inputText: '{}',
    toolHash: 'x',
    account: 'wilco',
    digest: 'x',
    risk: 'low',
    target: 'x',
    preview: { changes: [], reversible: '' },
    policyVersion: 1,
    ruleId: 'x',
    ruleHash: 'x',
    approvalsNeeded: 1,
    approverRole: 'approver',
    selfApproval: false,
    editedBy: by.editedBy ?? null,
  });
  for (const personId of by.voters ?? [])
    await database.db.insert(votes).values({ proposalId: proposal.id, revision: 1, personId, shownDigest: 'x', via: 'test' });
  return proposal.id;
};

export const createToolRig = async (): Promise<ToolRig> => {
  const base = await freshDatabase();
  const { database, installed } = base;
  return {
    ...base,
    async person(name, role, joined = true) {
      const [made] = await database.db.insert(people).values({ name }).returning();
      if (!made) throw new Error('no person');
      await database.db.insert(members).values({ projectId: 'default', personId: made.id, role, joinedAt: joined ? new Date() : null });
      return made.id;
    },
    async run(tool, input, by = {}) {
      const parsed = tool.input.parse(input);
      const proposalId = await proposalFor(base, tool, by);
      const requesterId = by.requesterId === undefined ? installed.ownerId : by.requesterId;
      try {
        return await database.transaction(async ({ db }) => {
          const outcome = await tool.execute(parsed, contextFor(db, { proposalId, requesterId }));
          if (!outcome.ok) throw new RolledBack(outcome);
          return outcome;
        });
      } catch (error) {
        if (error instanceof RolledBack) return error.outcome;
        throw error;
      }
    },
    preview: (tool, input) => tool.preview(tool.input.parse(input), { db: database.db, projectId: 'default' }),
    eventsSince: (id) =>
      database.db
        .select()
        .from(events)
        .where(and(gt(events.id, id), eq(events.projectId, 'default')))
        .orderBy(asc(events.id)),
    async lastEvent() {
      const [row] = await database.db.select({ id: sql<number>`coalesce(max(${events.id}), 0)::int` }).from(events);
      return row?.id ?? 0;
    },
  };
};

/** What a person reads when an input is refused. */
export const refusalOf = (tool: Tool, input: unknown): string => {
  const parsed = tool.input.safeParse(input);
  return parsed.success ? 'accepted' : parsed.error.issues.map(({ message }) => message).join(' | ');
};
