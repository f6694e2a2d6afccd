import type { Span, Tracer } from '@opentelemetry/api';

/** Ids, codes and numbers; never what somebody wrote. */
export type Attributes = Record<string, string | number | boolean | null | undefined>;

/** Adds to the span what its work has found out, and gives it a better name. */
export type Mark = (attributes: Attributes, name?: string) => void;

/** `parent`: the traceparent that came with a job. `server`: it answers somebody outside. */
type Named = { name: string; parent?: string | undefined; server?: boolean };

type Tracing = { api: typeof import('@opentelemetry/api'); tracer: Tracer };
export type TraceTarget = { endpoint: string; headers: Record<string, string>; service: string; version: string };

let tracing: Tracing | undefined;
const unmarked: Mark = () => undefined;

const setAll = (span: Span, attributes: Attributes): void => {
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== null) span.setAttribute(key, value);
};

const parentOf = ({ api }: Tracing, parent: string | undefined) => {
  const here = api.context.active();
  return parent === undefined ? here : api.propagation.extract(here, { traceparent: parent });
};

const within = <T>(on: Tracing, named: Named, at: { attributes: Attributes; work: (mark: Mark) => Promise<T> }): Promise<T> => {
  const { api, tracer } = on;
  const kind = named.server ? api.SpanKind.SERVER : api.SpanKind.INTERNAL;
  return tracer.startActiveSpan(named.name, { kind }, parentOf(on, named.parent), async (span) => {
    setAll(span, at.attributes);
    try {
      return await at.work((more, name) => {
        setAll(span, more);
        if (name !== undefined) span.updateName(name);
      });
    } catch (error) {
      // Its message may quote anything.
      setAll(span, { 'error.type': error instanceof Error ? error.name : typeof error });
      span.setStatus({ code: api.SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
};

/** Does the work inside a span, or just does it where nobody traces. */
export const span = <T>(name: string | Named, attributes: Attributes, work: (mark: Mark) => Promise<T>): Promise<T> =>
  tracing ? within(tracing, typeof name === 'string' ? { name } : name, { attributes, work }) : work(unmarked);

/** Where this work stands in its trace, for a job to carry on from; undefined where nobody traces. */
export const traceparent = (): string | undefined => {
  if (!tracing) return undefined;
  const carrier: { traceparent?: string } = {};
  tracing.api.propagation.inject(tracing.api.context.active(), carrier);
  return carrier.traceparent;
};

/** Sends spans to an OTLP collector from now on. Nothing of OpenTelemetry is loaded before. Answers how to send the rest and stop. */
export const startTracing = async ({ endpoint, headers, service, version }: TraceTarget): Promise<() => Promise<void>> => {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, headers, timeoutMillis: 5000 });
  const resource = resourceFromAttributes({ 'service.name': service, 'service.version': version });
  const provider = new sdk.NodeTracerProvider({ resource, spanProcessors: [new sdk.BatchSpanProcessor(exporter)] });
  provider.register();
  tracing = { api, tracer: api.trace.getTracer('wilco', version) };
  return async () => {
    tracing = undefined;
    await provider.shutdown();
  };
};
