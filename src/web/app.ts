import { OpenAPIHono } from '@hono/zod-openapi';
import { type Addresses, addressesOf, type Bound } from './addresses.ts';
import { problem } from './answer.ts';
import { identify } from './caller.ts';
import { consoleFiles } from './console-files.ts';
import type { WebDeps, WebEnv } from './deps.ts';
import { guardAddress } from './guard-address.ts';
import { onError } from './on-error.ts';
import { describeApi } from './openapi.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { logRequests } from './request-log.ts';
import { agentRunRoutes } from './routes/agent-runs.ts';
import { agentRoutes } from './routes/agents.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { dashboardRoutes } from './routes/dashboard.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { documentRoutes } from './routes/documents.ts';
import { eventRoutes } from './routes/events.ts';
import { factRoutes } from './routes/facts.ts';
import { groupRoutes } from './routes/groups.ts';
import { keyRoutes } from './routes/keys.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { peopleRoutes } from './routes/people.ts';
import { policyRoutes } from './routes/policy.ts';
import { postRoutes } from './routes/posts.ts';
import { preferenceRoutes } from './routes/preferences.ts';
import { roomRoutes } from './routes/room.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { secretRoutes } from './routes/secrets.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { systemRoutes } from './routes/system.ts';
import { taskEventRoutes } from './routes/task-events.ts';
import { taskRoutes } from './routes/tasks.ts';
import { threadRoutes } from './routes/threads.ts';
import { secureHeaders } from './secure-headers.ts';
import { createStreams } from './streams.ts';
import { takeWebhook } from './take-webhook.ts';
import { traceRequests } from './trace-requests.ts';

export type App = {
  fetch: OpenAPIHono<WebEnv>['fetch'];
  /** The description of all of it, as `/openapi.json` answers it. */
  openapi(): ReturnType<typeof describeApi>;
  /** Ends the streams; requests under way go on. */
  stop(): void;
};

type Options = {
  /** Where the server listens; without it, what `publicUrl` says. */
  bound?: () => Bound;
  heartbeatMs?: number;
};

/** The parts of the API, in the order in which its description lists them. */
const ROUTES = [
  approvalRoutes,
  decisionRoutes,
  roomRoutes,
  postRoutes,
  threadRoutes,
  taskRoutes,
  taskEventRoutes,
  scheduleRoutes,
  agentRoutes,
  budgetRoutes,
  agentRunRoutes,
  documentRoutes,
  factRoutes,
  peopleRoutes,
  groupRoutes,
  policyRoutes,
  preferenceRoutes,
  notificationRoutes,
  keyRoutes,
  secretRoutes,
  dashboardRoutes,
  catalogRoutes,
];

const PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

const boundOf = (publicUrl: string): Bound => {
  const { hostname, port, protocol } = new URL(publicUrl);
  return { host: hostname, port: port === '' ? (PORTS[protocol] ?? 80) : Number(port) };
};

/** The HTTP side as one function from request to response. Guards first, then who calls, then the routes, then the console's files. */
export const createApp = (deps: WebDeps, options: Options = {}): App => {
  const { heart, signals, log, publicUrl } = deps;
  const { db } = heart.database;
  const streams = createStreams({ db, signals, log, ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }) });
  const addresses = (): Addresses => addressesOf(options.bound?.() ?? boundOf(publicUrl()), publicUrl());
  const ownMetrics = createProcessMetrics();
  const app = new OpenAPIHono<WebEnv>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const fields = result.error.issues.map((issue) => ({ name: issue.path.map(String).join('.'), message: issue.message }));
      return problem(c, { code: 'invalid_input', fields });
    },
  });
  app.onError(onError(log));
  app.notFound((c) => problem(c, { code: 'not_found' }));
  app.use(traceRequests(), ownMetrics.middleware, logRequests(log), secureHeaders(publicUrl), guardAddress(addresses));
  for (const path of ['/api/*', '/admin/*', '/metrics']) app.use(path, identify(db));
  for (const make of ROUTES) app.route('/', make(deps));
  app.route('/', systemRoutes(deps, ownMetrics));
  app.route('/', signInRoutes(deps, streams));
  app.route('/', eventRoutes(deps, streams));
  let described: ReturnType<typeof describeApi> | undefined;
  const openapi = () => {
    described ??= describeApi(app, deps);
    return described;
  };
  for (const webhook of deps.webhooks) app.post(webhook.path, takeWebhook(webhook));
  app.get('/openapi.json', (c) => c.json(openapi()));
  app.get('*', consoleFiles(deps.consoleFolder));
  const stop = () => {
    ownMetrics.stop();
    streams.stop();
  };
  return { fetch: app.fetch, openapi, stop };
};
