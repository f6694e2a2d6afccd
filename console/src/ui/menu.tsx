import { CheckIcon } from '@radix-ui/react-icons';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';

const item =
  'thumb relative flex select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-hover data-[disabled]:text-muted [&_svg]:shrink-0';

type MenuProps = { trigger: ReactNode; label: string; children: ReactNode };

/** `trigger` is the one button that opens it. */
export const Menu = ({ trigger, label, children }: MenuProps) => (
  <Radix.Root modal={false}>
    <Radix.Trigger asChild>{trigger}</Radix.Trigger>
    <Radix.Content
      aria-label={label}
      align="end"
      sideOffset={6}
      collisionPadding={8}
      className="z-50 min-w-56 max-w-80 animate-in rounded-xl border bg-panel p-1.5 shadow-over"
    >
      {children}
    </Radix.Content>
  </Radix.Root>
);

export const MenuItem = ({ className, ...rest }: ComponentProps<typeof Radix.Item>) => (
  <Radix.Item {...rest} className={cn(item, className)} />
);

export const MenuLabel = ({ className, ...rest }: ComponentProps<typeof Radix.Label>) => (
  <Radix.Label {...rest} className={cn('px-2.5 pt-1.5 pb-1 text-muted text-xs', className)} />
);

export const MenuLine = () => <Radix.Separator className="my-1.5 h-px bg-line" />;

type ChoiceProps = { value: string; onChange: (value: string) => void; choices: readonly { value: string; label: string }[] };

export const MenuChoice = ({ value, onChange, choices }: ChoiceProps) => (
  <Radix.RadioGroup value={value} onValueChange={onChange}>
    {choices.map((choice) => (
      <Radix.RadioItem key={choice.value} value={choice.value} className={cn(item, 'pr-8')}>
        {choice.label}
        <Radix.ItemIndicator className="absolute right-2.5">
          <CheckIcon />
        </Radix.ItemIndicator>
      </Radix.RadioItem>
    ))}
  </Radix.RadioGroup>
);
