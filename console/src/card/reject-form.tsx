import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, Textarea } from '../ui/field.tsx';

type RejectFormProps = { busy: boolean; onReject: (reason: string) => void; onCancel: () => void };

export const RejectForm = ({ busy, onReject, onCancel }: RejectFormProps) => {
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    box.current?.focus();
  }, []);
  const submit = (): void => {
    if (reason.trim() !== '') {
      onReject(reason.trim());
      return;
    }
    setMissing(true);
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field
        id={id}
        label="Why not?"
        hint="Whoever asked sees this, and it stays on the card."
        problem={missing && reason.trim() === '' ? 'Say why, so that whoever asked can do better.' : undefined}
      >
        <Textarea
          id={id}
          ref={box}
          rows={2}
          value={reason}
          required
          aria-describedby={`${id}-note`}
          aria-invalid={missing && reason.trim() === ''}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="solidDanger" busy={busy}>
          Reject
        </Button>
        <Button tone="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
};
