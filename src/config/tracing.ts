import { z } from 'zod';
import { ok, type Result } from '../result.ts';
import { type ConfigError, invalid } from './invalid.ts';

/** The variables of traces, by the names that OpenTelemetry gives them. */
export const TRACING_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'OTEL_EXPORTER_OTLP_ENDPOINT is an address such as http://127.0.0.1:4318' })
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(/^[^=,\s]+=[^,]*(,[^=,\s]+=[^,]*)*$/, 'OTEL_EXPORTER_OTLP_HEADERS is name=value, with commas between several')
    .optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('wilco'),
} as const;

const Env = z.object(TRACING_SETTINGS);

export type TracingConfig = { endpoint: string; headers: Record<string, string>; service: string };

/** A value of the headers comes encoded as in an address; one that is not is taken as it stands. */
const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

/** Where spans go; null: nothing is traced. */
export const parseTracing = (env: z.output<typeof Env>): Result<TracingConfig | null, ConfigError> => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = '', OTEL_SERVICE_NAME: service } = env;
  if (!endpoint)
    return headers === ''
      ? ok(null)
      : invalid('OTEL_EXPORTER_OTLP_HEADERS needs OTEL_EXPORTER_OTLP_ENDPOINT beside it: the address that they are sent to');
  const pairs = headers.split(',').filter((pair) => pair !== '');
  const entry = (pair: string): [string, string] => [pair.slice(0, pair.indexOf('=')), decoded(pair.slice(pair.indexOf('=') + 1))];
  return ok({ endpoint, headers: Object.fromEntries(pairs.map(entry)), service });
};
