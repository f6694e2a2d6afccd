import { Cross2Icon } from '@radix-ui/react-icons';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';
import { useReturnFocus } from './return-focus.ts';

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string | undefined;
  wide?: boolean;
  children: ReactNode;
};

const Head = ({ title, description }: Pick<DialogProps, 'title' | 'description'>) => (
  <div className="flex items-start gap-3 border-b px-5 py-3.5">
    <div className="min-w-0 flex-1 py-1">
      <Radix.Title className="told font-semibold text-base leading-snug">{title}</Radix.Title>
      {description ? <Radix.Description className="mt-1 text-muted text-sm">{description}</Radix.Description> : null}
    </div>
    <Radix.Close asChild>
      <Button tone="ghost" size="icon" className="-mr-2" aria-label="Close">
        <Cross2Icon />
      </Button>
    </Radix.Close>
  </div>
);

const Body = ({ title, description, wide, children }: Omit<DialogProps, 'open' | 'onOpenChange'>) => {
  const content = useRef<HTMLDivElement>(null);
  return (
    <Radix.Content
      {...useReturnFocus(content)}
      {...(description ? {} : { 'aria-describedby': undefined })}
      className={cn(
        'fixed z-50 flex max-h-[92dvh] animate-in flex-col overflow-hidden border bg-panel shadow-over outline-none',
        'inset-x-0 bottom-0 rounded-t-2xl md:inset-x-0 md:top-[8dvh] md:bottom-auto md:mx-auto md:max-h-[84dvh] md:w-[calc(100vw-3rem)] md:rounded-2xl',
        wide ? 'md:max-w-3xl' : 'md:max-w-lg',
      )}
    >
      <Head title={title} description={description} />
      <div
        ref={content}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
        data-quiet-focus
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-4 pb-[max(1rem,env(safe-area-inset-bottom))]"
      >
        {children}
      </div>
    </Radix.Content>
  );
};

/** Focus goes in, stays in and returns to where it came from; Escape and the scrim close it. On a phone it rises from below. */
export const Dialog = ({ open, onOpenChange, ...body }: DialogProps) => (
  <Radix.Root open={open} onOpenChange={onOpenChange}>
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
      <Body {...body} />
    </Radix.Portal>
  </Radix.Root>
);
