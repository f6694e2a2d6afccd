import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { timeZoneOf } from '../../db/read/people.ts';
import { listSchedules, readSchedule, type ScheduleRow } from '../../db/read/schedules.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { jsonOf } from '../../dispatch/compose.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { HOLD_ROLES, type Hold, holdSchedule } from '../../dispatch/hold-schedule.ts';
import { propose } from '../../dispatch/propose.ts';
import { actionOf, runSchedule } from '../../dispatch/run-schedule.ts';
import { type HeartError, heartError } from '../../dispatch/sentences.ts';
import { err, ok, type Result } from '../../result.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import { readApproval } from '../approval.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { proposeAlone } from '../propose-alone.ts';
import { presets, scheduleOf } from '../schedule.ts';
import { Preset, Schedule } from '../schedule-shape.ts';
import { Approval, page } from '../schemas.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['schedules'];
const MISSING = { code: 'schedule_missing' } as const;

const list = createRoute({
  method: 'get',
  path: '/api/schedules',
  operationId: 'listSchedules',
  summary: 'Schedules, in the order in which they were made',
  tags,
  ...asRole('viewer'),
  request: { query: ListQuery.extend({ ended: z.enum(['true', 'false']).default('false') }) },
  responses: { 200: json(page(Schedule), 'A page of schedules'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

/** Loose: the action's own schema says what is right, and names what is not. */
const fields = {
  name: z.string(),
  scheduleExpr: z.string().openapi({ description: 'Plain English, a cron line of five fields, or a moment such as 2026-11-27T09:00.' }),
  timeZone: z.string().optional().openapi({ description: 'IANA name; your own when left out.' }),
  action: z
    .object({ tool: z.string(), input: z.record(z.string(), z.unknown()) })
    .optional()
    .openapi({ description: 'What is to run each time; or give instructions.' }),
  instructions: z.string().optional(),
  targetAgentKey: z.string().optional(),
  kind: z.string().optional().openapi({ description: '`heartbeat`: the agent looks, reports and proposes in nobody’s name; else `job`.' }),
  check: z.array(z.string()).optional().openapi({
    description:
      'What a heartbeat looks for news of: `tasks`, `proposals`, `documents`, `messages`, `failed_runs`, `event:<kind>`, `thread:<id>`.',
  }),
  overlap: z.string().optional().openapi({ description: 'While the run before is open: `skip`, or `queue` for one that waits behind it.' }),
  missed: z.string().optional().openapi({ description: '`once` makes up for what was missed with one run, `skip` leaves it out.' }),
};
const NewSchedule = z.object(fields);
const Changes = NewSchedule.partial();

const add = createRoute({
  method: 'post',
  path: '/api/schedules',
  operationId: 'proposeSchedule',
  summary: 'Propose a schedule: it begins when somebody who may has approved it',
  tags,
  ...asRole('viewer'),
  request: bodyOf(NewSchedule),
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES) },
});

const shipped = createRoute({
  method: 'get',
  path: '/api/schedules/presets',
  operationId: 'listSchedulePresets',
  summary: 'Schedules that ship, each ready to be proposed with POST /api/schedules',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(z.object({ items: z.array(Preset) }), 'What ships'), ...problems(...SIGNED_IN) },
});

const one = createRoute({
  method: 'get',
  path: '/api/schedules/{id}',
  operationId: 'getSchedule',
  summary: 'One schedule',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam },
  responses: { 200: json(Schedule, 'The schedule'), ...problems(...SIGNED_IN, MISSING.code) },
});

const change = createRoute({
  method: 'patch',
  path: '/api/schedules/{id}',
  operationId: 'proposeScheduleChange',
  summary: 'Propose a schedule that takes the place of this one',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(Changes) },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, MISSING.code) },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/schedules/{id}',
  operationId: 'proposeScheduleDeletion',
  summary: 'Propose to delete a schedule',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...HEART_CODES, MISSING.code) },
});

