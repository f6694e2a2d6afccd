import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { sentenceOf } from '../api/problem.ts';
import { meQuery, threadQuery } from '../api/queries.ts';
import { go, pathTo } from '../router.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { useStore } from '../ui/store.ts';
import { Composer } from './composer.tsx';
import { moveDraft } from './draft.ts';
import { EmptyStart } from './empty-start.tsx';
import { outgoingStore, sendMessage } from './outgoing.ts';
import { OutgoingRow } from './outgoing-row.tsx';
import { ThreadView } from './thread-view.tsx';

const VIEWER = 'Your role here is viewer: you can read everything. To send messages, ask an admin for the operator role.';

const CHANNEL = 'Message everybody; @wilco or / asks Wilco';

const send = async (threadId: string | null, text: string): Promise<void> => {
  const sent = await sendMessage(threadId, text);
  if (!sent || threadId !== null || location.pathname !== '/') return;
  moveDraft(sent.threadId);
  go(pathTo.thread(sent.threadId), 'replace');
};

const Footer = ({ threadId, placeholder }: { threadId: string | null; placeholder: string }) => {
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
            onSend={(text) => void send(threadId, text)}
          />
        )}
      </div>
    </div>
  );
};

const NewConversation = () => {
  const me = useQuery(meQuery).data;
  const begun = useStore(outgoingStore).filter((message) => message.threadId === null);
  return (
    <>
      <TopBar title="New conversation" headed={begun.length > 0} />
      <main id="main" className="flex min-h-0 flex-1 flex-col" tabIndex={-1} data-quiet-focus>
        <div className="min-h-0 flex-1 overflow-y-auto px-4 md:px-6">
          {begun.length > 0 ? (
            <div className="mx-auto max-w-[46rem] pb-6">
              {begun.map((message) => (
                <OutgoingRow key={message.clientId} message={message} name={me?.person.name ?? 'You'} />
              ))}
            </div>
          ) : (
            <EmptyStart examples={me?.examples ?? []} onSend={(text) => void send(null, text)} />
          )}
        </div>
        <Footer threadId={null} placeholder="Say what should happen" />
      </main>
    </>
  );
};

const Conversation = ({ threadId }: { threadId: string }) => {
  const me = useQuery(meQuery).data;
  const thread = useInfiniteQuery(threadQuery(threadId));
  const pages = thread.data?.pages;
  const messages = useMemo(() => (pages ?? []).toReversed().flatMap((page) => page.messages), [pages]);
  const row = pages?.[0];
  const isChannel = row !== undefined && row.channel !== 'conversations';
  const title = row ? (row.channel === 'conversations' ? row.title : `#${row.channel}`) : 'Conversation';
  return (
    <>
      <TopBar title={title} headed />
      <main id="main" className="flex min-h-0 flex-1 flex-col" tabIndex={-1} data-quiet-focus>
        {thread.isPending ? (
          <div className="grid flex-1 place-items-center text-muted">
            <Spinner className="size-5" />
            <span className="sr-only">Loading the conversation</span>
          </div>
        ) : null}
        {thread.isError && !row ? (
          <div className="mx-auto w-full max-w-[46rem] flex-1 p-6">
            <Notice tone="bad" role="alert">
              <p>{sentenceOf(thread.error)}</p>
              <Button size="sm" className="mt-2" busy={thread.isFetching} onClick={() => void thread.refetch()}>
                Try again
              </Button>
            </Notice>
          </div>
        ) : null}
        {row ? (
          <ThreadView
            threadId={threadId}
            messages={messages}
            myName={me?.person.name ?? 'You'}
            older={{ more: thread.hasNextPage, busy: thread.isFetchingNextPage, load: () => void thread.fetchNextPage() }}
          />
        ) : null}
        <Footer threadId={threadId} placeholder={isChannel ? CHANNEL : 'Reply, or ask for something new'} />
      </main>
    </>
  );
};

export const Room = ({ threadId }: { threadId: string | null }) =>
  threadId === null ? <NewConversation /> : <Conversation key={threadId} threadId={threadId} />;
