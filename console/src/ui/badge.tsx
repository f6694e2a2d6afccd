import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const look = cva(
  'inline-flex shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full border px-2 py-0.5 font-medium text-xs leading-4',
  {
    variants: {
      tone: {
        neutral: 'border-line bg-sunken text-muted',
        muted: 'border-line bg-sunken text-muted',
        waiting: 'border-wait-line bg-wait-soft text-wait',
        working: 'border-wait-line bg-wait-soft text-wait',
        good: 'border-good-line bg-good-soft text-good',
        bad: 'border-bad-line bg-bad-soft text-bad',
        warning: 'border-warn-line bg-warn-soft text-warn',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
);

export const Badge = ({ tone, className, ...rest }: ComponentProps<'span'> & VariantProps<typeof look>) => (
  <span {...rest} className={cn(look({ tone }), className)} />
);
