import type { DecisionRow } from '../db/read/decisions.ts';
import type { GroupProof } from '../db/tables/proposals.ts';
import type { Card } from '../dispatch/card.ts';
import type { Heart } from '../dispatch/heart.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';
import type { DecisionDetail, DecisionInfo } from './decision-schemas.ts';

/** As the log's list shows it. */
export const decisionInfo = (row: DecisionRow, heart: Heart): DecisionInfo => ({
  id: row.id,
  at: new Date(row.at).toISOString(),
  kind: row.kind,
  by: visible(row.person),
  rule: row.ruleId,
  via: row.via,
  proposalId: row.proposalId,
  tool: row.tool,
  title: visible(heart.tools.get(row.tool)?.title ?? row.tool),
  target: visible(row.target),
  risk: row.risk,
  askedBy: visible(row.askedBy),
  agentKey: row.agentKey,
  outcome: row.outcome,
  errorCode: row.errorCode,
  costMicros: row.costMicros,
  ms: row.ms,
});

const lookUpOf = ({ tie: _tie, remoteId, ...said }: GroupProof): DecisionDetail['lookUp'] => ({ ...said, id: remoteId });

export const decisionDetail = (row: DecisionRow, heart: Heart, card: Card): DecisionDetail => ({
  ...decisionInfo(row, heart),
  threadId: row.threadId,
  revision: row.revision,
  digest: row.digest,
  digestHolds: row.digest === row.revisionDigest,
  params: JSON.parse(row.inputText) as Record<string, unknown>, // the canonical text of a tool's input, which is an object
  card,
  reason: row.reason === null ? null : visibleBlock(row.reason),
  matchedRule: row.matchedRule,
  because: row.because === null ? null : visible(row.because),
  approvalsNeeded: row.approvalsNeeded,
  approverRole: row.approverRole,
  approverGroup: row.approverGroup,
  lookUp: row.proof && lookUpOf(row.proof),
  policyVersion: row.policyVersion,
  votes: row.votes.map(({ person, via, at, digest }) => ({ person: visible(person), via, at, counted: digest === row.digest })),
  reasoning: row.reasoning === null ? null : visibleBlock(row.reasoning),
  confidence: row.confidence,
});
