import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type Group, readGroups } from '../db/groups.ts';
import type { PolicyDocument, PolicyRule } from '../db/policy-document.ts';
import { roleAtLeast } from '../db/states.ts';
import { projects } from '../db/tables/people.ts';
import { type MemberNow, membersNow } from './member-change.ts';

/** Everybody who could decide, as they are or would be. */
export type Deciders = { members: readonly MemberNow[]; groups: readonly Group[]; solo: boolean };

/** What changes who decides: while somebody can do these, whatever a policy says can be changed back. */
const WAYS_BACK = ['set_rule', 'remove_rule', 'set_approvals', 'set_group'];

type Ask = Extract<PolicyRule['outcome'], { kind: 'ask' }>;

/** Whether some admin's proposal would find enough people who may approve it. */
const isReachable = (ask: Ask, { members, groups, solo }: Deciders): boolean => {
  const here = members.filter(({ joined }) => joined);
  const group = ask.group === undefined ? undefined : (groups.find(({ key }) => key === ask.group)?.people ?? []);
  const able = here.filter(({ personId, role }) => roleAtLeast(role, ask.role) && (!group || group.some(({ id }) => id === personId)));
  const alone = solo || ask.selfApproval;
  return here.some(({ personId, role }) => {
    const others = able.filter((one) => alone || one.personId !== personId);
    return roleAtLeast(role, 'admin') && others.length >= ask.approvals;
  });
};

/** Whether a rule may be the one that decides on this action of a person's, whatever its arguments. What changes power is always high risk. */
const mayDecide = ({ match }: PolicyRule, tool: string): boolean =>
  (match.tools?.includes(tool) ?? false) && (match.risks?.includes('high') ?? true) && !match.agents && !match.domains;

/** Every rule that may decide on the action, up to the first that does so whatever its arguments are. */
const decidingRules = ({ rules }: PolicyDocument, tool: string): PolicyRule[] => {
  const named = rules.filter((rule) => mayDecide(rule, tool));
  const always = named.findIndex(({ match }) => match.where === undefined);
  return always < 0 ? named : named.slice(0, always + 1);
};

const whyUnreachable = (ask: Ask): string => {
  const of = ask.group === undefined ? '' : ` of ${ask.group}`;
  return `It asks ${ask.approvals}${of} with the role ${ask.role}${ask.role === 'owner' ? '' : ' or above'} for`;
};

/**
 * Why nobody could change a policy back any more, in a sentence; undefined: somebody could. A rule that shuts an admin out is none of an
 * admin's to make. Pure.
 */
export const lockOut = (document: PolicyDocument, deciders: Deciders): string | undefined => {
  for (const tool of WAYS_BACK)
    for (const { id, outcome } of decidingRules(document, tool)) {
      if (outcome.kind === 'refuse') return `Rule ${id} would refuse ${tool}. Nobody could change the policy back.`;
      if (!isReachable(outcome, deciders))
        return `${whyUnreachable(outcome)} ${tool}, and there are not as many besides whoever asks. Nobody could change the policy back.`;
    }
  return undefined;
};

export const decidersNow = async (db: Db, projectId: string): Promise<Deciders> => {
  const members = await membersNow(db, projectId);
  const groups = await readGroups(db, projectId);
  const [project] = await db.select({ solo: projects.solo }).from(projects).where(eq(projects.id, projectId));
  return { members, groups, solo: project?.solo ?? false };
};
