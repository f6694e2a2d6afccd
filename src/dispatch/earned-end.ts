import type { Tx } from '../db/client.ts';
import { withoutRule } from '../tools/autonomy-change.ts';
import { wouldAct } from '../tools/autopilot-past.ts';
import { changePolicy, policyNow } from '../tools/policy-change.ts';
import type { Actor } from './actor.ts';
import { jsonOf } from './compose.ts';
import { readStanding, type Standing } from './standing.ts';
import { postToTeam } from './team.ts';
import { visible } from './visible.ts';

/** A rule that was earned, as its id tells: it lasts as long as nobody decides otherwise. */
const isEarned = (id: string): boolean => id.startsWith('earned-');

type Contrary = { tx: Tx; actor: Actor; standing: Standing };

const TRIES = 5;

/** Ends one earned rule in the caller's transaction, where it is still in force, and says why in the team room. */
const endRule = async ({ tx, actor, standing }: Contrary, rule: string, why: string): Promise<void> => {
  const { projectId, id, threadId } = standing.proposal;
  for (let left = TRIES; left > 0; left--) {
    const now = await policyNow(tx.db, projectId);
    if (!now?.document.autopilot.some((one) => one.id === rule)) return;
    const changer = { tx: tx.db, projectId, proposalId: null, threadId, requesterId: actor.personId };
    const ended = await changePolicy(changer, {
      kind: 'policy.changed',
      data: { autopilot: rule, ended: true, contrary: id },
      apply: (document) => withoutRule(document, rule),
    });
    if (!ended.ok) continue; // another version came first: this one is made from that
    const text = visible(`The earned rule ${rule} has ended, because ${actor.name} ${why}. People decide again.`);
    await postToTeam(tx, { projectId, kind: 'status', text, agent: null, proposalId: id });
    return;
  }
  throw new Error(`the rule ${rule} could not be ended: the policy changes too fast`);
};

/** A person decided otherwise than an earned rule would have: rejected or edited what it would have let the agent do. That ends it. */
export const endContradicted = async (contrary: Contrary, verb: 'rejected' | 'edited'): Promise<void> => {
  const { proposal, revision, policy } = contrary.standing;
  // What somebody edited before was said then; what came of a heartbeat no rule is about.
  if (proposal.agentKey === null || proposal.agentHeartbeat || revision.editedBy !== null) return;
  const input = jsonOf(revision.inputText);
  if (typeof input !== 'object' || input === null) return;
  const one = { tool: proposal.tool, risk: revision.risk, input: { ...input } };
  const rules = policy.document.autopilot.filter((rule) => isEarned(rule.id) && rule.agent === proposal.agentKey && wouldAct(rule, one));
  for (const { id } of rules) await endRule(contrary, id, `${verb} what it would have let @${proposal.agentKey} do (${revision.target})`);
};

/** Somebody takes back what an earned rule did, or says that it came to nothing. That ends the rule. */
export const endDisproved = async (contrary: Contrary, how: 'undone' | 'settled'): Promise<void> => {
  const { tx, actor, standing } = contrary;
  const { projectId, undoes } = standing.proposal;
  const done = how === 'settled' ? standing : undoes === null ? undefined : await readStanding(tx.db, projectId, undoes);
  if (!done?.autopilot || !isEarned(done.autopilot.ruleId)) return;
  const why = how === 'undone' ? 'had undone what it did' : 'found that what it did never happened';
  await endRule({ tx, actor, standing: done }, done.autopilot.ruleId, `${why} (${done.revision.target})`);
};
