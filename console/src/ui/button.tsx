import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { Spinner } from './spinner.tsx';

const look = cva(
  'thumb inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-lg font-medium transition-colors disabled:opacity-60 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        primary:
          'bg-accent text-on-accent shadow-xs hover:bg-accent-hover aria-disabled:bg-hover aria-disabled:text-muted aria-disabled:shadow-none',
        danger:
          'border border-bad-line bg-panel text-bad hover:bg-bad-soft aria-disabled:border-line aria-disabled:bg-transparent aria-disabled:text-muted',
        solidDanger: 'bg-bad text-panel hover:bg-bad-hover',
        plain: 'border border-line bg-panel text-ink hover:bg-hover aria-disabled:bg-transparent aria-disabled:text-muted',
        ghost: 'text-muted hover:bg-hover hover:text-ink',
      },
      size: { md: 'h-9 px-3.5 text-sm', sm: 'h-8 px-2.5 text-[0.8125rem]', icon: 'size-9' },
    },
    defaultVariants: { tone: 'plain', size: 'md' },
  },
);

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> &
  VariantProps<typeof look> & { asChild?: boolean; busy?: boolean; disabled?: boolean | undefined; barred?: boolean | undefined };

/** `busy`: pressed, and waiting for the answer; further presses do nothing. `barred`: not allowed now, yet readable and reachable by keyboard. */
export const Button = ({ tone, size, asChild, busy = false, barred = false, className, children, onClick, ...rest }: ButtonProps) => {
  const classes = cn(look({ tone, size }), className);
  if (asChild) return <Slot.Root className={classes}>{children}</Slot.Root>;
  return (
    <button
      type="button"
      {...rest}
      className={classes}
      aria-busy={busy || undefined}
      aria-disabled={busy || barred || undefined}
      onClick={(event) => {
        if (busy || barred) return event.preventDefault();
        onClick?.(event);
      }}
    >
      {busy ? <Spinner /> : null}
      {children}
    </button>
  );
};
