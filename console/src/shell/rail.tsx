import {
  BookmarkIcon,
  ChatBubbleIcon,
  CheckCircledIcon,
  ClockIcon,
  CubeIcon,
  DashboardIcon,
  ListBulletIcon,
  LockClosedIcon,
  PersonIcon,
  PlusIcon,
  ReaderIcon,
  RocketIcon,
} from '@radix-ui/react-icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ComponentType, ReactNode } from 'react';
import type { ThreadRow } from '../../../src/web/schemas.ts';
import { agentsQuery, meQuery, mineQuery, threadsQuery } from '../api/queries.ts';
import { Link, pathTo, TEAM_THREAD, usePath } from '../router.tsx';
import { Mark } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';
import { shortTime } from '../ui/time.ts';

type ItemProps = {
  href: string;
  Icon?: ComponentType;
  count?: number;
  countLabel?: string;
  at?: string;
  onGo: () => void;
  children: ReactNode;
};

const Item = ({ href, Icon, count = 0, countLabel, at, onGo, children }: ItemProps) => {
  const path = usePath();
  const isHere = path === href || (href !== '/' && path.startsWith(`${href}/`));
  return (
    <li>
      <Link
        href={href}
        onClick={onGo}
        {...(isHere ? { 'aria-current': 'page' as const } : {})}
        className={cn(
          'thumb flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-sm transition-colors hover:bg-hover',
          isHere && 'bg-hover font-medium',
        )}
      >
        {Icon ? <Icon /> : null}
        <span className="told min-w-0 flex-1 truncate">{children}</span>
        {count > 0 ? (
          <span className="grid h-5 min-w-5 place-items-center rounded-full bg-accent px-1.5 font-semibold text-[0.6875rem] text-on-accent tabular-nums">
            {count}
            <span className="sr-only"> {countLabel}</span>
          </span>
        ) : at ? (
          <span className="text-muted text-xs">{shortTime(at)}</span>
        ) : null}
      </Link>
    </li>
  );
};

const Group = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="grid grid-cols-1 gap-0.5" aria-label={title}>
    <h2 className="px-2.5 pt-4 pb-1 font-medium text-muted text-xs">{title}</h2>
    {children}
  </section>
);

const Threads = ({ onGo }: { onGo: () => void }) => {
  const threads = useInfiniteQuery(threadsQuery);
  const rows = threads.data?.pages.flatMap((page) => page.items) ?? [];
  // Who is not at work has no conversation yet, or none any more.
  const agents = (useQuery(agentsQuery).data?.items ?? []).filter(({ state }) => state !== 'planned' && state !== 'retired');
  const isAgents = (row: ThreadRow): boolean => row.channel.startsWith('agent.');
  const isChannel = (row: ThreadRow): boolean => row.channel !== 'conversations' && !isAgents(row);
  const item = (row: ThreadRow) => (
    <Item
      key={row.id}
      href={pathTo.thread(row.id)}
      onGo={onGo}
      count={row.waiting}
      countLabel="waiting for a decision"
      {...(isChannel(row) ? {} : { at: row.lastMessageAt })}
    >
      {isChannel(row) ? `# ${row.channel}` : row.title}
    </Item>
  );
  const channels = rows.filter((row) => isChannel(row) && row.id !== TEAM_THREAD);
  const conversations = rows.filter((row) => !isChannel(row) && !isAgents(row));
  const waitingIn = (threadId: string): number => rows.find((row) => row.id === threadId)?.waiting ?? 0;
  return (
    <>
      {channels.length > 0 ? (
        <Group title="Channels">
          <ul className="grid grid-cols-1 gap-0.5">{channels.map(item)}</ul>
        </Group>
      ) : null}
      {agents.length > 0 ? (
        <Group title="Agents">
          <ul className="grid grid-cols-1 gap-0.5">
            {agents.flatMap(({ key, name, state, threadId }) =>
              threadId === null
                ? []
                : [
                    <Item
                      key={key}
                      href={pathTo.thread(threadId)}
                      onGo={onGo}
                      count={waitingIn(threadId)}
                      countLabel="waiting for a decision"
                    >
                      {name}
                      {state === 'paused' ? <span className="text-muted"> · paused</span> : null}
                    </Item>,
                  ],
            )}
          </ul>
        </Group>
      ) : null}
      <Group title="Conversations">
        {conversations.length > 0 ? (
          <ul className="grid grid-cols-1 gap-0.5">{conversations.map(item)}</ul>
        ) : (
          <p className="px-2.5 py-1 text-muted text-sm">{threads.isPending ? 'Loading…' : 'None yet.'}</p>
        )}
        {threads.hasNextPage ? (
          <Button
            tone="ghost"
            size="sm"
            className="justify-self-start"
            busy={threads.isFetchingNextPage}
            onClick={() => void threads.fetchNextPage()}
          >
            Older conversations
          </Button>
        ) : null}
      </Group>
    </>
  );
};

/** Always first: where agents post, and what waits there. */
const TeamItem = ({ onGo }: { onGo: () => void }) => {
  const threads = useInfiniteQuery(threadsQuery);
  const row = threads.data?.pages.flatMap((page) => page.items).find(({ id }) => id === TEAM_THREAD);
  return (
    <Item href={pathTo.thread(TEAM_THREAD)} Icon={CubeIcon} count={row?.waiting ?? 0} countLabel="waiting for a decision" onGo={onGo}>
      Team room
    </Item>
  );
};

export const Rail = ({ onGo }: { onGo: () => void }) => {
  const me = useQuery(meQuery).data;
  const count = useQuery(mineQuery).data?.total ?? 0;
  return (
    <nav aria-label="Wilco" className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-14 shrink-0 items-center gap-2.5 px-4">
        <Mark className="size-7" />
        <span className="told min-w-0 flex-1 truncate font-semibold">{me?.project.name ?? 'Wilco'}</span>
      </div>
      <div className="px-3 pb-2">
        <Button asChild tone="plain" className="w-full justify-start">
          <Link href="/" onClick={onGo}>
            <PlusIcon /> New conversation
          </Link>
        </Button>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
        <ul className="grid grid-cols-1 gap-0.5">
          <TeamItem onGo={onGo} />
          <Item href="/dms" Icon={ChatBubbleIcon} onGo={onGo}>
            Direct messages
          </Item>
          <Item href="/dashboard" Icon={DashboardIcon} onGo={onGo}>
            Dashboard
          </Item>
          <Item href="/approvals" Icon={CheckCircledIcon} count={count} countLabel="waiting" onGo={onGo}>
            Waiting for you
          </Item>
          <Item href="/tasks" Icon={ListBulletIcon} onGo={onGo}>
            Tasks
          </Item>
          <Item href="/schedules" Icon={ClockIcon} onGo={onGo}>
            Schedules
          </Item>
          <Item href="/agents" Icon={RocketIcon} onGo={onGo}>
            Agents
          </Item>
          <Item href="/decisions" Icon={ReaderIcon} onGo={onGo}>
            Decisions
          </Item>
          <Item href="/memory" Icon={BookmarkIcon} onGo={onGo}>
            Memory
          </Item>
          <Item href="/people" Icon={PersonIcon} onGo={onGo}>
            People
          </Item>
          <Item href="/policies" Icon={LockClosedIcon} onGo={onGo}>
            Policies
          </Item>
        </ul>
        <Threads onGo={onGo} />
      </div>
    </nav>
  );
};
