import type { DashboardSeries } from '../../../src/web/dashboard-schemas.ts';
import { dollars, whole } from '../ui/amount.ts';
import type { Range } from './queries.ts';

export type Bucket = DashboardSeries['buckets'][number];
export type Measure = 'runs' | 'spend';

/** One layer of the bars: its colour is a name of the theme, so that it changes with it. */
export type Layer = { name: string; colour: `--${string}`; of: (bucket: Bucket) => number };

export const LAYERS: Record<Measure, readonly Layer[]> = {
  runs: [
    { name: 'Succeeded', colour: '--good', of: (bucket) => bucket.success },
    { name: 'Failed', colour: '--bad', of: (bucket) => bucket.failed },
    { name: 'Stopped', colour: '--warn', of: (bucket) => bucket.killed + bucket.skipped },
    { name: 'Running', colour: '--wait', of: (bucket) => bucket.running },
  ],
  spend: [
    { name: 'Actions', colour: '--accent', of: (bucket) => bucket.actionsUsd },
    { name: 'Models', colour: '--good', of: (bucket) => bucket.modelsUsd },
  ],
};

export const FORMAT: Record<Measure, (value: number) => string> = { runs: whole, spend: dollars };

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const hourOfDay = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const dayOf = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const shortDay = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', timeZone: 'UTC' });

/** Hours by the reader's clock; longer pieces by UTC, where they begin and where days of limits begin too. */
export const WHEN: Record<Range, { label: (seconds: number) => string; tick: (seconds: number) => string; zone: string }> = {
  '24h': { label: (at) => `from ${clock.format(at * 1000)}`, tick: (at) => clock.format(at * 1000), zone: '' },
  '7d': { label: (at) => `${hourOfDay.format(at * 1000)} UTC`, tick: (at) => shortDay.format(at * 1000), zone: 'by UTC' },
  '30d': { label: (at) => dayOf.format(at * 1000), tick: (at) => dayOf.format(at * 1000), zone: 'by UTC' },
};

/** What a piece of time came to, in words. */
export const saidOf = (bucket: Bucket, measure: Measure): string => {
  const parts = LAYERS[measure]
    .map((layer) => ({ name: layer.name.toLowerCase(), value: layer.of(bucket) }))
    .filter(({ value }) => value > 0);
  if (parts.length === 0) return measure === 'runs' ? 'no run' : 'nothing spent';
  return parts.map(({ name, value }) => `${FORMAT[measure](value)} ${name}`).join(', ');
};
