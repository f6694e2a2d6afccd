import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Message } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { PlainCard } from '../card/plain-card.tsx';
import { ProposalCard } from '../card/proposal-card.tsx';
import { Avatar, Mark } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';
import { Clock } from '../ui/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { FileList } from './file-list.tsx';
import { PostFooter } from './post-footer.tsx';
import { WrittenBy } from './written-by.tsx';

type FrameProps = { author: Message['author']; at: string; joined: boolean; children: ReactNode };

const Face = ({ author, small = false }: { author: Message['author']; small?: boolean }) => {
  const size = small ? 'size-6 rounded-md' : '';
  return author.kind === 'person' ? <Avatar name={author.name} className={size} /> : <Mark className={size} />;
};

/** A row of the thread. `joined`: the same author goes on, so the name is not said again. */
export const MessageFrame = ({ author, at, joined, children }: FrameProps) => (
  <div className={cn('message-frame', joined ? 'pt-1' : 'pt-5')}>
    <div className="md:grid md:grid-cols-[2rem_minmax(0,1fr)] md:gap-x-3">
      <div className="max-md:hidden">{joined ? null : <Face author={author} />}</div>
      <div className="grid min-w-0 gap-1.5">
        {joined ? (
          <span className="sr-only">{author.name}</span>
        ) : (
          <div className="flex items-center gap-2 md:items-baseline">
            <span className="md:hidden">
              <Face author={author} small />
            </span>
            <span className="told font-semibold text-sm">{author.name}</span>
            <Clock at={at} className="text-muted text-xs" />
          </div>
        )}
        {children}
      </div>
    </div>
  </div>
);

const SystemLine = ({ message }: { message: Message }) => (
  <div className="flex items-center gap-3 pt-5 text-muted text-xs">
    <span className="h-px flex-1 bg-line" />
    <span className="told max-w-[80%] text-center">
      {message.text} · <Clock at={message.at} />
    </span>
    <span className="h-px flex-1 bg-line" />
  </div>
);

const Failed = ({ message, threadId }: { message: Message; threadId: string }) => {
  const again = useMutation({
    mutationFn: () => post(`/api/messages/${encodeURIComponent(message.id)}/retry`),
    onSettled: () => touch(['thread', threadId]),
  });
  return (
    <Notice tone="bad">
      <p>{again.error ? sentenceOf(again.error) : (message.problem ?? 'Wilco could not answer this.')}</p>
      <Button size="sm" className="mt-2" busy={again.isPending} onClick={() => again.mutate()}>
        Try again
      </Button>
    </Notice>
  );
};

const queuedWords = (agentKey: string | null): string =>
  agentKey === null ? 'Queued: it waits for whoever answers it.' : `Queued: @${agentKey} takes it as soon as it is at work.`;

type MessageRowProps = { message: Message; threadId: string; joined: boolean };

export const MessageRow = ({ message, threadId, joined }: MessageRowProps) => {
  if (message.author.kind === 'system' && !message.card) return <SystemLine message={message} />;
  const { card, proposalId } = message;
  return (
    <MessageFrame author={message.author} at={message.at} joined={joined}>
      {message.text && !(card && message.text === card.title) ? <p className="told whitespace-pre-wrap">{message.text}</p> : null}
      {message.writtenBy ? <WrittenBy model={message.writtenBy} /> : null}
      <FileList files={message.files} />
      {card && proposalId ? <ProposalCard card={card} proposalId={proposalId} threadId={threadId} /> : null}
      {card && !proposalId ? <PlainCard card={card} messageId={message.id} threadId={threadId} /> : null}
      <PostFooter message={message} threadId={threadId} />
      {message.status === 'queued' ? <p className="text-muted text-xs">{queuedWords(message.agentKey)}</p> : null}
      {message.status === 'failed' ? <Failed message={message} threadId={threadId} /> : null}
    </MessageFrame>
  );
};
