import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/call.ts';
import { sentenceOf } from '../api/problem.ts';
import { pushState, startPush, stopPush } from '../notifications/push.ts';
import { pushQuery } from '../notifications/queries.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Switch } from '../ui/switch.tsx';
import { toast } from '../ui/toast.tsx';

const HINTS = {
  on: 'This browser shows what waits, also while no page of Wilco is open.',
  off: 'Shows what waits, also while no page of Wilco is open. The browser asks you first.',
  denied: 'This browser does not allow it. Allow notifications for this page in its own settings, then come back.',
  impossible: 'This browser cannot do it. On an iPhone or iPad, put Wilco on the home screen first.',
} as const;

const tell = ({ sent, failed, gone }: { sent: number; failed: number; gone: number }): void => {
  if (sent > 0) toast('Sent. It should appear in a moment.');
  else
    toast(
      failed + gone > 0 ? 'The push service did not take it. Switch push off and on again.' : 'No browser of yours asked to be told.',
      'bad',
    );
};

/** Push in this very browser, and a try. */
export const PushSetting = () => {
  const client = useQueryClient();
  const info = useQuery(pushQuery).data;
  const here = useQuery({ queryKey: ['push', 'here'], queryFn: pushState });
  const flip = useMutation({
    mutationFn: async (on: boolean) => {
      if (on && info?.publicKey) await startPush(info.publicKey);
      if (!on) await stopPush();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['push'] }),
  });
  const attempt = useMutation({
    mutationFn: () => post<{ sent: number; failed: number; gone: number }>('/api/notifications/push/test'),
    onSuccess: tell,
    onError: (thrown) => toast(sentenceOf(thrown), 'bad'),
  });
  const state = here.data ?? 'off';
  const possible = info?.publicKey !== null && state !== 'denied' && state !== 'impossible';
  return (
    <>
      <Switch
        label="Push in this browser"
        hint={HINTS[state]}
        checked={state === 'on'}
        disabled={!possible || flip.isPending || !info}
        onChange={(on) => flip.mutate(on)}
      />
      {flip.isError ? (
        <Notice tone="bad" role="alert" className="mb-2">
          The browser could not reach its push service. Try again, or use another browser.
        </Notice>
      ) : null}
      {info && info.browsers > 0 ? (
        <div className="flex flex-wrap items-center gap-3 pb-2.5 text-muted text-sm">
          <Button size="sm" busy={attempt.isPending} onClick={() => attempt.mutate()}>
            Send me a try
          </Button>
          {info.browsers === 1 ? '1 browser of yours is told.' : `${info.browsers} browsers of yours are told.`}
        </div>
      ) : null}
    </>
  );
};
