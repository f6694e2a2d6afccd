import type { Growing } from '../../../src/web/passing-schemas.ts';
import { Mark } from '../ui/avatar.tsx';
import { WrittenBy } from './written-by.tsx';

/** An answer while a model writes it: its words so far, and the actions that it is about to propose. Cards and the stored message follow. */
export const GrowingRow = ({ growing }: { growing: Growing }) => (
  <div className="pt-5 md:grid md:grid-cols-[2rem_minmax(0,1fr)] md:gap-x-3" aria-hidden="true">
    <div className="max-md:hidden">
      <Mark />
    </div>
    <div className="grid min-w-0 gap-1.5">
      {growing.text ? <p className="told whitespace-pre-wrap">{growing.text}</p> : null}
      {growing.calls.map((name, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls are only ever added at the end, and one name may come twice
        <p key={at} className="font-mono text-muted text-sm">
          → {name} …
        </p>
      ))}
      {growing.text ? <WrittenBy model={growing.model} /> : null}
    </div>
  </div>
);
