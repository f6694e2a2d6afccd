import { z } from 'zod';
import type { PolicyDocument } from '../db/policy-document.ts';
import { groupKey } from './group-fields.ts';
import { definePolicyTool } from './policy-tool.ts';
import { rungInWords } from './policy-words.ts';
import { field } from './tool.ts';

type To = PolicyDocument['ladder'][number]['to'];

const ROLES = ['approvers', 'admins', 'owner'] as const;
const ruleOf = (written: string): To => ROLES.find((one) => one === written) ?? { group: written };
const sameTo = (one: To, written: string): boolean => (typeof one === 'string' ? one : one.group) === written;

const WRONG = 'A rung is reached after a whole number of minutes, from 1 to 525600; none takes it away.';

const Input = z.strictObject({
  to: groupKey().meta(field({ title: 'Tell approvers, admins, owner or a group', control: 'line', slot: 'name' })),
  minutes: z
    .union([z.int().min(1).max(525_600), z.literal('none')], WRONG)
    .meta(field({ title: 'After minutes without a decision', control: 'number', slot: 'number' })),
});

/** Sets one rung of the ladder: whom a card that nobody decides is told to, and when. It never decides anything. */
export const setLadder = definePolicyTool({
  name: 'set_ladder',
  slash: 'ladder',
  title: 'Set a rung of the ladder',
  summary: 'Sets after how many minutes without a decision the approvers, the admins, the owner or a group are told of a card',
  examples: ['tell the admins after 60 minutes without a decision'],
  phrases: [
    'tell the {to} after {minutes} minutes without a decision',
    'remind the {to} after {minutes} minutes without a decision',
    'escalate to {to} after {minutes} minutes',
    'escalate to the {to} after {minutes} minutes',
  ],
  input: Input,
  target: ({ to }) => `ladder: ${to}`,
  apply({ to, minutes }, document) {
    const others = document.ladder.filter((rung) => !sameTo(rung.to, to));
    const ladder = minutes === 'none' ? others : [...others, { afterMinutes: minutes, to: ruleOf(to) }];
    return { ...document, ladder: ladder.sort((a, b) => a.afterMinutes - b.afterMinutes) };
  },
  refused({ to }, { deciders }) {
    const known = typeof ruleOf(to) === 'string' || deciders.groups.some(({ key }) => key === to);
    return known ? undefined : `There is no group ${to}. It is approvers, admins, owner or a group that there is.`;
  },
  done: ({ to, minutes }) =>
    minutes === 'none'
      ? `Nobody is told by way of ${to} any more`
      : `The ladder: ${rungInWords({ afterMinutes: minutes, to: ruleOf(to) })}`,
  undo: ({ to }, { ladder }) => ({
    tool: 'set_ladder',
    input: { to, minutes: ladder.find((rung) => sameTo(rung.to, to))?.afterMinutes ?? 'none' },
  }),
});
