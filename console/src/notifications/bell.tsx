import { BellIcon, CheckCircledIcon, CrossCircledIcon, ExclamationTriangleIcon, StackIcon } from '@radix-ui/react-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { NoticeInfo } from '../../../src/web/notification-schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { Link } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';
import { Age } from '../ui/moment.tsx';
import { noticesQuery } from './queries.ts';

const ICONS = { approval: StackIcon, run: CrossCircledIcon, cost: ExclamationTriangleIcon, health: ExclamationTriangleIcon } as const;

const OVER = { approval: 'waits no more', run: 'settled', cost: 'over', health: 'well again' } as const;

const useRead = () =>
  useMutation({
    mutationFn: (ids?: string[]) => post('/api/notifications/read', ids ? { ids } : {}),
    onSettled: () => touch(['notifications']),
  });

type RowProps = { notice: NoticeInfo; onGo: () => void };

const Row = ({ notice, onGo }: RowProps) => {
  const Icon = notice.settled ? CheckCircledIcon : ICONS[notice.kind];
  return (
    <li className="border-t first:border-0">
      <Link
        href={notice.path}
        onClick={onGo}
        className={cn(
          'thumb flex items-start gap-2.5 px-4 py-2.5 text-sm transition-colors hover:bg-hover',
          !notice.unread && 'text-muted',
        )}
      >
        <Icon className={cn('mt-1 shrink-0', notice.unread ? 'text-accent' : 'text-muted')} aria-hidden="true" />
        <span className="told min-w-0 flex-1">
          <span className={cn(notice.unread && 'font-medium')}>{notice.title}</span>
          {notice.about ? <span className="block text-muted">{notice.about}</span> : null}
          <span className="block text-muted text-xs">
            <Age at={notice.at} suffix=" ago" />
            {notice.settled ? ` · ${OVER[notice.kind]}` : ''}
          </span>
        </span>
        {notice.unread ? (
          <span className="mt-2 size-2 shrink-0 rounded-full bg-accent">
            <span className="sr-only">unread</span>
          </span>
        ) : null}
      </Link>
    </li>
  );
};

const Inbox = ({ onGo }: { onGo: () => void }) => {
  const notices = useQuery(noticesQuery).data;
  const read = useRead();
  const items = notices?.items ?? [];
  const open = (notice: NoticeInfo): void => {
    if (notice.unread) read.mutate([notice.id]);
    onGo();
  };
  return (
    <>
      <div className="flex items-center justify-between gap-2 border-b py-1.5 pr-2 pl-4">
        <h2 className="font-semibold text-sm">Notifications</h2>
        <Button tone="ghost" size="sm" busy={read.isPending} barred={(notices?.unread ?? 0) === 0} onClick={() => read.mutate(undefined)}>
          Mark all as read
        </Button>
      </div>
      <div className="max-h-[min(26rem,60dvh)] overflow-y-auto">
        {items.length === 0 ? (
          <p className="px-4 py-6 text-center text-muted text-sm">Nothing yet. What you should know stands here.</p>
        ) : null}
        <ul>
          {items.map((notice) => (
            <Row key={notice.id} notice={notice} onGo={() => open(notice)} />
          ))}
        </ul>
      </div>
      <div className="border-t px-4 py-1.5">
        <Link href="/settings" onClick={onGo} className="thumb inline-flex items-center text-muted text-sm hover:text-ink hover:underline">
          What to be told of
        </Link>
      </div>
    </>
  );
};

/** What this person should know, with a count of what they have not seen. */
export const Bell = () => {
  const unread = useQuery(noticesQuery).data?.unread ?? 0;
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button tone="ghost" size="icon" className="relative" aria-label={unread > 0 ? `Notifications, ${unread} unread` : 'Notifications'}>
          <BellIcon />
          {unread > 0 ? (
            <span
              aria-hidden="true"
              className="absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 font-semibold text-[0.625rem] text-on-accent tabular-nums"
            >
              {unread > 99 ? '99+' : unread}
            </span>
          ) : null}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Notifications"
          className="z-50 w-[22rem] max-w-[calc(100vw-1rem)] animate-in overflow-hidden rounded-xl border bg-panel shadow-over outline-none"
        >
          <Inbox onGo={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
};
