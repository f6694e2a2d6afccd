import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { findStoppable, switchPlace } from '../../bot/switch-agent.ts';
import { readGauges } from '../../db/read/gauges.ts';
import { readCounts } from '../../db/read/metrics.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { allSwitches, type Switched, type SwitchVerb, throwSwitch } from '../../dispatch/power.ts';
import { err } from '../../result.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asAnybody, asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { metricsOf } from '../metrics.ts';
import { Metrics } from '../metrics-schemas.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import { PROMETHEUS_TEXT, prometheusText } from '../prometheus.ts';
import { Status, SwitchAnswer } from '../schemas.ts';
import { createStatus } from '../status.ts';

const tags = ['system'];

const status = createRoute({
  method: 'get',
  path: '/status',
  operationId: 'status',
  summary: 'Whether everything works',
  tags,
  ...asAnybody(),
  responses: {
    200: json(Status, 'How it is; answers also when the database is away'),
    ...problems('host_not_allowed', 'origin_not_allowed'),
  },
});

const metrics = createRoute({
  method: 'get',
  path: '/admin/metrics',
  operationId: 'metrics',
  summary: 'Queue, outbox, runs and cost',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(Metrics, 'The numbers'), ...problems(...SIGNED_IN) },
});

const scrape = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'prometheus',
  summary: 'The same for Prometheus',
  tags,
  ...asRole('viewer'),
  responses: { 200: { description: 'The numbers', content: { 'text/plain': { schema: z.string() } } }, ...problems(...SIGNED_IN) },
});

const SUMMARY: Record<SwitchVerb, string> = {
  pause: 'Hold all work: what is approved waits',
  resume: 'Go on with what a pause held',
  kill: 'Stop everything: running work is aborted, approved work is void',
  unkill: 'Allow work again after a kill; nothing old runs',
};

const switchRoute = (verb: SwitchVerb) =>
  createRoute({
    method: 'post',
    path: `/api/system/${verb}` as const,
    operationId: verb,
    summary: SUMMARY[verb],
    tags,
    ...asRole('viewer'),
    request: bodyOf(
      z.object({
        reason: z.string().max(300).optional(),
        scope: z
          .string()
          .regex(/^(agent|domain):[a-z0-9][a-z0-9-]*$/)
          .optional()
          .openapi({ description: 'One agent or one domain: agent:note-taker, domain:publishing. Absent: everything.' }),
      }),
    ),
    responses: {
      200: json(SwitchAnswer, 'What actually stopped'),
      ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'agent_missing'),
    },
  });

const VERBS = ['pause', 'resume', 'kill', 'unkill'] as const satisfies readonly SwitchVerb[];

const answerOf = ({ state, ...rest }: Switched): SwitchAnswer => {
  const { paused, killed, epoch } = state;
  const { acknowledged, unacknowledged, alreadyDispatched, voided, held, runsCancelled, runsHeld } = rest;
  return { paused, killed, epoch, acknowledged, unacknowledged, alreadyDispatched, voided, held, runsCancelled, runsHeld };
};

/** How Wilco is, and its switches. */
export const systemRoutes = (deps: WebDeps, ownMetrics: ProcessMetrics) => {
  const { heart, health } = deps;
  const app = new OpenAPIHono<WebEnv>();
  const statusNow = createStatus(deps);
  const metricsNow = async (projectId: string) => {
    const [counts, { queue }] = await Promise.all([readCounts(heart.database.db, projectId), health()]);
    return metricsOf(counts, queue);
  };

  app.openapi(status, async (c) => c.json(await statusNow(), 200));

  app.openapi(metrics, async (c) => c.json(await metricsNow(c.get('actor').projectId), 200));

  const scrapeNow = async (projectId: string): Promise<string> => {
    const { db } = heart.database;
    const [counts, gauges, now, switches] = await Promise.all([
      readCounts(db, projectId),
      readGauges(db, projectId),
      health(),
      allSwitches(db),
    ]);
    return (await prometheusText({ counts, gauges, health: now, switches })) + (await ownMetrics.text());
  };

  app.openapi(scrape, async (c) => c.text(await scrapeNow(c.get('actor').projectId), 200, { 'content-type': PROMETHEUS_TEXT }));

  const thrownAt = async (actor: Actor, what: { verb: SwitchVerb; reason: string | null; scope: string }) => {
    const at = await findStoppable(deps.receive.agents, actor.projectId, what.scope);
    return at ? switchPlace(deps, actor, { ...what, at }) : err({ code: 'agent_missing' as const });
  };

  for (const verb of VERBS)
    app.openapi(switchRoute(verb), async (c) => {
      const actor = c.get('actor');
      const { reason = null, scope } = c.req.valid('json');
      const what = { verb, reason };
      const thrown = scope === undefined ? await throwSwitch(heart, actor, what) : await thrownAt(actor, { ...what, scope });
      return thrown.ok ? c.json(answerOf(thrown.value), 200) : problem(c, thrown.error);
    });

  return app;
};
