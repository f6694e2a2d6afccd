import type { Tx } from '../db/client.ts';
import type { AutonomyLevel } from '../db/states.ts';
import { roleAtLeast } from '../db/states.ts';
import { err, ok, type Result } from '../result.ts';
import { type AutonomyScope, isLower, levelNow, scopeInWords, type Teammate, withLevel, withoutRule } from '../tools/autonomy-change.ts';
import { changePolicy, type PolicyChange, policyNow } from '../tools/policy-change.ts';
import type { Actor } from './actor.ts';
import type { Heart } from './heart.ts';
import { roleNow } from './standing.ts';
import { ownSwitch } from './switch.ts';
import { postToTeam } from './team.ts';
import { visible } from './visible.ts';

/** Less power for agents, which needs nobody's approval: another level, or the end of a signed rule. */
export type Lowering = { scope: AutonomyScope; level: AutonomyLevel } | { rule: string };

export type LowerError = { code: 'not_allowed' | 'agent_missing' | 'rule_missing' | 'not_lower' | 'policy_changed'; message: string };

const refuse = (code: LowerError['code'], message: string) => err<LowerError>({ code, message });

type Planned = Result<{ change: PolicyChange; say: string }, LowerError>;

type Policy = NonNullable<Awaited<ReturnType<typeof policyNow>>>;

/** What the change is as things stand now; refused where it would lower nothing. */
const planOf = ({ document }: Policy, lowering: Lowering, team: readonly Teammate[]): Planned => {
  if ('rule' in lowering) {
    const { rule } = lowering;
    if (!document.autopilot.some(({ id }) => id === rule))
      return refuse('rule_missing', 'There is no signed rule of that name. /autonomy lists them.');
    const change: PolicyChange = { kind: 'policy.changed', data: { autopilot: rule, ended: true }, apply: (now) => withoutRule(now, rule) };
    return ok({ change, say: `ended the rule ${rule}: people decide again` });
  }
  const { scope, level } = lowering;
  const was = levelNow(document, team, scope);
  if (!was) return refuse('agent_missing', 'There is no agent and no domain of that name here. /autonomy lists them.');
  if (!isLower(level, was)) return refuse('not_lower', `${scopeInWords(scope)} is on ${was}: that would not lower it.`);
  const change: PolicyChange = {
    kind: 'policy.changed',
    data: { autonomy: scope, level, was },
    apply: (now) => withLevel(now, scope, level),
  };
  return ok({ change, say: `put ${scopeInWords(scope)} on ${level}; it was on ${was}` });
};

type By = { actor: Actor; lowering: Lowering; team: readonly Teammate[] };

const lowerIn = async (tx: Tx, { actor, lowering, team }: By): Promise<Result<{ say: string }, LowerError>> => {
  const { projectId, personId, name } = actor;
  // Alone, as a kill: what was about to start by the policy before has started or finds this one.
  await ownSwitch(tx);
  const role = await roleNow(tx.db, actor);
  if (personId === null || !role || !roleAtLeast(role, 'operator'))
    return refuse('not_allowed', 'Your role lets you read here, not change anything.');
  const now = await policyNow(tx.db, projectId);
  if (!now) throw new Error(`project ${projectId} has no policy`);
  const plan = planOf(now, lowering, team);
  if (!plan.ok) return plan;
  const { change, say } = plan.value;
  const changer = { tx: tx.db, projectId, proposalId: null, threadId: null, requesterId: personId };
  const changed = await changePolicy(changer, { ...change, data: { ...change.data, atOnce: true, via: actor.via } });
  if (!changed.ok) return refuse('policy_changed', changed.error.message);
  await postToTeam(tx, { projectId, kind: 'status', text: visible(`${name} ${say}.`), agent: null });
  return ok({ say });
};

const TRIES = 5;

/**
 * Takes power from agents at once, on an operator's word: a version of the policy of its own, with its event and a line in the team room. When
 * it answers, nothing starts any more that only the policy before would have let start.
 */
export const lowerNow = async (heart: Heart, by: By): Promise<Result<{ say: string }, LowerError>> => {
  for (let left = TRIES; ; left--) {
    const lowered = await heart.database.transaction((tx) => lowerIn(tx, by));
    // Somebody else changed the policy in that instant: looked at again.
    if (lowered.ok || lowered.error.code !== 'policy_changed' || left <= 1) return lowered;
  }
};
