import { useMutation } from '@tanstack/react-query';
import { post } from '../api/call.ts';
import { sentenceOf } from '../api/problem.ts';
import { Button } from '../ui/button.tsx';
import { Panel } from '../ui/panel.tsx';

/** Ties an account on Slack or Discord to whoever is signed in: a code that is shown here alone, and sent from there. */
export const Accounts = () => {
  const make = useMutation({ mutationFn: () => post<{ code: string; expiresAt: string }>('/api/me/link-codes') });
  return (
    <Panel title="Connections">
      <div className="grid gap-3 px-4 pt-1 pb-4 text-sm">
        <p>
          To be known on Slack or Discord, make a code and send it to Wilco there, from your own account. It works once, for ten minutes.
        </p>
        {make.data ? (
          <p role="status">
            Send <code className="rounded bg-hover px-1.5 py-0.5 font-mono font-semibold text-base">link {make.data.code}</code>
          </p>
        ) : null}
        {make.error ? <p role="alert">{sentenceOf(make.error)}</p> : null}
        <Button tone="plain" className="justify-self-start" busy={make.isPending} onClick={() => make.mutate()}>
          {make.data ? 'Make another code' : 'Make a code'}
        </Button>
      </div>
    </Panel>
  );
};
