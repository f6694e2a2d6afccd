import type { ReactNode } from 'react';
import { Link } from '../router.tsx';
import { cn } from '../ui/cn.ts';

export type TileTone = 'plain' | 'waiting' | 'bad' | 'warning';

const TONES: Record<TileTone, string> = {
  plain: 'text-ink',
  waiting: 'text-wait',
  bad: 'text-bad',
  warning: 'text-warn',
};

type TileProps = { name: string; value: string; tone?: TileTone; href?: string; children?: ReactNode };

/** One number with its name, and a line that says what it means. */
export const Tile = ({ name, value, tone = 'plain', href, children }: TileProps) => (
  <div
    className={cn(
      'relative grid h-full content-start gap-1 rounded-xl border bg-panel px-4 py-3 shadow-lift',
      href && 'transition-colors focus-within:border-edge hover:border-edge hover:bg-hover',
    )}
  >
    <dt className="text-muted text-xs">{name}</dt>
    <dd className="grid gap-0.5">
      <span className={cn('font-semibold text-2xl tabular-nums leading-tight tracking-tight', TONES[tone])}>{value}</span>
      <span className="grid gap-1.5 text-muted text-xs">{children}</span>
      {href ? <Link href={href} aria-label={`${name}: ${value}`} className="absolute inset-0 rounded-xl" /> : null}
    </dd>
  </div>
);

type PartsProps = { label: string; parts: readonly { name: string; count: number; className: string }[] };

/** How a whole is made up, as a bar; the words beside it say the same. */
export const Parts = ({ label, parts }: PartsProps) => {
  const whole = parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="h-1.5 w-full overflow-hidden rounded-full" role="img" aria-label={label}>
      <rect width="100" height="6" className="fill-hover" />
      {parts.map((part, at) => {
        const before = parts.slice(0, at).reduce((sum, one) => sum + one.count, 0);
        const share = whole === 0 ? 0 : 100 / whole;
        return <rect key={part.name} x={before * share} width={part.count * share} height="6" className={part.className} />;
      })}
    </svg>
  );
};
