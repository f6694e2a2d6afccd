import { CheckIcon, Cross2Icon, ListBulletIcon } from '@radix-ui/react-icons';
import { useMutation } from '@tanstack/react-query';
import type { Approval, Message } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Age } from '../ui/moment.tsx';

const KINDS: Record<Message['kind'], string | null> = {
  text: null,
  system: null,
  finding: 'Finding',
  status: 'Status',
  task_proposal: 'Proposes a task',
  action_proposal: 'Proposes an action',
};

type Verb = 'dismiss' | 'task';

const waits = ({ card, kind, resolved }: Message): boolean =>
  card?.proposal ? card.proposal.state === 'proposed' : kind === 'finding' && resolved === null;

const mayDismiss = (message: Message): boolean =>
  KINDS[message.kind] !== null && message.resolved === null && (message.proposalId === undefined || waits(message));

const Resolved = ({ resolved }: { resolved: NonNullable<Message['resolved']> }) => (
  <span className="inline-flex items-center gap-1 text-muted text-xs">
    <CheckIcon /> {resolved.as === 'dismissed' ? 'Put aside' : 'Made a task'} by {resolved.by}, <Age at={resolved.at} suffix=" ago" />
  </span>
);

const mayBeTask = ({ text, card, resolved, kind }: Message): boolean =>
  (text.trim() !== '' || card !== undefined) && resolved?.as !== 'promoted' && kind !== 'task_proposal';

/** What it is, and how long it has waited or what became of it. */
const State = ({ message }: { message: Message }) => {
  const label = KINDS[message.kind];
  const isOpen = label !== null && waits(message);
  return (
    <>
      {label ? <Badge tone={isOpen ? 'waiting' : 'muted'}>{label}</Badge> : null}
      {isOpen ? (
        <span className="text-muted text-xs">
          waits for <Age at={message.at} />
        </span>
      ) : null}
      {message.resolved ? <Resolved resolved={message.resolved} /> : null}
    </>
  );
};

/** What a message is, how long it has waited, and what can be made of it: any becomes a task, a post can be put aside. */
export const PostFooter = ({ message, threadId }: { message: Message; threadId: string }) => {
  const act = useMutation({
    mutationFn: (verb: Verb) => post<Approval | { messageId: string }>(`/api/messages/${encodeURIComponent(message.id)}/${verb}`),
    onSettled: () =>
      touch(['thread', threadId], ['threads'], ['approvals'], ...(message.proposalId ? [['approval', message.proposalId]] : [])),
  });
  const label = KINDS[message.kind];
  const busy = act.isPending ? act.variables : null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <State message={message} />
      {mayDismiss(message) ? (
        <Button size="sm" busy={busy === 'dismiss'} onClick={() => act.mutate('dismiss')}>
          <Cross2Icon /> Dismiss
        </Button>
      ) : null}
      {mayBeTask(message) ? (
        <Button
          size="sm"
          tone={label ? 'plain' : 'ghost'}
          className={label ? undefined : 'quiet-until-near'}
          busy={busy === 'task'}
          onClick={() => act.mutate('task')}
        >
          <ListBulletIcon /> Make a task
        </Button>
      ) : null}
      {act.error ? (
        <span role="alert" className="text-bad text-sm">
          {sentenceOf(act.error)}
        </span>
      ) : null}
    </div>
  );
};
