import { CheckIcon, DotFilledIcon, ExclamationTriangleIcon } from '@radix-ui/react-icons';
import { useId, useState } from 'react';
import type { SwitchAnswer } from '../../../src/web/schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { useStore } from '../ui/store.ts';
import { provenBy, switchDialog, useSwitch } from './switch.ts';

const SAY = {
  pause: {
    title: 'Pause Wilco?',
    description: 'Approved work waits, nothing new starts. Whatever runs now runs to its end. Anybody who may pause may resume.',
    done: 'Wilco is paused',
    press: 'Pause',
  },
  kill: {
    title: 'Kill: stop everything now?',
    description:
      'Running actions are aborted, and what was approved but has not started becomes void: it never runs. Only the owner can lift a kill.',
    done: 'Wilco is killed',
    press: 'Kill now',
  },
} as const;

const ICONS = { good: CheckIcon, warning: ExclamationTriangleIcon, plain: DotFilledIcon } as const;
const COLOURS = { good: 'text-good', warning: 'text-warn', plain: 'text-muted' } as const;

const Proof = ({ answer, onClose }: { answer: SwitchAnswer; onClose: () => void }) => (
  <div className="grid gap-4" role="status">
    <ul className="grid gap-2 text-sm">
      {provenBy(answer).map(({ text, tone }) => {
        const Icon = ICONS[tone];
        return (
          <li key={text} className="flex gap-2.5">
            <Icon className={`mt-[0.2rem] shrink-0 ${COLOURS[tone]}`} aria-hidden="true" />
            <span className="told">{text}</span>
          </li>
        );
      })}
    </ul>
    <Button className="justify-self-start" tone="primary" autoFocus onClick={onClose}>
      Close
    </Button>
  </div>
);

type FormProps = { which: 'pause' | 'kill'; flip: ReturnType<typeof useSwitch>; onClose: () => void };

const SwitchForm = ({ which, flip, onClose }: FormProps) => {
  const id = useId();
  const [reason, setReason] = useState('');
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!flip.isPending) flip.mutate({ verb: which, ...(reason.trim() ? { reason: reason.trim() } : {}) });
      }}
    >
      {flip.error ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(flip.error)}
        </Notice>
      ) : null}
      <Field id={id} label="Reason" optional hint="Everybody sees it.">
        <Input
          id={id}
          value={reason}
          maxLength={300}
          autoComplete="off"
          aria-describedby={`${id}-note`}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone={which === 'kill' ? 'solidDanger' : 'primary'} busy={flip.isPending}>
          {SAY[which].press}
        </Button>
        <Button tone="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
};

const SwitchDialog = ({ which, onClose }: { which: 'pause' | 'kill'; onClose: () => void }) => {
  const flip = useSwitch();
  const { title, description, done } = SAY[which];
  return (
    <Dialog open onOpenChange={onClose} title={flip.data ? done : title} description={flip.data ? 'This is what stopped.' : description}>
      {flip.data ? <Proof answer={flip.data} onClose={onClose} /> : <SwitchForm which={which} flip={flip} onClose={onClose} />}
    </Dialog>
  );
};

export const SwitchDialogs = () => {
  const which = useStore(switchDialog);
  return which === null ? null : <SwitchDialog key={which} which={which} onClose={() => switchDialog.set(null)} />;
};
