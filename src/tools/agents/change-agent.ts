import { z } from 'zod';
import type { AgentConfig } from '../../db/agent-config.ts';
import { ok } from '../../result.ts';
import { difference } from '../difference.ts';
import { POWER } from '../power.ts';
import { refuse } from '../refuse.ts';
import { complain } from '../schedule-fields.ts';
import { defineTool, field, type PreviewContext, type Tool, type Undo } from '../tool.ts';
import type { AgentTools } from './deploy-agent.ts';
import { configFields, keyField, settleGrants, toArguments, toConfig } from './fields.ts';
import { type AgentNow, agentNow, fingerprintOf, writeAgent } from './standing.ts';

const { name, summary, prompt, domain, tools, model, max_steps, concurrency } = configFields;

const shape = {
  key: keyField().meta(field({ title: 'Agent', control: 'line', slot: 'name' })),
  name: name.optional().meta(field({ title: 'Name', control: 'line', slot: 'words' })),
  summary: summary.optional().meta(field({ title: 'What for', control: 'line', slot: 'words' })),
  prompt: prompt.optional().meta(field({ title: 'Prompt', control: 'text', slot: 'words' })),
  domain: domain.optional().meta(field({ title: 'Domain', control: 'line', slot: 'name' })),
  tools: tools.optional().meta(field({ title: 'Tools', control: 'text' })),
  model: model.optional().meta(field({ title: 'Model', control: 'line', slot: 'name' })),
  max_steps: max_steps.optional().meta(field({ title: 'Steps of a run at most', control: 'number', slot: 'number' })),
  concurrency: concurrency.optional().meta(field({ title: 'Runs at a time', control: 'number', slot: 'number' })),
  made_from: z
    .string()
    .regex(/^(?:[0-9a-f]{12}|unreadable)$/, 'This is not the mark of a configuration.')
    .optional()
    .meta(field({ title: 'Made from configuration', control: 'line' })),
};
type Input = z.output<z.ZodObject<typeof shape>>;

const settleSomething = (payload: z.core.ParsePayload<Input>): void => {
  const { key: _, made_from: __, ...changes } = payload.value;
  if (Object.values(changes).every((value) => value === undefined))
    complain(payload, ['prompt'], 'Say what is to change: its name, prompt, tools, model, domain or limits.');
};

const HERE = (key: string): string => `There is no agent @${key} here. /agents lists them.`;
const DRIFTED =
  'Its configuration was changed after this was made. Ask for it again; the new card shows the difference to what is in force.';

/** Why it cannot be changed as asked, or what it is now. */
const lookAt = async (agents: AgentTools, input: Input, at: PreviewContext & { lock?: boolean }) => {
  const { db, projectId, lock = false } = at;
  const now = await agentNow(db, { projectId, key: input.key }, { ...agents, lock });
  if (!now || now.state === 'retired') return refuse('agent_missing', HERE(input.key));
  if (input.made_from !== undefined && input.made_from !== fingerprintOf(now)) return refuse('agent_changed', DRIFTED);
  if (!now.config && !whole(input))
    return refuse(
      'agent_unreadable',
      `What is stored of @${input.key} does not hold. Say its name, what it is for, its prompt and its tools anew.`,
    );
  return { ok: true as const, now };
};

/** Enough to stand without what was before. */
const whole = (input: Input): boolean => [input.name, input.summary, input.prompt, input.tools].every((value) => value !== undefined);

const afterOf = ({ key, made_from: _, ...changes }: Input, now: AgentNow): AgentConfig => {
  const base = { domain: 'general', autonomy: 'manual', model: null, maxSteps: 12, concurrency: 10, ...now.config };
  return { ...base, ...toConfig(changes), key } as AgentConfig; // where nothing that holds was before, `whole` says that all is here
};

const LABELS: Record<string, string> = {
  name: 'Name',
  summary: 'What for',
  domain: 'Domain',
  model: 'Model',
  max_steps: 'Steps of a run at most',
  concurrency: 'Runs at a time',
};

const toolChanges = (before: readonly string[], after: readonly string[]): string[] => {
  const more = after.filter((one) => !before.includes(one));
  const fewer = before.filter((one) => !after.includes(one));
  return [
    ...(more.length > 0 ? [`May use from now on: ${more.join(', ')}`] : []),
    ...(fewer.length > 0 ? [`May no longer use: ${fewer.join(', ')}`] : []),
  ];
};

