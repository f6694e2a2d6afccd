import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useStore } from '../ui/store.ts';
import { themeStore } from '../ui/theme.ts';
import { type Bucket, FORMAT, LAYERS, type Measure, saidOf, WHEN } from './measures.ts';
import type { Range } from './queries.ts';
import 'uplot/dist/uPlot.min.css';

const HEIGHT = 200;

const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Each layer stands on those below it, so the tallest is drawn first and the others over it. */
const stacked = (buckets: readonly Bucket[], measure: Measure): uPlot.AlignedData => {
  const times = buckets.map((bucket) => Date.parse(bucket.at) / 1000);
  const layers = LAYERS[measure];
  const sums = layers.map((_, top) => buckets.map((bucket) => layers.slice(0, top + 1).reduce((sum, layer) => sum + layer.of(bucket), 0)));
  return [times, ...sums.toReversed()];
};

type ChartOf = { width: number; measure: Measure; range: Range; onHover: (index: number | null) => void };

const optionsOf = ({ width, measure, range, onHover }: ChartOf): uPlot.Options => {
  const quiet = { stroke: colourOf('--muted'), font: '11px system-ui, sans-serif', ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.72, 48], radius: 0.12 });
  return {
    width,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    // Room for half a bar on either side; a chart of nothing still has a height.
    scales: {
      x: { range: (u, min, max) => ((half) => [min - half, max + half])(((u.data[0][1] ?? 0) - (u.data[0][0] ?? 0)) / 2) },
      y: { range: (_, __, max) => [0, Math.max(max * 1.05, measure === 'runs' ? 4 : 0.01)] },
    },
    axes: [
      { ...quiet, grid: { show: false }, size: 26, space: 64, values: (_, splits) => splits.map(WHEN[range].tick) },
      {
        ...quiet,
        size: measure === 'runs' ? 40 : 56,
        grid: { stroke: colourOf('--line'), width: 1 },
        ...(measure === 'runs' ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000] } : {}),
        values: (_, splits) => splits.map(FORMAT[measure]),
      },
    ],
    series: [
      {},
      ...LAYERS[measure].toReversed().map((layer) => ({
        label: layer.name,
        fill: colourOf(layer.colour),
        width: 0,
        ...(bars ? { paths: bars } : {}),
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(u) => onHover(u.cursor.idx ?? null)] },
  };
};

type BarsProps = { buckets: readonly Bucket[]; measure: Measure; range: Range };

/** The bars, for the eye alone: the table beside them says the same to everybody. */
export const Bars = ({ buckets, measure, range }: BarsProps) => {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const theme = useStore(themeStore);
  const data = useRef(buckets);
  data.current = buckets;
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when the theme changes
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const made = new uPlot(
      optionsOf({ width: current.clientWidth, measure, range, onHover: setAt }),
      stacked(data.current, measure),
      current,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: current.clientWidth, height: HEIGHT }));
    watch.observe(current);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [measure, range, theme]);
  useEffect(() => {
    plot.current?.setData(stacked(buckets, measure));
  }, [buckets, measure]);
  const shown = at === null ? undefined : buckets[at];
  return (
    <div>
      <div ref={box} aria-hidden="true" className="h-[200px] w-full overflow-hidden" data-chart={measure} />
      <p className="min-h-5 text-center text-muted text-xs" aria-hidden="true">
        {shown ? `${WHEN[range].label(Date.parse(shown.at) / 1000)}: ${saidOf(shown, measure)}` : WHEN[range].zone}
      </p>
    </div>
  );
};
