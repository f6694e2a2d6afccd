import { Switch as Radix } from 'radix-ui';
import { useId } from 'react';

type SwitchProps = { label: string; hint?: string | undefined; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean };

/** On or off, at once. */
export const Switch = ({ label, hint, checked, onChange, disabled = false }: SwitchProps) => {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4 py-2.5">
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-note`} className="text-[0.8125rem] text-muted">
            {hint}
          </p>
        ) : null}
      </div>
      <Radix.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        {...(hint ? { 'aria-describedby': `${id}-note` } : {})}
        className="relative mt-0.5 h-6 w-10 shrink-0 rounded-full border border-edge bg-hover transition-colors after:absolute after:-inset-2.5 disabled:opacity-60 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Radix.Thumb className="block size-4 translate-x-[3px] rounded-full bg-muted transition-transform data-[state=checked]:translate-x-[19px] data-[state=checked]:bg-on-accent" />
      </Radix.Root>
    </div>
  );
};
