import { useState } from 'react';
import type { Approval } from '../../../src/web/schemas.ts';
import { RejectForm } from '../card/reject-form.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { isSafe, MOST, useBulk } from './bulk.ts';
import { SafeDialog } from './safe-dialog.tsx';

type BulkBarProps = { waiting: readonly Approval[]; selected: readonly Approval[]; onDone: () => void };

/** What can be done about many cards at once, and what came of it. */
export const BulkBar = ({ waiting, selected, onDone }: BulkBarProps) => {
  const [panel, setPanel] = useState<'safe' | 'reject' | null>(null);
  const bulk = useBulk();
  const safe = waiting.filter(isSafe).length;
  const chosen = selected.slice(0, MOST);
  const reject = async (reason: string): Promise<void> => {
    if (!(await bulk.run({ reject: chosen, reason }))) return;
    setPanel(null);
    onDone();
  };
  if (waiting.length === 0 && bulk.refused.length === 0 && !bulk.problem) return null;
  return (
    <section aria-label="Several at once" className="mb-6 grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" barred={safe === 0} onClick={() => setPanel('safe')}>
          {safe === 0 ? 'No safe ones to approve' : `Approve safe ones (${safe})…`}
        </Button>
        {chosen.length > 0 ? (
          <Button size="sm" tone="danger" onClick={() => setPanel('reject')}>
            Reject {chosen.length} selected…
          </Button>
        ) : null}
      </div>
      {panel === 'reject' && chosen.length > 0 ? (
        <div className="rounded-xl border bg-sunken p-4">
          <RejectForm busy={bulk.busy} onReject={(reason) => void reject(reason)} onCancel={() => setPanel(null)} />
        </div>
      ) : null}
      {panel === 'safe' ? <SafeDialog approvals={waiting} bulk={bulk} onClose={() => setPanel(null)} /> : null}
      {bulk.problem ? (
        <Notice tone="bad" role="alert">
          {bulk.problem}
        </Notice>
      ) : null}
      {bulk.refused.length > 0 ? (
        <Notice tone="warning" role="alert">
          <p>Not decided:</p>
          <ul className="list-disc pl-5">
            {bulk.refused.map(({ id, title, why }) => (
              <li key={id} className="told">
                {title}: {why}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
    </section>
  );
};
