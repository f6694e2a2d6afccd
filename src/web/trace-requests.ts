import type { MiddlewareHandler } from 'hono';
import { span } from '../trace.ts';
import type { WebEnv } from './deps.ts';
import { patternOf } from './request-log.ts';

/** A span for each request, named by the route's pattern: an address may hold anything. What a caller says of its own trace is not taken on. */
export const traceRequests = (): MiddlewareHandler<WebEnv> => async (c, next) => {
  await span({ name: c.req.method, server: true }, { 'http.request.method': c.req.method }, async (mark) => {
    await next();
    const route = patternOf(c);
    mark({ 'http.route': route, 'http.response.status_code': c.res.status }, route === undefined ? undefined : `${c.req.method} ${route}`);
  });
};
