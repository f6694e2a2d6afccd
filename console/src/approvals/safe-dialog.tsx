import { useState } from 'react';
import type { Approval } from '../../../src/web/schemas.ts';
import { CardArguments } from '../card/card-arguments.tsx';
import { CardChanges } from '../card/card-parts.tsx';
import { Difference } from '../card/difference.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { type Bulk, isSafe, MOST } from './bulk.ts';

type SafeDialogProps = { approvals: readonly Approval[]; bulk: Bulk; onClose: () => void };

const HINT = 'These are of low risk and wait for you. The button below approves exactly them; what changes meanwhile is left out.';

const Item = ({ approval: { card, proposedBy } }: { approval: Approval }) => (
  <li className="grid gap-2 py-4 first:pt-0">
    <h3 className="told font-semibold">{card.title}</h3>
    <CardArguments list={card.arguments} calm={false} fits />
    {card.difference ? <Difference text={card.difference} calm={false} /> : null}
    {card.changes.length > 0 ? <CardChanges changes={card.changes} /> : null}
    <p className="told text-muted text-sm">Asked for by {proposedBy}</p>
  </li>
);

/** The list first, then one press for exactly that list: it does not change under the viewer's eyes. */
export const SafeDialog = ({ approvals, bulk, onClose }: SafeDialogProps) => {
  const [list] = useState(() => approvals.filter(isSafe).slice(0, MOST));
  const approve = async (): Promise<void> => {
    await bulk.run({ approve: list });
    onClose();
  };
  return (
    <Dialog open onOpenChange={onClose} title="Approve safe ones" description={HINT} wide>
      <ul className="divide-y">
        {list.map((approval) => (
          <Item key={approval.id} approval={approval} />
        ))}
      </ul>
      <div className="mt-2 flex flex-wrap gap-2 border-t pt-4">
        <Button tone="primary" busy={bulk.busy} onClick={() => void approve()}>
          {list.length === 1 ? 'Approve this one' : `Approve these ${list.length}`}
        </Button>
        <Button tone="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
};
