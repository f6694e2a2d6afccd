import type { ReactNode } from 'react';
import { cn } from '../ui/cn.ts';
import { TopBar } from './top-bar.tsx';

type PageProps = { title: string; intro?: ReactNode; action?: ReactNode; wide?: boolean; children: ReactNode };

/** A page beside the room: heading, one sentence, content in the same column as the thread. */
export const Page = ({ title, intro, action, wide = false, children }: PageProps) => (
  <>
    <TopBar title="" headed={false} />
    <main id="main" tabIndex={-1} data-quiet-focus className="min-h-0 flex-1 overflow-y-auto px-4 md:px-6">
      <div className={cn('mx-auto pt-6 pb-16 md:pt-8', wide ? 'max-w-6xl' : 'max-w-[46rem]')}>
        <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0 flex-1 basis-64">
            <h1 className="told font-semibold text-2xl tracking-tight" tabIndex={-1} data-quiet-focus>
              {title}
            </h1>
            {intro ? <p className="mt-1 text-muted">{intro}</p> : null}
          </div>
          {action}
        </div>
        {children}
      </div>
    </main>
  </>
);
