import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MiddlewareHandler } from 'hono';
import { Gauge, Histogram, Registry } from 'prom-client';
import type { WebEnv } from './deps.ts';
import { patternOf } from './request-log.ts';

/** What only this process knows of itself. */
export type ProcessMetrics = { middleware: MiddlewareHandler<WebEnv>; text(): Promise<string>; stop(): void };

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NANO = 1e9;
const QUANTILES = [
  ['0.5', 50],
  ['0.99', 99],
] as const;

export const createProcessMetrics = (): ProcessMetrics => {
  const registry = new Registry();
  const registers = [registry];
  const seconds = new Histogram({
    name: 'wilco_http_request_seconds',
    help: 'How long requests took until their answer began',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const delay = new Gauge({
    name: 'wilco_event_loop_delay_seconds',
    help: 'How late the event loop was since the last scrape',
    labelNames: ['quantile'],
    registers,
  });
  const memory = new Gauge({ name: 'wilco_process_memory_bytes', help: 'Memory of the process by kind', labelNames: ['kind'], registers });
  const started = new Gauge({ name: 'wilco_process_start_time_seconds', help: 'When the process started', registers });
  started.set(Math.round(performance.timeOrigin / 1000));
  // Started by the first scrape: it wakes the process, and an installation that nobody scrapes rests.
  let loop: ReturnType<typeof monitorEventLoopDelay> | undefined;
  const readLoop = () => {
    if (!loop) {
      loop = monitorEventLoopDelay({ resolution: 20 });
      loop.enable();
    }
    // Before the first tick there is nothing to tell.
    const lateness = (value: number) => (loop && loop.count > 0 ? value / NANO : 0);
    for (const [quantile, percent] of QUANTILES) delay.set({ quantile }, lateness(loop.percentile(percent)));
    delay.set({ quantile: '1' }, lateness(loop.max));
    loop.reset();
  };
  return {
    async middleware(c, next) {
      const began = performance.now();
      await next();
      const labels = { method: c.req.method, route: patternOf(c) ?? 'none', status: String(c.res.status) };
      seconds.observe(labels, (performance.now() - began) / 1000);
    },
    text() {
      const { rss, heapUsed, external } = process.memoryUsage();
      for (const [kind, bytes] of Object.entries({ resident: rss, heap: heapUsed, external })) memory.set({ kind }, bytes);
      readLoop();
      return registry.metrics();
    },
    stop: () => loop?.disable(),
  };
};
