import { z } from 'zod';
import type { Preview } from '../db/tables/proposals.ts';
import { heartbeatFields, heartbeatName, settleHeartbeat, watchesOf } from './heartbeat-fields.ts';
import { makeSchedule, undoSchedule } from './make-schedule.ts';
import { block, line } from './plain-text.ts';
import { complain, isFrequent, missedField, settleTiming, timingChanges, timingFields } from './schedule-fields.ts';
import { defineTool, field, type InnerAction, type PreviewContext, type Tool } from './tool.ts';

type Find = (name: string) => Tool | undefined;

/** Whether an agent of that key is in the team; absent where nobody can tell. */
export type KnowsAgent = (projectId: string, key: string) => Promise<boolean>;

const AGENT = 'An agent is named by its key: small letters, digits, - and _.';

const shape = {
  name: line({ max: 80, empty: 'Give the schedule a name.' }).meta(field({ title: 'Name', control: 'line', slot: 'words' })),
  ...timingFields,
  action: z
    .strictObject({ tool: z.string().min(1).max(100), input: z.record(z.string(), z.unknown()) })
    .optional()
    .meta(field({ title: 'Action', control: 'text' })),
  instructions: block({ max: 4000, empty: 'Say what is to be done each time.' })
    .optional()
    .meta(field({ title: 'Instructions', control: 'text', slot: 'words' })),
  target_agent_key: z
    .string()
    .regex(/^@?[a-z0-9][a-z0-9_-]{0,59}$/i, AGENT)
    // People write @analytics; the one form that is shown, approved and run is the key.
    .overwrite((key) => key.replace(/^@/, '').toLowerCase())
    .optional()
    .meta(field({ title: 'Agent', control: 'line', slot: 'name' })),
  ...heartbeatFields,
  missed: missedField().meta(field({ title: 'What was missed', control: 'choice', slot: 'choice' })),
  replaces: z
    .uuid("This is not a schedule's id.")
    .optional()
    .meta(field({ title: 'Replaces the schedule', control: 'line' })),
};

type Job = z.output<z.ZodObject<typeof shape>>;
type Payload = z.core.ParsePayload<Job>;

/** Either an exact action, which is approved with the schedule, or words, which are read anew each time. */
const settleWhat = (find: Find) => (payload: Payload) => {
  if (payload.value.action) settleAction(find, payload, payload.value.action);
  else settleInstructions(payload);
};

const settleInstructions = (payload: Payload): void => {
  const { instructions = '' } = payload.value;
  if (instructions === '') complain(payload, ['instructions'], 'Say what is to be done each time.');
  if (/^\s*(@wilco\s+)?\//i.test(instructions)) complain(payload, ['instructions'], 'Instructions are a sentence, not a command.');
};

const settleInput = (payload: Payload, tool: Tool, action: InnerAction): void => {
  const parsed = tool.input.safeParse(action.input);
  if (parsed.success) payload.value = { ...payload.value, action: { tool: tool.name, input: parsed.data } };
  else for (const issue of parsed.error.issues) complain(payload, ['action', 'input', ...issue.path], issue.message);
};

/** Brings the inner input into the one form that its own tool gives it. */
const settleAction = (find: Find, payload: Payload, action: InnerAction): void => {
  if (payload.value.instructions !== undefined) complain(payload, ['instructions'], 'Give an action or instructions, not both.');
  if (payload.value.target_agent_key !== undefined)
    complain(payload, ['target_agent_key'], 'An agent reads instructions; an exact action needs none.');
  const tool = find(action.tool);
  if (!tool) complain(payload, ['action', 'tool'], `There is no action ${action.tool.slice(0, 60)} here.`);
  else if (tool.inner) complain(payload, ['action', 'tool'], 'A schedule cannot make schedules.');
  else settleInput(payload, tool, action);
};

const ONLY_PROPOSES =
  'Each time, the instructions are read as if whoever asked had just written them. What they ask for becomes cards that wait for people; nothing runs by itself';

/** What each occurrence would change, as its own tool says it. */
const eachTime = async (tool: Tool, input: Record<string, unknown>, ctx: PreviewContext): Promise<Preview> => {
  const { changes, ...rest } = await tool.preview(input, ctx);
  const cost = tool.costMicros?.(input) ?? 0;
  const costs = cost > 0 ? [`Each time costs about $${(cost / 1_000_000).toFixed(4)}`] : [];
  return { ...rest, changes: [...changes.map((change) => `Each time: ${change}`), ...costs] };
};

const ONLY_LOOKS =
  'Each time, the agent looks, in nobody’s name: it reads, reports and proposes, and people decide whatever comes of it. Where nothing is new, nothing is asked of any model';
const AS_A_RUN =
  'Each time, the agent works on it in the name of whoever asked. Without a model the instructions are read as a message; either way what they ask for becomes cards';

/** Each occurrence where words are read, in words. */
const wordsEach = ({ kind, target_agent_key: agent }: Job): string => {
  if (kind === 'heartbeat') return ONLY_LOOKS;
  return agent === undefined ? ONLY_PROPOSES : AS_A_RUN;
};

const doesIn = (input: Job, often: string): string => {
  const { kind, target_agent_key: agent } = input;
  if (kind === 'heartbeat') return `@${agent} looks: ${often}`;
  return agent === undefined ? `Reads the instructions: ${often}` : `@${agent} works on the instructions: ${often}`;
};

const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined);

