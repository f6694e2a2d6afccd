import { and, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { PolicyDocument } from '../db/policy-document.ts';
import { proposals, revisions } from '../db/tables/proposals.ts';
import { outcomeInWords } from '../tools/policy-words.ts';
import { agentAt } from './actor.ts';
import { contentRefusal } from './content/content.ts';
import { partsOf, ruleOnParts, type Tools } from './parts.ts';
import type { Ruling } from './policy.ts';

/** The newest of a month that are looked at. */
const MOST = 1000;
const EXAMPLES = 3;

type Ask = Extract<Ruling['outcome'], { kind: 'ask' }>;

/** What a proposal was ruled on then, and what it was about. */
export type Past = {
  id: string;
  tool: string;
  target: string;
  inputText: string;
  proposedAt: Date;
  before: Ask & { decider: Ruling['decider'] };
  agent: ReturnType<typeof agentAt>;
};

/** `refused`: it would not have been possible; `more`, `fewer`: by how many people were asked; `others`: of another role or group, or who decides. */
export type Change = 'refused' | 'more' | 'fewer' | 'others' | 'same' | 'gone';
export type Replayed = { past: Past; change: Change; now: string };

/** `gone`: its action is not there any more, or reads differently now, so nothing can be said of it. */
export type DryRun = { looked: number; counts: Record<Change, number>; examples: { id: string; what: string; from: string; to: string }[] };

const changeOf = (before: Past['before'], now: Ask, decider: Ruling['decider']): Change => {
  if (now.approvals !== before.approvals) return now.approvals > before.approvals ? 'more' : 'fewer';
  const alike = now.role === before.role && (now.group ?? null) === (before.group ?? null) && now.selfApproval === before.selfApproval;
  return alike && decider === before.decider ? 'same' : 'others';
};

const DECIDER = { people: '', autopilot: 'autopilot by itself, else ', nobody: 'nobody: it is only suggested; ' } as const;

/** One past proposal under another policy, by the very rules that a new one would be ruled on. Pure. */
export const replay = (past: Past, draft: PolicyDocument, tools: Tools): Replayed => {
  const tool = tools.get(past.tool);
  const input = tool?.input.safeParse(JSON.parse(past.inputText));
  const parts = tool && input?.success ? partsOf({ tool, input: input.data }, tools) : undefined;
  if (!parts) return { past, change: 'gone', now: '' };
  const { outcome, decider } = ruleOnParts(draft, parts, past.agent);
  if (outcome.kind === 'refuse') return { past, change: 'refused', now: outcomeInWords(outcome) };
  const why = contentRefusal(draft, parts);
  if (why) return { past, change: 'refused', now: `refused: ${why}` };
  return { past, change: changeOf(past.before, outcome, decider), now: `${DECIDER[decider]}${outcomeInWords(outcome)}` };
};

/** What a project's people and agents proposed in the last 30 days, the newest first, as each stood last. */
export const pastMonth = async (db: Db, projectId: string): Promise<Past[]> => {
  const rows = await db
    .select({ proposal: proposals, revision: revisions })
    .from(proposals)
    .innerJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(and(eq(proposals.projectId, projectId), sql`${proposals.proposedAt} > now() - interval '30 days'`))
    .orderBy(desc(proposals.proposedAt), desc(proposals.id))
    .limit(MOST);
  return rows.map(({ proposal, revision }) => ({
    id: proposal.id,
    tool: proposal.tool,
    target: revision.target,
    inputText: revision.inputText,
    proposedAt: proposal.proposedAt,
    agent: agentAt(proposal),
    before: {
      kind: 'ask',
      approvals: revision.approvalsNeeded,
      role: revision.approverRole,
      selfApproval: revision.selfApproval,
      decider: revision.decider,
      ...(revision.approverGroup === null ? {} : { group: revision.approverGroup }),
    },
  }));
};

const ORDER: readonly Change[] = ['refused', 'more', 'others', 'fewer'];

/** What a draft of a policy would have made of these. Pure: exactly what `ruleOn` says of each. */
export const dryRunOf = (month: readonly Past[], draft: PolicyDocument, tools: Tools): DryRun => {
  const replayed = month.map((past) => replay(past, draft, tools));
  const counts = { refused: 0, more: 0, fewer: 0, others: 0, same: 0, gone: 0 };
  for (const { change } of replayed) counts[change] += 1;
  const examples = ORDER.flatMap((wanted) => replayed.filter(({ change }) => change === wanted).slice(0, EXAMPLES)).map(
    ({ past, now }) => ({
      id: past.id,
      what: `${past.tool} on ${past.target}, ${past.proposedAt.toISOString().slice(0, 10)}`,
      from: outcomeInWords(past.before),
      to: now,
    }),
  );
  return { looked: month.length, counts, examples };
};

const proposalsOf = (count: number): string => (count === 1 ? '1 proposal' : `${count} proposals`);

/** What a dry run found, line by line, as a card says it. */
export const dryRunLines = ({ looked, counts, examples }: DryRun): string[] => {
  if (looked === 0) return ['Nothing was proposed in the last 30 days, so it would have changed nothing'];
  const { refused, more, fewer, others, same, gone } = counts;
  const parts = [
    ...(refused > 0 ? [`refused ${refused}`] : []),
    ...(more > 0 ? [`asked more people for ${more}`] : []),
    ...(fewer > 0 ? [`asked fewer people for ${fewer}`] : []),
    ...(others > 0 ? [`asked others for ${others}`] : []),
  ];
  const newest = looked === MOST ? 'the newest ' : '';
  const untold = gone > 0 ? ` Nothing can be said of ${gone} whose action has changed since.` : '';
  const said = parts.length === 0 ? 'it would have changed nothing' : `it would have ${parts.join(', ')}, and left ${same} as they were`;
  return [
    `Of ${newest}${proposalsOf(looked)} of the last 30 days ${said}.${untold}`,
    ...examples.slice(0, EXAMPLES).map(({ what, from, to }) => `${what}: ${from} → ${to}`),
  ];
};
