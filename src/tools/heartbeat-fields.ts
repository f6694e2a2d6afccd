import { z } from 'zod';
import { complain } from './schedule-fields.ts';
import { field } from './tool.ts';

/** What becomes of a time at which the run before is still open: it is left out, or one more waits behind it. */
export const OVERLAPS = ['skip', 'queue'] as const;

/** What a heartbeat can go by, each with the kinds of events that tell of it. */
const WATCHED: Record<string, readonly string[]> = {
  tasks: ['task.*'],
  proposals: ['proposal.*'],
  documents: ['document.*'],
  messages: ['message.received'],
  failed_runs: ['agent.run_failed', 'proposal.failed'],
};

const EVENT = /^event:([a-z_]{1,40}\.[a-z_]{1,40})$/;
const THREAD = /^thread:([^\s,@]{3,200})$/;
const SAY = `It looks at ${Object.keys(WATCHED).join(', ')}, event:<kind> or thread:<id>. Without any: at everything.`;

const watchesOfOne = (name: string): readonly string[] | undefined => {
  const [, kind] = EVENT.exec(name) ?? [];
  const [, thread] = THREAD.exec(name) ?? [];
  if (kind) return [kind];
  if (thread) return [`message.received@${thread}`];
  return Object.hasOwn(WATCHED, name) ? WATCHED[name] : undefined;
};

/** The kinds of events that a check goes by: `task.*`, or `message.received@<thread>`. None: everything that is not a heartbeat's own doing. */
export const watchesOf = (check: readonly string[] = []): string[] => check.flatMap((name) => watchesOfOne(name) ?? []);

const MOST = 10;

export const heartbeatFields = {
  kind: z
    .enum(['job', 'heartbeat'], 'A schedule is a job, or a heartbeat that looks, reports and proposes.')
    .optional()
    .meta(field({ title: 'Kind', control: 'choice', slot: 'choice' })),
  check: z
    .array(z.string().refine((name) => watchesOfOne(name) !== undefined, SAY))
    .min(1, SAY)
    .max(MOST, `It looks at ${MOST} kinds of things at most.`)
    .optional()
    .meta(field({ title: 'Looks when there is news of', control: 'text' })),
  overlap: z
    .enum(OVERLAPS, 'While the run before is open, a time is left out, or one waits behind it: skip or queue.')
    .optional()
    .meta(field({ title: 'While the one before is open', control: 'choice', slot: 'choice' })),
};

type Beating = z.output<z.ZodObject<typeof heartbeatFields>> & { target_agent_key?: string | undefined };

/** A heartbeat is an agent's, and has words; what it looks at is a heartbeat's; what overlaps is a run. */
export const settleHeartbeat = <Input extends Beating>(payload: z.core.ParsePayload<Input>): void => {
  const { kind, check, overlap, target_agent_key: agent } = payload.value;
  if (kind === 'heartbeat' && agent === undefined) complain(payload, ['target_agent_key'], 'Say which agent is to look.');
  if (kind !== 'heartbeat' && check !== undefined) complain(payload, ['check'], 'Only a heartbeat goes by what is new.');
  if (overlap !== undefined && agent === undefined) complain(payload, ['overlap'], 'Only the runs of an agent overlap.');
};

const LONGEST_NAME = 60;

/** What a heartbeat is called where nobody gave it a name: by the agent, and by what it is to look at. */
export const heartbeatName = (agent: string, instructions: string): string => {
  const name = `${agent}: ${instructions.split('\n', 1)[0] ?? ''}`;
  return [...name].length > LONGEST_NAME ? `${[...name].slice(0, LONGEST_NAME - 1).join('')}…` : name;
};
