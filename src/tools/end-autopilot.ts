import { z } from 'zod';
import { ok } from '../result.ts';
import { withoutRule } from './autonomy-change.ts';
import { ruleInWords, untilInWords } from './autopilot-words.ts';
import { changePolicy, policyNow } from './policy-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field } from './tool.ts';

const RULE = 'Name the rule as /autonomy shows it, such as qualifier-1a2b3c4d.';

const Input = z.strictObject({
  rule: z
    .string()
    .regex(/^[a-z0-9_-]{1,60}$/, RULE)
    .meta(field({ title: 'Rule', control: 'line', slot: 'name' })),
});

const MISSING = refuse('rule_missing', 'There is no signed rule of that name. /autonomy lists them.');

/** Ends a signed rule before its time: people decide again. */
export const endAutopilot = defineTool({
  name: 'end_autopilot',
  slash: 'end-rule',
  title: 'End an autopilot rule',
  summary: 'Ends a signed rule that lets an agent act by itself, so that people decide again',
  examples: ['end the autopilot rule qualifier-1a2b3c4d'],
  phrases: ['end the autopilot rule {rule}', 'end the rule {rule}'],
  ...POWER,
  version: 1,
  input: Input,
  target: ({ rule }) => rule,
  async preview({ rule }, { db, projectId }) {
    const now = await policyNow(db, projectId);
    const found = now?.document.autopilot.find(({ id }) => id === rule);
    if (!found) return { changes: [`Would be refused: ${MISSING.error.message}`], reversible: 'Nothing changes' };
    const changes = [`People decide again what this let an agent do until ${untilInWords(found.until)}: ${ruleInWords(found)}`];
    return { changes, reversible: 'Not by itself: somebody signs another rule' };
  },
  async execute({ rule }, ctx) {
    const now = await policyNow(ctx.tx, ctx.projectId);
    if (!now?.document.autopilot.some(({ id }) => id === rule)) return MISSING;
    const changed = await changePolicy(ctx, {
      kind: 'policy.changed',
      data: { autopilot: rule, ended: true },
      apply: (document) => withoutRule(document, rule),
    });
    return changed.ok ? ok({ summary: `The rule ${rule} has ended: people decide again`, data: { version: changed.value } }) : changed;
  },
});