const holdRoute = <const Verb extends Hold>(verb: Verb, summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/schedules/{id}/${verb}`,
    operationId: `${verb}Schedule`,
    summary,
    tags,
    ...asRole(HOLD_ROLES[verb]),
    request: { params: IdParam, ...bodyOf(z.object({})) },
    responses: { 200: json(Schedule, 'The schedule'), ...problems(...SIGNED_IN, ...WITH_BODY, 'killed', 'wrong_state', MISSING.code) },
  });
const pause = holdRoute('pause', 'Pause a schedule, at once');
const resume = holdRoute('resume', 'Let a paused schedule go on with its next time, at once');

const run = createRoute({
  method: 'post',
  path: '/api/schedules/{id}/run',
  operationId: 'runSchedule',
  summary: 'Run it once more: an exact action is proposed; instructions are read, and a heartbeat looks, at once',
  tags,
  ...asRole('operator'),
  request: { params: IdParam, ...bodyOf(z.object({})) },
  responses: {
    202: json(z.object({ threadId: z.string(), approval: Approval.nullable() }), 'Where it goes on, and the proposal'),
    ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, MISSING.code),
  },
});

/** As the tool calls them. */
const toolInput = ({ scheduleExpr, timeZone, targetAgentKey, ...rest }: z.output<typeof Changes>): Record<string, unknown> => {
  const all = { ...rest, schedule_expr: scheduleExpr, time_zone: timeZone, target_agent_key: targetAgentKey };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};

const proposeIn = async (
  heart: Heart,
  actor: Actor,
  wish: { threadId: string; tool: string; input: unknown },
): Promise<Result<z.output<typeof Approval>, HeartError>> => {
  const proposed = await propose(heart, actor, wish);
  if (!proposed.ok) return proposed;
  const approval = await readApproval(heart, actor, proposed.value.proposalId);
  return approval ? ok(approval) : err(heartError('proposal_missing'));
};

const Kept = z.object({ missed: z.string().optional() });
/** What only the runs of an agent have. */
const KeptOfAgent = z.object({ kind: z.string().optional(), check: z.array(z.string()).optional(), overlap: z.string().optional() });

/** The schedule as it stands, as an input that would make it anew. An action takes the place of instructions, and the other way round. */
const changedInput = (heart: Heart, row: ScheduleRow, changes: Record<string, unknown>): Record<string, unknown> => {
  const { schedule } = row;
  const action = actionOf(heart, row);
  const replaced = 'action' in changes || 'instructions' in changes;
  const does = action ? { action } : { instructions: schedule.instructions };
  const approved = jsonOf(row.inputText);
  const agent =
    schedule.targetAgentKey && !('action' in changes) ? { target_agent_key: schedule.targetAgentKey, ...KeptOfAgent.parse(approved) } : {};
  const stands = {
    name: schedule.name,
    schedule_expr: schedule.pattern,
    time_zone: schedule.timeZone,
    replaces: schedule.id,
    ...Kept.parse(approved),
  };
  return { ...stands, ...agent, ...(replaced ? {} : does), ...changes };
};

const whole = async (heart: Heart, actor: Actor, input: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const { db } = heart.database;
  const timeZone = await timeZoneOf(db, actor);
  return (await heart.tools.get('schedule_job')?.complete?.(input, { db, projectId: actor.projectId, timeZone })) ?? input;
};

/** What happens by itself. Whatever changes what runs is a proposal; a pause is at once. */
export const scheduleRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { db } = heart.database;

  app.openapi(list, async (c) => {
    const { ended, cursor, limit } = c.req.valid('query');
    const found = await listSchedules(db, { projectId: c.get('actor').projectId, ended: ended === 'true', cursor, limit });
    if (!found.ok) return problem(c, found.error);
    return c.json({ items: found.value.items.map((row) => scheduleOf(heart, row)), next: found.value.next }, 200);
  });

  app.openapi(add, async (c) => {
    const given = c.req.valid('json');
    const input = await whole(heart, c.get('actor'), toolInput(given));
    const proposed = await proposeAlone(heart, c.get('actor'), { tool: 'schedule_job', input, title: `Schedule: ${given.name}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(shipped, (c) => c.json({ items: presets() }, 200));

  app.openapi(one, async (c) => {
    const row = await readSchedule(db, c.get('actor').projectId, c.req.valid('param').id);
    return row ? c.json(scheduleOf(heart, row), 200) : problem(c, MISSING);
  });

  app.openapi(change, async (c) => {
    const actor = c.get('actor');
    const row = await readSchedule(db, actor.projectId, c.req.valid('param').id);
    if (!row || row.schedule.state === 'ended') return problem(c, MISSING);
    const input = await whole(heart, actor, changedInput(heart, row, toolInput(c.req.valid('json'))));
    const proposed = await proposeIn(heart, actor, { threadId: row.schedule.threadId, tool: 'schedule_job', input });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(remove, async (c) => {
    const actor = c.get('actor');
    const row = await readSchedule(db, actor.projectId, c.req.valid('param').id);
    if (!row || row.schedule.state === 'ended') return problem(c, MISSING);
    const { threadId, name, id } = row.schedule;
    const proposed = await proposeIn(heart, actor, { threadId, tool: 'delete_schedule', input: { name, schedule_id: id } });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  const hold = async (actor: Actor, scheduleId: string, verb: Hold): Promise<Result<Schedule, HeartError | typeof MISSING>> => {
    if (!(await readSchedule(db, actor.projectId, scheduleId))) return err(MISSING);
    const held = await holdSchedule(heart, actor, { scheduleId, verb });
    if (!held.ok) return held;
    const row = await readSchedule(db, actor.projectId, scheduleId);
    return row ? ok(scheduleOf(heart, row)) : err(MISSING);
  };
  app.openapi(pause, async (c) => {
    const held = await hold(c.get('actor'), c.req.valid('param').id, 'pause');
    return held.ok ? c.json(held.value, 200) : problem(c, held.error);
  });
  app.openapi(resume, async (c) => {
    const held = await hold(c.get('actor'), c.req.valid('param').id, 'resume');
    return held.ok ? c.json(held.value, 200) : problem(c, held.error);
  });

  app.openapi(run, async (c) => {
    const actor = c.get('actor');
    const row = await readSchedule(db, actor.projectId, c.req.valid('param').id);
    if (!row) return problem(c, MISSING);
    const ran = await runSchedule(heart, actor, row);
    if (!ran.ok) return problem(c, ran.error);
    const { proposalId } = ran.value;
    const approval = proposalId === null ? undefined : await readApproval(heart, actor, proposalId);
    return c.json({ threadId: row.schedule.threadId, approval: approval ?? null }, 202);
  });

  return app;
};
