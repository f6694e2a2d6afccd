import type { Approval } from '../../../src/web/schemas.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { CardView } from './card-view.tsx';
import { DecidableFooter } from './decidable-footer.tsx';

type FullDialogProps = { approval: Approval | undefined; open: boolean; onOpenChange: (open: boolean) => void };

/** The card with every argument whole. Approve stands below all of it, so that one passes it on the way. */
export const FullDialog = ({ approval, open, onOpenChange }: FullDialogProps) => {
  const card = approval?.fullCard;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="In full" description="Every argument, whole. The buttons are below it." wide>
      {card ? (
        <CardView
          card={card}
          since={card.proposal?.state === 'proposed' ? approval.proposedAt : undefined}
          bare
          footer={<DecidableFooter card={card} approval={approval} threadId={approval.threadId} />}
        />
      ) : (
        <div className="grid h-40 place-items-center">
          <Spinner className="size-5 text-muted" />
          <span className="sr-only">Loading the card</span>
        </div>
      )}
    </Dialog>
  );
};
