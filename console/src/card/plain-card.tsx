import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Card, CardAction } from '../../../src/dispatch/card.ts';
import type { BulkAnswer } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { CardActions } from './card-actions.tsx';
import { CardView } from './card-view.tsx';
import { say } from './decidable-footer.tsx';

const FillDialog = lazy(async () => ({ default: (await import('./fill-dialog.tsx')).FillDialog }));

type PlainCardProps = { card: Card; messageId: string; threadId: string };

const isForPlain = ({ verb }: CardAction): boolean => verb === 'say' || verb === 'fill' || verb === 'bulk';

/**
 * A card that is no proposal's: what a command answered, or what is still to be said. Its presses are sentences, a form, and a yes to exactly
 * what it lists.
 */
export const PlainCard = ({ card, messageId, threadId }: PlainCardProps) => {
  const [filling, setFilling] = useState(false);
  const accept = useMutation({
    mutationFn: (offer: string) => post<BulkAnswer>(`/api/offers/${encodeURIComponent(offer)}/accept`),
    onSettled: () => touch(['approvals'], ['approval'], ['thread', threadId], ['threads']),
  });
  const press = (action: CardAction): void => {
    if (action.verb === 'say') void say(threadId, action.text);
    if (action.verb === 'fill') setFilling(true);
    if (action.verb === 'bulk' && !accept.isPending) accept.mutate(action.offer);
  };
  return (
    <>
      <CardView
        card={card}
        footer={
          <CardActions
            card={{ ...card, actions: card.actions.filter(isForPlain) }}
            you={undefined}
            pending={accept.isPending ? `bulk:${accept.variables}` : null}
            problem={accept.error ? sentenceOf(accept.error) : null}
            justChanged={false}
            onPress={press}
          />
        }
      />
      <Suspense>
        {filling && card.form ? (
          <FillDialog form={card.form} messageId={messageId} threadId={threadId} onClose={() => setFilling(false)} />
        ) : null}
      </Suspense>
    </>
  );
};
