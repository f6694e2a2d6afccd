import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';

type HintProps = { label: string; text: string; children: ReactNode };

/** A small badge that explains itself when it is pressed: a finger cannot hover. */
export const Hint = ({ label, text, children }: HintProps) => (
  <Popover.Root>
    <Popover.Trigger className="thumb h-7 rounded-full border border-line bg-sunken px-2.5 font-medium text-muted text-xs transition-colors hover:bg-hover max-sm:hidden">
      {children}
    </Popover.Trigger>
    <Popover.Portal>
      <Popover.Content
        aria-label={label}
        sideOffset={6}
        collisionPadding={8}
        className="z-50 w-72 animate-in rounded-xl border bg-panel p-4 text-sm shadow-over outline-none"
      >
        {text}
      </Popover.Content>
    </Popover.Portal>
  </Popover.Root>
);
