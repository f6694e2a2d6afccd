import { z } from 'zod';
import { definePolicyTool } from './policy-tool.ts';
import { ruleInWords } from './policy-words.ts';
import { field } from './tool.ts';

/** Takes a rule out of the policy; what it decided is then for the rules behind it. */
export const removeRule = definePolicyTool({
  name: 'remove_rule',
  slash: 'remove_rule',
  title: 'Remove a rule',
  summary: 'Takes a rule out of the policy, by its name; the rules behind it decide then',
  examples: ['remove the rule finance-send_email from the policy'],
  phrases: ['remove the rule {rule} from the policy', 'remove rule {rule} from the policy', 'remove the policy rule {rule}'],
  input: z.strictObject({
    rule: z
      .string()
      .trim()
      .regex(/^[a-z0-9_-]{1,60}$/, 'Name a rule as /policy lists it.')
      .meta(field({ title: 'Rule', control: 'line', slot: 'name' })),
  }),
  target: ({ rule }) => `rule ${rule}`,
  apply: ({ rule }, document) => ({ ...document, rules: document.rules.filter(({ id }) => id !== rule) }),
  refused({ rule }, { before }) {
    return before.rules.some(({ id }) => id === rule) ? undefined : `There is no rule ${rule}. /policy lists those that there are.`;
  },
  warnings({ rule }, { before }) {
    const gone = before.rules.find(({ id }) => id === rule);
    return gone ? [`No longer: ${ruleInWords(gone)}`] : [];
  },
  done: ({ rule }) => `The rule ${rule} is gone`,
});
