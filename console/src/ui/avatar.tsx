import { cn } from './cn.ts';

const initials = (name: string): string =>
  name
    .split(/\s+/u)
    .map((word) => Array.from(word)[0] ?? '')
    .filter((letter) => /[\p{L}\p{N}]/u.test(letter))
    .slice(0, 2)
    .join('')
    .toUpperCase() || '?';

export const Mark = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 32 32" className={cn('size-8 shrink-0', className)} aria-hidden="true">
    <rect width="32" height="32" rx="9" className="fill-accent" />
    <path
      d="M7 13.5 11.5 21 16 13.5 20.5 21 26 10.5"
      fill="none"
      className="stroke-on-accent"
      strokeWidth="3"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);

export const Avatar = ({ name, className }: { name: string; className?: string }) => (
  <span
    aria-hidden="true"
    data-initials={initials(name)}
    className={cn(
      'grid size-8 shrink-0 place-items-center rounded-[0.55rem] border bg-hover font-semibold text-muted text-xs before:content-[attr(data-initials)]',
      className,
    )}
  />
);
