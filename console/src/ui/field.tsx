import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';

const box =
  'thumb w-full rounded-lg border border-edge bg-panel px-3 py-1.5 text-base text-ink placeholder:text-muted aria-invalid:border-bad md:text-sm';

export const Input = ({ className, ...rest }: ComponentProps<'input'>) => <input {...rest} className={cn(box, 'h-9', className)} />;

export const Textarea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea {...rest} className={cn(box, 'grow-with-text max-h-[50dvh] min-h-20 resize-y leading-relaxed', className)} />
);

/** The system's own list: it is right on every phone. */
export const Select = ({ className, ...rest }: ComponentProps<'select'>) => <select {...rest} className={cn(box, 'h-9 pr-8', className)} />;

type FieldProps = {
  id: string;
  label: string;
  hint?: string | undefined;
  problem?: string | undefined;
  optional?: boolean;
  children: ReactNode;
};

/** A labelled control; the control inside carries `id` and `aria-describedby={`${id}-note`}`. */
export const Field = ({ id, label, hint, problem, optional, children }: FieldProps) => (
  <div className="grid gap-1.5">
    <label htmlFor={id} className="font-medium text-sm">
      {label}
      {optional ? <span className="font-normal text-muted"> (optional)</span> : null}
    </label>
    {children}
    <p id={`${id}-note`} className={cn('text-[0.8125rem] empty:hidden', problem ? 'text-bad' : 'text-muted')}>
      {problem ?? hint}
    </p>
  </div>
);
