import { cn } from '../ui/cn.ts';

type DifferenceProps = { text: string; calm: boolean };

const ROWS: Record<string, string> = { '+': 'bg-good-soft', '-': 'bg-bad-soft' };
const SIGNS: Record<string, string> = { '+': '+', '-': '−' };
const SAID: Record<string, string> = { '+': 'added: ', '-': 'taken out: ' };

const count = (lines: readonly string[], sign: string): number => lines.filter((line) => line.startsWith(sign)).length;

/** What becomes of a text, line by line, with a sign and a colour for what goes and what comes. Nothing in it is folded away. */
export const Difference = ({ text, calm }: DifferenceProps) => {
  const lines = text.split('\n');
  const scrolls = calm && lines.length > 14;
  return (
    <figure className="overflow-hidden rounded-lg border bg-sunken" data-difference>
      <figcaption className="flex items-baseline justify-between gap-3 border-b px-3 py-1.5 text-muted text-xs">
        <span className="font-medium">Difference</span>
        <span>
          {count(lines, '+')} added, {count(lines, '-')} taken out
        </span>
      </figcaption>
      <pre
        className={cn('py-2 font-mono text-[0.8125rem] leading-[1.55]', scrolls && 'max-h-72 overflow-y-auto')}
        {...(scrolls ? { tabIndex: 0, role: 'region', 'aria-label': 'Difference' } : {})}
      >
        {lines.map((line, at) => {
          const sign = line.slice(0, 1);
          const isSaid = sign === '…';
          return (
            // A line has no identity but its place.
            // biome-ignore lint/suspicious/noArrayIndexKey: as said
            <code key={at} className={cn('grid min-h-[1.55em] grid-cols-[2rem_minmax(0,1fr)]', ROWS[sign])}>
              <span className="select-none pr-2 text-right font-semibold text-muted" aria-hidden="true">
                {SIGNS[sign] ?? ''}
              </span>
              <span className={cn('told whitespace-pre-wrap pr-3', isSaid && 'text-muted')}>
                {SAID[sign] ? <span className="sr-only">{SAID[sign]}</span> : null}
                {isSaid ? line : line.slice(2)}
              </span>
            </code>
          );
        })}
      </pre>
    </figure>
  );
};
