import { type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

type PanelProps = { title: string; action?: ReactNode; className?: string; children: ReactNode };

/** A titled box on a page that has several. */
export const Panel = ({ title, action, className, children }: PanelProps) => {
  const id = useId();
  return (
    <section aria-labelledby={id} className={cn('flex min-w-0 flex-col rounded-xl border bg-panel shadow-lift', className)}>
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 pt-2.5 pb-1.5">
        <h2 id={id} className="font-semibold text-sm">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
};

export const PanelEmpty = ({ children }: { children: ReactNode }) => <p className="px-4 pt-1 pb-4 text-muted text-sm">{children}</p>;
