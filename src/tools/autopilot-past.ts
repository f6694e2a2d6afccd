import { inArray, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { AutopilotRule } from '../db/policy-document.ts';
import type { Risk } from '../db/states.ts';
import { decisions, proposals, revisions } from '../db/tables/proposals.ts';
import { holds } from './condition.ts';

/** One action that an agent proposed and people decided. `agreed`: they said yes to it as it was, and nobody took it back since. */
export type PastDecision = {
  id: string;
  tool: string;
  input: Record<string, unknown>;
  risk: Risk;
  target: string;
  agreed: boolean;
  at: Date;
};

/** More than these, the newest, are looked at for nothing. */
const MOST = 2000;

type Row = { id: string; tool: string; input_text: string; risk: Risk; target: string; agreed: boolean; at: string };

/**
 * What people decided of what this agent proposed, oldest first, each as the agent had put it. What came of heartbeats is left out: no rule
 * is ever about that.
 */
export const pastDecisions = async (
  db: Db,
  of: { projectId: string; agent: string; tools: readonly string[] },
): Promise<PastDecision[]> => {
  const { rows } = await db.execute<Row>(sql`
    select p.id, p.tool, r.input_text, r.risk, r.target, d.at::text as at, d.kind = 'approved'
        and not exists (select 1 from ${revisions} e where e.proposal_id = p.id and e.edited_by is not null)
        and not exists (select 1 from ${proposals} u where u.undoes = p.id and u.state = 'executed')
        and not exists (select 1 from ${decisions} w where w.proposal_id = p.id and w.kind = 'settled' and w.reason = 'failed') as agreed
    from (select * from ${proposals} where ${proposals.projectId} = ${of.projectId} and ${proposals.agentKey} = ${of.agent}
        and not ${proposals.agentHeartbeat} and ${inArray(proposals.tool, [...of.tools])}) p
    join ${revisions} r on r.proposal_id = p.id and r.revision = 1
    join lateral (select f.kind, f.created_at as at from ${decisions} f where f.proposal_id = p.id and f.kind in ('approved', 'rejected')
      order by f.created_at limit 1) d on true
    order by d.at desc, p.id limit ${MOST}`);
  return rows
    .map(({ input_text, at, ...row }) => ({ ...row, input: JSON.parse(input_text) as Record<string, unknown>, at: new Date(at) })) // the canonical text of a tool's input
    .reverse();
};

/** What a rule would have made of the past: where it would have acted, and where people had said otherwise. */
export type Replay = { decided: number; acted: number; agreed: number; misses: PastDecision[] };

type Rule = Pick<AutopilotRule, 'tools' | 'risks' | 'where'>;

/** Whether the rule would have let the agent act. Pure. */
export const wouldAct = ({ tools, risks, where }: Rule, { tool, risk, input }: Pick<PastDecision, 'tool' | 'risk' | 'input'>): boolean =>
  tools.includes(tool) && (risks?.includes(risk) ?? true) && (where ?? []).every((condition) => holds(condition, input));

/** Holds a rule against what people decided. Pure. */
export const replay = (rule: Rule, past: readonly PastDecision[]): Replay => {
  const acted = past.filter((one) => wouldAct(rule, one));
  const misses = acted.filter(({ agreed }) => !agreed);
  return { decided: past.length, acted: acted.length, agreed: acted.length - misses.length, misses };
};

const NAMED = 3;
const SHORT = 8;

const named = ({ id, target }: PastDecision): string => `${target} (${id.slice(0, SHORT)})`;

/** A replay as a card says it. */
export const replayInWords = ({ decided, acted, agreed, misses }: Replay): string => {
  if (decided === 0) return 'Nobody has decided anything like that yet, so nothing tells how it would have gone';
  if (acted === 0) return `Of the ${decided} past decisions it would have been about none`;
  const asked = decided > acted ? `, and would have asked people for the other ${decided - acted}` : '';
  const head = `Over past decisions it would have agreed with ${agreed} of ${acted}${asked}`;
  if (misses.length === 0) return head;
  const more = misses.length > NAMED ? ` and ${misses.length - NAMED} more` : '';
  const shown = misses.slice(-NAMED).map(named).join('; ');
  return `${head}; the ${misses.length === 1 ? 'one miss is' : 'misses are'} ${shown}${more}`;
};
