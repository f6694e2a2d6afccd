import { PaperPlaneIcon } from '@radix-ui/react-icons';
import { Mark } from '../ui/avatar.tsx';
import { FirstSteps } from './first-steps.tsx';

/** What a room looks like before anything was said. */
export const EmptyStart = ({ examples, onSend }: { examples: readonly string[]; onSend: (text: string) => void }) => (
  <div className="mx-auto flex min-h-full max-w-[46rem] flex-col justify-center gap-8 py-10">
    <div>
      <Mark className="mb-6 size-11" />
      <h1 className="font-semibold text-[1.75rem] leading-tight tracking-tight" tabIndex={-1} data-quiet-focus>
        What should happen?
      </h1>
      <p className="mt-3 max-w-[34rem] text-base text-muted">
        Say it in a sentence. Wilco shows the exact action on a card, and nothing runs until the people who may approve it have.
      </p>
    </div>
    <FirstSteps />
    {examples.length > 0 ? (
      <div>
        <h2 className="mb-2.5 text-muted text-sm" id="examples">
          Try one: a press sends it as your message
        </h2>
        <ul className="grid gap-2" aria-labelledby="examples">
          {examples.slice(0, 3).map((example) => (
            <li key={example}>
              <button
                type="button"
                onClick={() => onSend(example)}
                className="thumb group flex w-full items-center gap-3 rounded-xl border bg-panel px-4 py-3 text-left shadow-xs transition-colors hover:border-edge hover:bg-hover"
              >
                <span className="told flex-1">{example}</span>
                <PaperPlaneIcon className="shrink-0 text-muted transition-transform group-hover:translate-x-0.5" aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      </div>
    ) : null}
  </div>
);
