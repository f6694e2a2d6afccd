import { useQuery } from '@tanstack/react-query';
import { sentenceOf } from '../api/problem.ts';
import { statusQuery } from '../api/queries.ts';
import { Button } from '../ui/button.tsx';
import { PauseIcon, StopIcon } from '../ui/icons.tsx';
import { toast } from '../ui/toast.tsx';
import { provenBy, useSwitch } from './switch.ts';

const SAY = {
  killed: {
    text: 'Wilco is killed. Nothing can be proposed, decided or started.',
    verb: 'unkill',
    press: 'Lift the kill',
    Icon: StopIcon,
    tone: 'border-bad-line bg-bad-soft text-bad',
  },
  paused: {
    text: 'Wilco is paused. Approved work waits until somebody resumes.',
    verb: 'resume',
    press: 'Resume',
    Icon: PauseIcon,
    tone: 'border-warn-line bg-warn-soft text-warn',
  },
} as const;

/** On every page for as long as Wilco is paused or killed. */
export const Banner = () => {
  const status = useQuery(statusQuery).data;
  const flip = useSwitch();
  if (!status?.killed && !status?.paused) return null;
  const { text, verb, press, Icon, tone } = SAY[status.killed ? 'killed' : 'paused'];
  const lift = (): void =>
    flip.mutate(
      { verb },
      {
        onSuccess: (answer) =>
          toast(
            `${verb === 'resume' ? 'Wilco works again.' : 'The kill is lifted.'} ${provenBy({ ...answer, voided: 0, killed: false })[0]?.text ?? ''}`,
          ),
        onError: (thrown) => toast(sentenceOf(thrown), 'bad'),
      },
    );
  return (
    <section aria-label="Stopped" className={`flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-2 text-sm md:px-6 ${tone}`}>
      <p className="flex min-w-0 flex-1 basis-60 items-center gap-2.5 font-medium" role="status">
        <Icon className="shrink-0" aria-hidden="true" />
        {text}
      </p>
      <Button size="sm" busy={flip.isPending} onClick={lift}>
        {press}
      </Button>
    </section>
  );
};