/** An agent that is named, where nothing else is said, looks: that is the least that it can do. */
const asHeartbeat = (input: Record<string, unknown>): Record<string, unknown> => {
  const [agent, instructions] = [text(input.target_agent_key), text(input.instructions)];
  if (agent === undefined || instructions === undefined || input.name !== undefined || input.action !== undefined) return {};
  const key = agent.replace(/^@/, '').toLowerCase();
  return { name: heartbeatName(key, instructions), target_agent_key: key, kind: input.kind ?? 'heartbeat' };
};

/** Plans something to happen again and again, or once later. `find` knows the actions that it may plan. */
export const scheduleJob = (find: Find, knowsAgent?: KnowsAgent): Tool => {
  const Input = z.strictObject(shape).check(settleTiming, settleWhat(find), settleHeartbeat);
  const stranger = async ({ target_agent_key: agent }: Job, { projectId }: PreviewContext) =>
    agent !== undefined && knowsAgent && !(await knowsAgent(projectId, agent))
      ? { blocked: { why: `There is no agent @${agent} in the team. /agents lists who is there` } }
      : {};
  return defineTool({
    name: 'schedule_job',
    slash: 'schedule',
    title: 'Schedule a job',
    summary: 'Plans an action, or instructions to be read anew, for once later or again and again',
    examples: [
      'schedule a job called numbers every weekday at 9 to create a task for the daily numbers',
      'have @analytics look at failed payments every hour',
    ],
    phrases: [
      'have the {target_agent_key} agent {instructions} {schedule_expr}',
      'let the {target_agent_key} agent {instructions} {schedule_expr}',
      'have {target_agent_key} {instructions} {schedule_expr}',
      'have the {target_agent_key} {instructions} {schedule_expr}',
      'let {target_agent_key} {instructions} {schedule_expr}',
      'let the {target_agent_key} {instructions} {schedule_expr}',
      'schedule a job called {name} {schedule_expr} to {instructions}',
      'schedule a job called {name} {schedule_expr}: {instructions}',
      'schedule {name} {schedule_expr} to {instructions}',
      'schedule {name} {schedule_expr}: {instructions}',
    ],
    effect: 'write',
    replay: 'transactional',
    version: 1,
    input: Input,
    account: 'wilco',
    target: ({ name }) => name,
    risk: (input) => (isFrequent(input) ? 'med' : 'low'),
    inner: ({ action }) => (action ? [action] : []),
    async complete(input, ctx) {
      const { action } = input;
      const given = z.object({ tool: z.string(), input: z.record(z.string(), z.unknown()) }).safeParse(action);
      const filled = given.success ? await find(given.data.tool)?.complete?.(given.data.input, ctx) : undefined;
      return {
        ...input,
        ...asHeartbeat(input),
        time_zone: input.time_zone ?? ctx.timeZone,
        ...(given.success && filled ? { action: { tool: given.data.tool, input: filled } } : {}),
      };
    },
    async preview(input, ctx) {
      const { action, replaces } = input;
      const { often, next } = timingChanges(input, new Date());
      const tool = action && find(action.tool);
      const each = tool ? await eachTime(tool, action.input, ctx) : { changes: [wordsEach(input)] };
      const does = tool ? `${tool.title}: ${often}` : doesIn(input, often);
      const took = replaces === undefined ? [] : ['Takes the place of a schedule that ends with it'];
      return {
        ...each,
        ...(await stranger(input, ctx)),
        changes: [does, next ?? 'That moment has passed: it would be refused', ...each.changes, ...took],
        reversible: 'Can be paused or deleted at any time; what it has done by then stays done',
      };
    },
    undo: undoSchedule,
    execute: (input, ctx) => makeSchedule(ctx, { ...input, tool: input.action?.tool ?? null, watches: watchesOf(input.check) }),
  });
};
