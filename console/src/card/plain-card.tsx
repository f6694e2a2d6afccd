import { lazy, Suspense, useState } from 'react';
import type { Card } from '../../../src/dispatch/card.ts';
import { CardActions } from './card-actions.tsx';
import { CardView } from './card-view.tsx';
import { say } from './decidable-footer.tsx';

const FillDialog = lazy(async () => ({ default: (await import('./fill-dialog.tsx')).FillDialog }));

type PlainCardProps = { card: Card; messageId: string; threadId: string };

/** A card that nobody decides on: what a command answered, or what is still to be said. Its presses are sentences and a form. */
export const PlainCard = ({ card, messageId, threadId }: PlainCardProps) => {
  const [filling, setFilling] = useState(false);
  const presses = { ...card, actions: card.actions.filter((action) => action.verb === 'say' || action.verb === 'fill') };
  return (
    <>
      <CardView
        card={card}
        footer={
          <CardActions
            card={presses}
            you={undefined}
            pending={null}
            problem={null}
            justChanged={false}
            onPress={(action) => {
              if (action.verb === 'say') void say(threadId, action.text);
              if (action.verb === 'fill') setFilling(true);
            }}
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
