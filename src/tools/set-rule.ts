import { z } from 'zod';
import type { PolicyDocument, PolicyRule } from '../db/policy-document.ts';
import { inWords } from './condition-words.ts';
import { definePolicyTool, type Look } from './policy-tool.ts';
import { ruleInWords } from './policy-words.ts';
import { inputOf, RuleInput, readRule } from './rule-input.ts';
import type { Tool } from './tool.ts';

type Find = (name: string) => Tool | undefined;

/** In the place of the rule of that name, else behind what refuses and before everything that asks: a new rule never undoes a refusal. */
const withRule = ({ rules, ...document }: PolicyDocument, rule: PolicyRule): PolicyDocument => {
  const own = rules.findIndex(({ id }) => id === rule.id);
  if (own >= 0) return { ...document, rules: rules.with(own, rule) };
  const at = rule.outcome.kind === 'refuse' ? 0 : rules.findLastIndex(({ outcome }) => outcome.kind === 'refuse') + 1;
  return { ...document, rules: rules.toSpliced(at, 0, rule) };
};

/** The one argument of an action that is an amount of money, where it has one. */
const amountOf = (tool: Tool | undefined): string | undefined => {
  const fields = Object.entries(tool?.input.shape ?? {});
  const amounts = fields.filter(([, schema]) => schema instanceof z.ZodType && z.globalRegistry.get(schema)?.slot === 'money');
  return amounts.length === 1 ? amounts[0]?.[0] : undefined;
};

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);

/** What the words left out: a name for the rule, who approves, and what an amount is an amount of. */
const completeRule = (find: Find, input: Record<string, unknown>): Record<string, unknown> => {
  const { over, ...rest } = input;
  const tool = typeof input.tools === 'string' ? find(input.tools.trim()) : undefined;
  const amount = typeof over === 'number' && input.where === undefined ? amountOf(tool) : undefined;
  const where = amount === undefined ? {} : { where: inWords({ field: amount, is: '>', value: over as number }) };
  const told = amount === undefined ? input : rest;
  const name = slug([input.group ?? 'rule', input.tools, amount === undefined ? '' : `over-${over}`].filter(Boolean).join('-'));
  const role = input.role === undefined && input.refuse === undefined && tool?.changesPower ? { role: 'admin' } : {};
  return { ...(input.rule === undefined && name !== '' ? { rule: name } : {}), ...role, ...told, ...where };
};

const whyNot = (find: Find, rule: PolicyRule, { deciders }: Look): string | undefined => {
  const unknown = rule.match.tools?.find((name) => !find(name));
  if (unknown) return `There is no action called ${unknown}.`;
  const group = rule.outcome.kind === 'ask' ? rule.outcome.group : undefined;
  if (group !== undefined && !deciders.groups.some(({ key }) => key === group))
    return `There is no group ${group}. Put somebody in it first: /group ${group} and a name.`;
  return undefined;
};

const warningsOf = (find: Find, { match, outcome }: PolicyRule, { deciders }: Look): string[] => {
  const warnings: string[] = [];
  const unnamed = match.tools === undefined;
  if (unnamed) warnings.push('What changes power keeps asking an admin: only a rule that names such an action counts for it');
  if (outcome.kind === 'ask' && match.tools?.some((name) => find(name)?.changesPower) && outcome.role === 'approver')
    warnings.push('It names an action that changes power: people who are not admins could then approve it');
  const group = outcome.kind === 'ask' ? deciders.groups.find(({ key }) => key === outcome.group) : undefined;
  if (outcome.kind === 'ask' && group && !group.tie && group.people.length < outcome.approvals)
    warnings.push(
      group.people.length === 0
        ? `Nobody is of ${group.key} now: nobody could approve what it asks for`
        : `Only ${group.people.length} of ${group.key} are here now, and it asks ${outcome.approvals}`,
    );
  return warnings;
};

/** Puts a rule into the policy, or another in its place. */
export const setRule = (find: Find): Tool =>
  definePolicyTool({
    name: 'set_rule',
    slash: 'rule',
    title: 'Set a rule of the policy',
    summary: 'Sets a rule of the policy by conditions: for which actions, amounts, recipients, agents or risks it asks whom, or refuses',
    examples: ['require 2 approvals by finance for draft_quote over 500 dollars'],
    phrases: [
      'require {approvals} approvals by {group} for {tools} over {over}',
      'require {approvals} approval by {group} for {tools} over {over}',
      'require {approvals} approvals by {group} for {tools} above {over}',
      'require {approvals} approvals by the group {group} for {tools}',
      'require {approvals} approval by the group {group} for {tools}',
    ],
    input: RuleInput,
    target: ({ rule }) => `rule ${rule}`,
    complete: async (input) => completeRule(find, input),
    apply: (input, document) => withRule(document, readRule(input)),
    refused: (input, look) => whyNot(find, readRule(input), look),
    warnings: (input, look) => warningsOf(find, readRule(input), look),
    done: (input) => `Rule ${input.rule}: ${ruleInWords(readRule(input))}`,
    undo({ rule }, before) {
      const was = before.rules.find(({ id }) => id === rule);
      return was ? { tool: 'set_rule', input: inputOf(was) } : { tool: 'remove_rule', input: { rule } };
    },
  });
