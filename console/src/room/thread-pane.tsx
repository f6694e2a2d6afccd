import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AgentInfo } from '../../../src/web/schemas.ts';
import { codeOf, sentenceOf } from '../api/problem.ts';
import { agentsQuery, meQuery, threadQuery } from '../api/queries.ts';
import { go, pathTo } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { AgentStart } from './agent-start.tsx';
import { Composer } from './composer.tsx';
import { moveDraft } from './draft.ts';
import type { ChosenFile } from './files.ts';
import { sendMessage } from './outgoing.ts';
import { ThreadView } from './thread-view.tsx';

const VIEWER = 'Your role here is viewer: you can read everything. To send messages, ask an admin for the operator role.';

type Say = { text: string; files?: readonly ChosenFile[]; agentKey?: string | null };

export const send = async (threadId: string | null, { text, ...more }: Say): Promise<void> => {
  const sent = await sendMessage(threadId, text, more);
  if (!sent || threadId !== null || location.pathname !== '/') return;
  moveDraft(sent.threadId);
  go(pathTo.thread(sent.threadId), 'replace');
};

type FooterProps = { threadId: string | null; placeholder: string; agentKey?: string | null };

export const Footer = ({ threadId, placeholder, agentKey = null }: FooterProps) => {
  const me = useQuery(meQuery).data;
  const readOnly = me?.person.role === 'viewer';
  return (
    <div className="px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:px-6 md:pb-4">
      <div className="mx-auto max-w-[46rem]">
        {readOnly ? (
          <Notice tone="info">{VIEWER}</Notice>
        ) : (
          <Composer
            key={threadId ?? 'new'}
            threadId={threadId}
            readOnly={false}
            placeholder={placeholder}
            onSend={(text, files) => void send(threadId, { text, files, agentKey })}
          />
        )}
      </div>
    </div>
  );
};

type FailedProps = { thread: { error: Error | null; isFetching: boolean; refetch: () => unknown }; agent: AgentInfo | undefined };

/** Why there is nothing to read. A thread with an agent that nobody has written to yet is no error: the first message makes it. */
const Unread = ({ thread, agent }: FailedProps) =>
  agent && codeOf(thread.error) === 'thread_missing' ? (
    <AgentStart agent={agent} />
  ) : (
    <div className="mx-auto w-full max-w-[46rem] flex-1 p-6">
      <Notice tone="bad" role="alert">
        <p>{sentenceOf(thread.error)}</p>
        <Button size="sm" className="mt-2" busy={thread.isFetching} onClick={() => void thread.refetch()}>
          Try again
        </Button>
      </Notice>
    </div>
  );

/** One thread with what is said in it and where to answer: the room shows one, and direct messages several side by side. */
export const ThreadPane = ({ threadId, placeholder }: { threadId: string; placeholder: string }) => {
  const me = useQuery(meQuery).data;
  const thread = useInfiniteQuery(threadQuery(threadId));
  const pages = thread.data?.pages;
  const messages = useMemo(() => (pages ?? []).toReversed().flatMap((page) => page.messages), [pages]);
  const agent = useQuery(agentsQuery).data?.items.find((one) => one.threadId === threadId);
  return (
    <>
      {thread.isPending ? (
        <div className="grid flex-1 place-items-center text-muted">
          <Spinner className="size-5" />
          <span className="sr-only">Loading the conversation</span>
        </div>
      ) : null}
      {thread.isError && !pages ? <Unread thread={thread} agent={agent} /> : null}
      {pages ? (
        <ThreadView
          threadId={threadId}
          messages={messages}
          myName={me?.person.name ?? 'You'}
          older={{ more: thread.hasNextPage, busy: thread.isFetchingNextPage, load: () => void thread.fetchNextPage() }}
        />
      ) : null}
      <Footer threadId={threadId} agentKey={agent?.key ?? null} placeholder={placeholder} />
    </>
  );
};
