import type { Card } from '../../../src/dispatch/card.ts';
import { CardActions } from './card-actions.tsx';
import { CardView } from './card-view.tsx';
import { say } from './decidable-footer.tsx';

/** A card that nobody decides on: what a command answered. Its only presses are sentences. */
export const PlainCard = ({ card, threadId }: { card: Card; threadId: string }) => {
  const sentences = { ...card, actions: card.actions.filter((action) => action.verb === 'say') };
  return (
    <CardView
      card={card}
      footer={
        <CardActions
          card={sentences}
          you={undefined}
          pending={null}
          problem={null}
          justChanged={false}
          onPress={(action) => {
            if (action.verb === 'say') void say(threadId, action.text);
          }}
        />
      }
    />
  );
};
