import { z } from 'zod';
import type { Preview } from '../db/tables/proposals.ts';
import { makeSchedule, undoSchedule } from './make-schedule.ts';
import { block, line } from './plain-text.ts';
import { complain, isFrequent, missedField, settleTiming, timingChanges, timingFields } from './schedule-fields.ts';
import { defineTool, field, type InnerAction, type PreviewContext, type Tool } from './tool.ts';

type Find = (name: string) => Tool | undefined;

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
    .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, AGENT)
    .optional()
    .meta(field({ title: 'Agent', control: 'line', slot: 'name' })),
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

/** Plans something to happen again and again, or once later. `find` knows the actions that it may plan. */
export const scheduleJob = (find: Find): Tool => {
  const Input = z.strictObject(shape).check(settleTiming, settleWhat(find));
  return defineTool({
    name: 'schedule_job',
    slash: 'schedule',
    title: 'Schedule a job',
    summary: 'Plans an action, or instructions to be read anew, for once later or again and again',
    examples: ['schedule a job called numbers every weekday at 9 to create a task for the daily numbers'],
    phrases: [
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
        time_zone: input.time_zone ?? ctx.timeZone,
        ...(given.success && filled ? { action: { tool: given.data.tool, input: filled } } : {}),
      };
    },
    async preview(input, ctx) {
      const { action, replaces } = input;
      const { often, next } = timingChanges(input, new Date());
      const tool = action && find(action.tool);
      const each = tool ? await eachTime(tool, action.input, ctx) : { changes: [ONLY_PROPOSES] };
      const does = tool ? `${tool.title}: ${often}` : `Reads the instructions: ${often}`;
      const took = replaces === undefined ? [] : ['Takes the place of a schedule that ends with it'];
      return {
        ...each,
        changes: [does, next ?? 'That moment has passed: it would be refused', ...each.changes, ...took],
        reversible: 'Can be paused or deleted at any time; what it has done by then stays done',
      };
    },
    undo: undoSchedule,
    execute: (input, ctx) => makeSchedule(ctx, { ...input, tool: input.action?.tool ?? null }),
  });
};
