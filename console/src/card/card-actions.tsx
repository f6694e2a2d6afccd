import { type ReactNode, useId } from 'react';
import type { Card, CardAction } from '../../../src/dispatch/card.ts';
import type { Approval } from '../../../src/web/schemas.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import type { Verb } from './decision.ts';
import { whyNot } from './why-not.ts';

export type CardActionsProps = {
  card: Card;
  you: Approval['you'] | undefined;
  /** What is under way; of several lists the one that was pressed. */
  pending: Verb | `bulk:${string}` | null;
  problem: string | null;
  justChanged: boolean;
  onPress: (action: CardAction) => void;
};

const TONE = { primary: 'primary', danger: 'danger', plain: 'plain' } as const;
const LOOK_AGAIN = 'It has just changed. Look at it again before you decide.';

/** Who may not say yes to it may say no all the same: nobody is too close to a matter, or too early, to stop it. */
const MAY_STOP: ReadonlySet<string> = new Set(['self_approval', 'already_voted', 'blocked', 'only_a_suggestion']);

/** Decides whether a press is open to the viewer; the server decides again. */
const isBarred = (action: CardAction, props: CardActionsProps): boolean => {
  const { you, justChanged, pending } = props;
  if (pending !== null) return true;
  switch (action.verb) {
    case 'approve':
      return justChanged || you?.mayApprove === false;
    case 'reject':
      return you?.mayApprove === false && !MAY_STOP.has(you.why ?? '');
    case 'edit':
      return you?.mayEdit === false;
    case 'withdraw':
      return you?.mayWithdraw === false;
    case 'retry':
    case 'settle':
    case 'undo':
    case 'take_over':
    case 'bulk':
    case 'open':
    case 'say':
    case 'fill':
    case 'dismiss':
    case 'promote':
      return false;
    default:
      return action satisfies never;
  }
};

/** Which press it is, among those of one card. */
const keyOf = (action: CardAction): string => {
  if (action.verb === 'say') return `say:${action.text}`;
  return action.verb === 'bulk' ? `bulk:${action.offer}` : action.verb;
};

/** Taking back is for whoever asked: nobody else is shown a button that is not theirs. */
const isShown = (action: CardAction, { you }: CardActionsProps): boolean => action.verb !== 'withdraw' || you?.mayWithdraw === true;

const Why = ({ id, text }: { id: string; text: string }) => (
  <p id={id} className="text-muted text-sm">
    {text}
  </p>
);

const reasonFor = ({ you, justChanged, card }: CardActionsProps): string | null => {
  if (justChanged) return LOOK_AGAIN;
  return card.proposal?.state === 'proposed' && you?.mayApprove === false ? whyNot(you.why) : null;
};

/** Exactly the presses that the card carries, in its order, and never an approve that it does not carry. */
export const CardActions = (props: CardActionsProps & { children?: ReactNode }) => {
  const { card, pending, problem, onPress, children } = props;
  const whyId = useId();
  const why = reasonFor(props);
  const actions = card.actions.filter((action) => isShown(action, props) && !(action.verb === 'approve' && !card.fits));
  if (actions.length === 0 && !problem) return null;
  return (
    <footer className="grid gap-3 border-t bg-sunken px-4 py-3">
      {problem ? (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      ) : null}
      {children ?? (
        <div className="flex flex-wrap items-center gap-2">
          {actions.map((action) => {
            const barred = isBarred(action, props);
            return (
              <Button
                key={keyOf(action)}
                data-verb={action.verb}
                tone={TONE[action.tone]}
                className={action.verb === 'say' ? 'told h-auto min-h-9 whitespace-normal py-1.5 text-left' : undefined}
                busy={pending === keyOf(action)}
                barred={barred}
                {...(barred && why ? { 'aria-describedby': whyId } : {})}
                onClick={() => onPress(action)}
              >
                {action.label}
              </Button>
            );
          })}
        </div>
      )}
      {why ? <Why id={whyId} text={why} /> : null}
    </footer>
  );
};
