import { useEffect, useRef } from 'react';
import { Button } from '../ui/button.tsx';

export type Outcome = 'executed' | 'failed' | 'leave';

const CHOICES: readonly { outcome: Outcome; label: string; means: string }[] = [
  { outcome: 'executed', label: 'It happened', means: 'You looked, and the effect is there. The card becomes done.' },
  { outcome: 'failed', label: 'It did not happen', means: 'You looked, and nothing was done. The card becomes failed and can be retried.' },
  { outcome: 'leave', label: 'Leave it', means: 'You cannot tell either. It stays unknown, and the record says that you looked.' },
];

type SettleFormProps = { busy: boolean; onSettle: (outcome: Outcome) => void; onCancel: () => void };

/** Nobody can tell by machine whether it took effect: a person looks and says. */
export const SettleForm = ({ busy, onSettle, onCancel }: SettleFormProps) => {
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    group.current?.querySelector('button')?.focus();
  }, []);
  return (
    <fieldset ref={group} className="grid gap-2">
      <legend className="mb-2 font-medium text-sm">What became of it? Look at the other side first.</legend>
      {CHOICES.map(({ outcome, label, means }) => (
        <button
          key={outcome}
          type="button"
          aria-disabled={busy || undefined}
          onClick={() => (busy ? undefined : onSettle(outcome))}
          className="thumb rounded-lg border bg-panel px-3.5 py-2.5 text-left transition-colors hover:border-edge hover:bg-hover"
        >
          <span className="block font-medium text-sm">{label}</span>
          <span className="block text-muted text-sm">{means}</span>
        </button>
      ))}
      <Button tone="ghost" className="justify-self-start" onClick={onCancel}>
        Cancel
      </Button>
    </fieldset>
  );
};
