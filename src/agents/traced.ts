import { span } from '../trace.ts';
import type { Router } from './router.ts';

/** The same router, whose every answer is a span: by whom and of what kind, never what was said. */
export const traced = (router: Router): Router => ({
  ...router,
  route: (ask) =>
    span('route', { 'wilco.router': router.name }, async (mark) => {
      const routed = await router.route(ask);
      mark({ 'wilco.kind': routed.kind });
      return routed;
    }),
});