const changesOf = (before: AgentConfig, after: AgentConfig): string[] => {
  const [was, is] = [toArguments(before), toArguments(after)];
  const plain = (Object.keys(LABELS) as (keyof typeof was)[])
    .filter((field) => was[field] !== is[field])
    .map((field) => `${LABELS[field]}: ${String(was[field])} → ${String(is[field])}`);
  return [...plain, ...toolChanges(was.tools, is.tools), ...(before.prompt === after.prompt ? [] : ['Its prompt changes, as shown below'])];
};

const Done = z.object({ made: z.string(), before: z.record(z.string(), z.unknown()) });

/** What each changed argument was before, as long as the configuration is still the one that was made. */
const takeBack = async (agents: AgentTools, done: { key: string; data: unknown }, { db, projectId }: PreviewContext): Promise<Undo> => {
  const { key } = done;
  const data = Done.safeParse(done.data);
  if (!data.success) return { ok: false, why: 'What it was before is not known.' };
  if (Object.keys(data.data.before).length === 0) return { ok: false, why: 'It changed nothing, so there is nothing to take back.' };
  const now = await agentNow(db, { projectId, key }, agents);
  if (!now || now.state === 'retired') return { ok: false, why: `@${key} is not here any more.` };
  if (fingerprintOf(now) !== data.data.made) return { ok: false, why: `@${key} has been changed since.` };
  return { ok: true, tool: 'change_agent', input: { key, ...data.data.before, made_from: data.data.made } };
};

/** The arguments that are not what they were, with what they were. */
const beforeOf = (before: AgentConfig | undefined, after: AgentConfig): Record<string, unknown> => {
  if (!before) return {};
  const [was, is] = [toArguments(before), toArguments(after)] as const;
  return Object.fromEntries(
    Object.entries(was).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(is[field as keyof typeof is])),
  );
};

/** Changes what an agent is told, may use or may spend in steps. How far it goes by itself is set elsewhere. */
export const changeAgent = (agents: AgentTools): Tool => {
  const Input = z.strictObject(shape).check(settleSomething, settleGrants(agents));
  return defineTool({
    name: 'change_agent',
    slash: 'change-agent',
    title: 'Change an agent',
    summary: 'Changes the name, prompt, tools, model, domain or limits of an agent',
    examples: [
      'change the prompt of the agent qualifier to: judge leads by their industry alone',
      'rename the agent qualifier to Gatekeeper',
    ],
    phrases: [
      'change the prompt of the agent {key} to {prompt}',
      'change the prompt of the agent {key} to: {prompt}',
      'change the prompt of {key} to: {prompt}',
      'rename the agent {key} to {name}',
      'change the model of the agent {key} to {model}',
      'change the domain of the agent {key} to {domain}',
      'limit the agent {key} to {max_steps} steps',
      'limit the agent {key} to {concurrency} runs at a time',
    ],
    ...POWER,
    version: 1,
    input: Input,
    target: ({ key }) => `@${key}`,
    async complete(input, { db, projectId }) {
      const { key, made_from } = input;
      if (typeof key !== 'string' || made_from !== undefined) return input;
      const now = await agentNow(db, { projectId, key: key.trim().toLowerCase().replace(/^@/, '') }, agents);
      return now ? { ...input, made_from: fingerprintOf(now) } : input;
    },
    async preview(input, ctx) {
      const looked = await lookAt(agents, input, ctx);
      if (!looked.ok) return { changes: [`Would be refused: ${looked.error.message}`], reversible: 'Nothing changes' };
      const { config } = looked.now;
      const after = afterOf(input, looked.now);
      const changes = config ? changesOf(config, after) : ['Its configuration, which does not hold, is written anew'];
      const text = difference(config?.prompt ?? '', after.prompt);
      const first = changes.length > 0 ? changes : ['Nothing: it is configured so already'];
      return {
        changes: [...first, 'Runs that go on now finish as they began; the next one goes by this'],
        reversible: 'Can be undone by changing it back; what it did by then stays done',
        ...(text === '' ? {} : { difference: text }),
      };
    },
    async blocked(input, ctx) {
      const looked = await lookAt(agents, input, ctx);
      return looked.ok ? undefined : { why: looked.error.message };
    },
    undo: ({ input, data }, ctx) => takeBack(agents, { key: input.key, data }, ctx),
    async execute(input, ctx) {
      const looked = await lookAt(agents, input, { db: ctx.tx, projectId: ctx.projectId, lock: true });
      if (!looked.ok) return looked;
      const { now } = looked;
      const config = afterOf(input, now);
      await writeAgent(ctx, { key: input.key, state: now.state, config, shipped: now.shipped, kind: 'agent.changed' }, false);
      const made = fingerprintOf({ ...now, config });
      return ok({ summary: `@${input.key} is changed`, data: { key: input.key, made, before: beforeOf(now.config, config) } });
    },
  });
};
