import { CheckCircledIcon, CrossCircledIcon, ExclamationTriangleIcon } from '@radix-ui/react-icons';
import { Popover } from 'radix-ui';
import type { Status } from '../../../src/web/schemas.ts';
import { cn } from '../ui/cn.ts';
import { clockTime } from '../ui/time.ts';
import { type Mode, useMode } from './mode.ts';

const LOOKS = {
  live: { Icon: CheckCircledIcon, tone: 'text-good' },
  backup: { Icon: ExclamationTriangleIcon, tone: 'text-warn' },
  offline: { Icon: CrossCircledIcon, tone: 'text-bad' },
} as const;

const MEANS = {
  live: 'Everything answers: messages are read, and approved actions run.',
  backup: 'Something is missing; Wilco works on with what there is.',
  offline: 'Wilco cannot work now. What you send is kept and sent again when you ask for it.',
} as const;

const factsOf = (status: Status): readonly (readonly [string, string])[] => [
  ['Workers', status.workers === 0 ? 'none is running' : String(status.workers)],
  ['Queue', status.queue.depth === 0 ? 'empty' : `${status.queue.depth} waiting, the oldest ${Math.round(status.queue.oldestSeconds)} s`],
  [
    'Database',
    status.database.ok ? `PostgreSQL ${status.database.version}${status.database.embedded ? ', built in' : ''}` : 'does not answer',
  ],
  ['Model', status.model ? `${status.model.name}${status.model.ok ? '' : ' (not answering)'}` : 'none: the built-in grammar'],
  ['Surfaces', status.surfaces.map((surface) => `${surface.name}${surface.ok ? '' : ' (down)'}`).join(', ') || 'this room only'],
  ['Version', status.version],
];

const Details = ({ mode }: { mode: Mode }) => (
  <div className="grid gap-2.5 text-sm">
    <p>{mode.reason ?? MEANS[mode.name]}</p>
    <p className="text-muted">
      {mode.checkedAt ? `Last good check at ${clockTime(mode.checkedAt)}.` : 'There has been no good check yet.'}
    </p>
    {mode.status && mode.name !== 'offline' ? (
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-t pt-2.5">
        {factsOf(mode.status).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="told">{value}</dd>
          </div>
        ))}
      </dl>
    ) : null}
  </div>
);

/** Live, Backup or Offline, with a word, an icon and the time of the last good check. */
export const ModeIndicator = () => {
  const mode = useMode();
  const { Icon, tone } = LOOKS[mode.name];
  return (
    <Popover.Root>
      <Popover.Trigger
        className={cn(
          'thumb flex h-9 items-center justify-center gap-1.5 rounded-lg px-2.5 font-medium text-sm transition-colors hover:bg-hover',
          tone,
        )}
      >
        <Icon aria-hidden="true" />
        <span className="sr-only">Mode: </span>
        <span className={cn(mode.name === 'live' && 'max-md:sr-only')}>{mode.label}</span>
        {mode.checkedAt && mode.name !== 'live' ? (
          <span className="hidden font-normal text-muted text-xs lg:inline">
            {mode.reconnecting ? 'Reconnecting… ' : ''}last good {clockTime(mode.checkedAt)}
          </span>
        ) : null}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="How Wilco is doing"
          className="z-50 w-80 max-w-[calc(100vw-1rem)] animate-in rounded-xl border bg-panel p-4 shadow-over outline-none"
        >
          <Details mode={mode} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
};
