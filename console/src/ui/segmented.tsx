import { ToggleGroup } from 'radix-ui';

type SegmentedProps<Value extends string> = {
  label: string;
  value: Value;
  choices: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
};

/** One of a few, side by side. */
export const Segmented = <Value extends string>({ label, value, choices, onChange }: SegmentedProps<Value>) => (
  <ToggleGroup.Root
    type="single"
    aria-label={label}
    value={value}
    onValueChange={(next) => {
      const chosen = choices.find((choice) => choice.value === next);
      if (chosen) onChange(chosen.value);
    }}
    className="inline-flex rounded-lg border bg-sunken p-0.5"
  >
    {choices.map((choice) => (
      <ToggleGroup.Item
        key={choice.value}
        value={choice.value}
        className="thumb rounded-md px-2.5 py-1 font-medium text-[0.8125rem] text-muted transition-colors hover:text-ink data-[state=on]:bg-panel data-[state=on]:text-ink data-[state=on]:shadow-xs"
      >
        {choice.label}
      </ToggleGroup.Item>
    ))}
  </ToggleGroup.Root>
);
