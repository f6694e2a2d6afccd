import { z } from 'zod';
import { type Condition, PolicyRule } from '../db/policy-document.ts';
import { conditionOf, inWords } from './condition-words.ts';
import { groupKey } from './group-fields.ts';
import { unless } from './plain-text.ts';
import { field } from './tool.ts';

const namesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .map((one) => one.replace(/^@/, '').toLowerCase())
      .filter((one) => one !== ''),
  ),
];

const names = (title: string) =>
  z
    .string()
    .max(2000)
    .overwrite((text) => namesIn(text).join(', '))
    .optional()
    .meta(field({ title, control: 'line', slot: 'name' }));

const linesIn = (text: string): string[] =>
  text
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '');

const whyNoConditions = (text: string): string | undefined => {
  const wrong = linesIn(text).find((one) => conditionOf(one) === undefined);
  if (wrong === undefined) return linesIn(text).length > 10 ? 'A rule has at most 10 conditions.' : undefined;
  return `Not a condition: ${wrong.slice(0, 80)}. Write one a line, such as: amount > 500, to is at none of ours.example, content says one of refund, cc is given.`;
};

const canonical = (text: string): string =>
  linesIn(text)
    .map((one) => conditionOf(one))
    .map((condition, at) => (condition ? inWords(condition) : (linesIn(text)[at] ?? '')))
    .join('\n');

const APPROVALS = 'Approvals are a whole number from 1 to 20.';
const YES_NO = ['yes', 'no'] as const;

/** A rule as a form asks for it and as a card shows it: every part a text, a number or a choice. */
const Fields = z.strictObject({
  rule: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9_-]{1,60}$/, 'A rule is named in small letters, digits, - and _.')
    .meta(field({ title: 'Name of the rule', control: 'line', slot: 'name' })),
  tools: names('Actions (names with commas, or all)')
    .unwrap()
    .meta(field({ title: 'Actions (names with commas, or all)', control: 'line', slot: 'name' })),
  approvals: z
    .int(APPROVALS)
    .min(1, APPROVALS)
    .max(20, APPROVALS)
    .optional()
    .meta(field({ title: 'Approvals', control: 'number', slot: 'number' })),
  role: z
    .enum(['approver', 'admin', 'owner'], 'Who approves is one of approver, admin, owner.')
    .optional()
    .meta(field({ title: 'Role that approves', control: 'choice', slot: 'choice' })),
  group: groupKey()
    .optional()
    .meta(field({ title: 'Group that approves', control: 'line', slot: 'name' })),
  where: z
    .string()
    .max(4000)
    .superRefine(unless(whyNoConditions))
    .overwrite(canonical)
    .optional()
    .meta(field({ title: 'Only where (a condition a line, such as amount > 500)', control: 'text', slot: 'words' })),
  risks: names('Only at risk (low, med, high)'),
  agents: names('Only by agents'),
  domains: names('Only by agents of domains'),
  requester_may_approve: z
    .enum(YES_NO)
    .optional()
    .meta(field({ title: 'May whoever asked approve, too?', control: 'choice', slot: 'choice' })),
  refuse: z
    .string()
    .trim()
    .max(300)
    .optional()
    .meta(field({ title: 'Refuse it instead, because', control: 'line', slot: 'words' })),
  over: z
    .number()
    .min(0)
    .optional()
    .meta(field({ title: 'Only over this amount', control: 'number', slot: 'money' })),
});

export type RuleInput = z.output<typeof Fields>;

export const RuleInput = Fields.refine(({ over }) => over === undefined, {
  error: 'This action has no amount of its own. Say it as a condition: amount > 500.',
  path: ['over'],
}).refine((input) => PolicyRule.safeParse(ruleOf(input)).success, {
  error: 'It is no rule as it stands. Risks are low, med and high; agents and domains are named in small letters.',
  path: ['rule'],
});

/** What is not named is every one of them. */
const among = (text: string | undefined): string[] | undefined => {
  const found = namesIn(text ?? '');
  return found.length === 0 || found.includes('all') ? undefined : found;
};

const conditionsOf = (text = ''): Condition[] | undefined => {
  const found = linesIn(text).flatMap((one) => conditionOf(one) ?? []);
  return found.length === 0 ? undefined : found;
};

const withoutEmpty = (parts: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));

const outcomeOf = ({ refuse, approvals = 1, role = 'approver', group, requester_may_approve }: RuleInput): unknown =>
  refuse
    ? { kind: 'refuse', reason: refuse }
    : withoutEmpty({ kind: 'ask', approvals, role, group, selfApproval: requester_may_approve === 'yes' });

/** The rule that was filled in, to be parsed. */
const ruleOf = (input: RuleInput): unknown => ({
  id: input.rule,
  match: withoutEmpty({
    tools: among(input.tools),
    risks: among(input.risks),
    agents: among(input.agents),
    domains: among(input.domains),
    where: conditionsOf(input.where),
  }),
  outcome: outcomeOf(input),
});

/** The rule that an input says, which its schema has held to be one. */
export const readRule = (input: RuleInput): PolicyRule => PolicyRule.parse(ruleOf(input));

/** The input that says a rule: what a form shows for one that is to be changed. */
export const inputOf = ({ id, match, outcome }: PolicyRule): Record<string, unknown> => {
  const asked =
    outcome.kind === 'refuse'
      ? { refuse: outcome.reason }
      : {
          approvals: outcome.approvals,
          role: outcome.role,
          group: outcome.group,
          requester_may_approve: outcome.selfApproval ? 'yes' : undefined,
        };
  return withoutEmpty({
    rule: id,
    tools: match.tools?.join(', ') ?? 'all',
    risks: match.risks?.join(', '),
    agents: match.agents?.join(', '),
    domains: match.domains?.join(', '),
    where: match.where?.map(inWords).join('\n'),
    ...asked,
  });
};
