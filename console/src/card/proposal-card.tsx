import { useQuery } from '@tanstack/react-query';
import type { Card, CardAction } from '../../../src/dispatch/card.ts';
import type { Approval } from '../../../src/web/schemas.ts';
import { approvalQuery } from '../api/queries.ts';
import { CardView } from './card-view.tsx';
import { DecidableFooter } from './decidable-footer.tsx';

type ProposalCardProps = {
  card: Card;
  proposalId: string;
  threadId: string;
  /** What a list said of it already. */
  known?: Approval | undefined;
  /** Read it even when there is nothing to decide: the list it came from no longer has it. */
  follow?: boolean;
  className?: string;
};

const OPEN: CardAction = { verb: 'open', label: 'Open in full', tone: 'plain' };

/** What was too long for the card stays readable after the decision. Opening only shows: it decides nothing. */
const withView = (card: Card): Card =>
  card.fits || card.actions.some((action) => action.verb === 'open') ? card : { ...card, actions: [...card.actions, OPEN] };

/** A proposal's card: as long as something can be done about it, it follows the proposal itself. */
export const ProposalCard = ({ card: given, proposalId, threadId, known, follow = false, className }: ProposalCardProps) => {
  const isOpen = given.actions.some((action) => action.verb !== 'undo') || !given.fits || follow;
  const { data } = useQuery({ ...approvalQuery(proposalId), enabled: isOpen, ...(known ? { placeholderData: known } : {}) });
  const approval = isOpen ? data : undefined;
  const card = withView(approval?.card ?? given);
  const waitsSince = card.proposal?.state === 'proposed' ? approval?.proposedAt : undefined;
  return (
    <CardView
      card={card}
      since={waitsSince}
      footer={<DecidableFooter card={card} approval={approval} threadId={threadId} />}
      {...(className ? { className } : {})}
    />
  );
};
