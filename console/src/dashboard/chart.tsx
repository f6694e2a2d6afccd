import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { sentenceOf } from '../api/problem.ts';
import { Guard } from '../ui/guard.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { type Bucket, FORMAT, LAYERS, type Measure, WHEN } from './measures.ts';
import { type Range, seriesQuery } from './queries.ts';

const Bars = lazy(async () => ({ default: (await import('./bars.tsx')).Bars }));

const MEASURES = [
  { value: 'runs', label: 'Runs' },
  { value: 'spend', label: 'Spend' },
] as const;

const RANGES = [
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 d' },
  { value: '30d', label: '30 d' },
] as const;

const LONG: Record<Range, string> = { '24h': 'the last 24 hours', '7d': 'the last 7 days', '30d': 'the last 30 days' };
const SQUARES: Record<string, string> = {
  '--good': 'bg-good',
  '--bad': 'bg-bad',
  '--warn': 'bg-warn',
  '--wait': 'bg-wait',
  '--accent': 'bg-accent',
};

type Shown = { buckets: readonly Bucket[]; measure: Measure; range: Range };

const Legend = ({ buckets, measure }: Shown) => (
  <ul className="flex flex-wrap gap-x-4 gap-y-1 px-4 pb-2 text-xs">
    {LAYERS[measure].map((layer) => (
      <li key={layer.name} className="flex items-center gap-1.5">
        <span aria-hidden="true" className={`size-2.5 rounded-[3px] ${SQUARES[layer.colour]}`} />
        <span className="text-muted">{layer.name}</span>
        <span className="font-medium tabular-nums">{FORMAT[measure](buckets.reduce((sum, bucket) => sum + layer.of(bucket), 0))}</span>
      </li>
    ))}
  </ul>
);

const Table = ({ buckets, measure, range }: Shown) => (
  <details className="border-t px-4 py-1 text-sm">
    <summary className="thumb flex items-center rounded text-muted text-xs hover:text-ink">Show as a table</summary>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
    <section className="max-h-72 overflow-auto pb-3" tabIndex={0} aria-label="Table">
      <table className="w-full text-left text-xs tabular-nums">
        <caption className="sr-only">
          {measure === 'runs' ? 'Runs by result' : 'Spend'} over {LONG[range]}
        </caption>
        <thead>
          <tr>
            <th scope="col" className="py-1 pr-3 font-medium text-muted">
              When
            </th>
            {LAYERS[measure].map((layer) => (
              <th key={layer.name} scope="col" className="py-1 pr-3 text-right font-medium text-muted">
                {layer.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.toReversed().map((bucket) => (
            <tr key={bucket.at} className="border-t">
              <th scope="row" className="whitespace-nowrap py-1 pr-3 font-normal">
                {WHEN[range].label(Date.parse(bucket.at) / 1000)}
              </th>
              {LAYERS[measure].map((layer) => (
                <td key={layer.name} className="py-1 pr-3 text-right">
                  {FORMAT[measure](layer.of(bucket))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  </details>
);

/** Numbers over time: as bars with what each colour means, and as a table for whoever cannot or does not want to read bars. */
export const Plotted = (shown: Shown) => (
  <>
    <div className="min-h-[220px] px-2 pt-1">
      <Guard what="This chart">
        <Suspense>
          <Bars {...shown} />
        </Suspense>
      </Guard>
    </div>
    <Legend {...shown} />
    <Table {...shown} />
  </>
);

/** Runs by result, or spend, over time: as bars, and as a table for whoever cannot or does not want to read bars. */
export const Chart = () => {
  const [measure, setMeasure] = useState<Measure>('runs');
  const [range, setRange] = useState<Range>('24h');
  const query = useQuery(seriesQuery(range));
  // While another range is on its way, the one before is still on show, with its own words.
  const shown = query.data && { buckets: query.data.buckets, measure, range: query.data.range };
  return (
    <Panel
      title="Over time"
      action={
        <div className="flex flex-wrap gap-2">
          <Segmented label="What to show" value={measure} choices={MEASURES} onChange={setMeasure} />
          <Segmented label="How far back" value={range} choices={RANGES} onChange={setRange} />
        </div>
      }
    >
      {query.error && !shown ? (
        <Notice tone="bad" role="alert" className="m-4">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {shown ? <Plotted {...shown} /> : <div className="min-h-[220px]" />}
    </Panel>
  );
};
