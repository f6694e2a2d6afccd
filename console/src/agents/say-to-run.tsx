import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { AgentRun } from '../../../src/web/agent-run-schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { Button } from '../ui/button.tsx';
import { Field, Textarea } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';

/** A person's word into a run: it is told at its next step. */
export const SayToRun = ({ run }: { run: AgentRun }) => {
  const id = useId();
  const [text, setText] = useState('');
  const path = `/api/agent-runs/${encodeURIComponent(run.id)}`;
  const say = useMutation({
    mutationFn: (words: string) => post(`${path}/say`, { text: words }),
    onSuccess: () => setText(''),
    onSettled: () => touch(['agents']),
  });
  const cancel = useMutation({ mutationFn: () => post(`${path}/cancel`), onSettled: () => touch(['agents']) });
  const error = say.error ?? cancel.error;
  return (
    <form
      className="mt-8 grid gap-3"
      aria-label="Say something into it"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '' && !say.isPending) say.mutate(text.trim());
      }}
    >
      {error ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(error)}
        </Notice>
      ) : null}
      <Field id={id} label="Say something into it" hint="It is told at its next step: “leave the second one out”, “do this instead: …”.">
        <Textarea id={id} rows={2} value={text} aria-describedby={`${id}-note`} onChange={(event) => setText(event.target.value)} />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" busy={say.isPending} barred={text.trim() === ''}>
          Say it
        </Button>
        <Button tone="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel the run
        </Button>
      </div>
    </form>
  );
};
