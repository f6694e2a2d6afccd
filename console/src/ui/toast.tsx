import { CheckCircledIcon, Cross2Icon, ExclamationTriangleIcon } from '@radix-ui/react-icons';
import { Button } from './button.tsx';
import { createStore, useStore } from './store.ts';

type Toast = { id: number; text: string; tone: 'good' | 'bad' };

const toasts = createStore<readonly Toast[]>([]);
const SHOWN_MS = 6000;
let count = 0;

const dismiss = (id: number): void => toasts.set(toasts.get().filter((toast) => toast.id !== id));

/** A short word on what just happened. What matters is said where it happened as well: a toast goes away. */
export const toast = (text: string, tone: Toast['tone'] = 'good'): void => {
  count += 1;
  const id = count;
  toasts.set([...toasts.get().slice(-2), { id, text, tone }]);
  setTimeout(() => dismiss(id), SHOWN_MS);
};

const Row = ({ id, text, tone }: Toast) => (
  <li className="pointer-events-auto flex animate-in items-center gap-3 rounded-xl border bg-panel py-2 pr-2 pl-3.5 text-sm shadow-over">
    {tone === 'good' ? (
      <CheckCircledIcon className="shrink-0 text-good" aria-hidden="true" />
    ) : (
      <ExclamationTriangleIcon className="shrink-0 text-bad" aria-hidden="true" />
    )}
    <span className="told flex-1">{text}</span>
    <Button tone="ghost" size="sm" className="size-8 px-0" aria-label="Dismiss" onClick={() => dismiss(id)}>
      <Cross2Icon />
    </Button>
  </li>
);

export const Toaster = () => (
  <section
    aria-label="Notices"
    aria-live="polite"
    className="pointer-events-none fixed inset-x-0 bottom-24 z-[60] flex justify-center px-4 md:inset-x-auto md:right-5 md:bottom-5"
  >
    <ol className="grid w-full max-w-sm gap-2">
      {useStore(toasts).map((shown) => (
        <Row key={shown.id} {...shown} />
      ))}
    </ol>
  </section>
);
