import { useEffect } from 'react';
import { wantedText } from '../room/draft.ts';
import { go } from '../router.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { isCovered, isPlainKey, isWriting } from '../ui/focus.ts';
import { createStore, useStore } from '../ui/store.ts';

export const shortcutsOpen = createStore(false);

const GROUPS = [
  {
    title: 'Everywhere',
    keys: [
      ['?', 'Show this'],
      ['n', 'New conversation'],
      ['w', 'What waits for you'],
      ['d', 'Dashboard'],
      ['/', 'Write a command or an action'],
    ],
  },
  {
    title: 'On the approvals page',
    keys: [
      ['j', 'Next card'],
      ['k', 'Previous card'],
      ['a', 'Approve the card in focus (opens it when it is too long to be shown whole)'],
      ['r', 'Reject it with a reason'],
      ['e', 'Edit it'],
      ['o', 'Open it in full'],
    ],
  },
  {
    title: 'While writing',
    keys: [
      ['Enter', 'Send'],
      ['Shift Enter', 'New line'],
      ['↑ ↓', 'Move in the list of commands'],
      ['Tab', 'Take the marked one'],
      ['Esc', 'Close the list'],
    ],
  },
] as const;

const act = (key: string): boolean => {
  if (key === '?') shortcutsOpen.set(true);
  else if (key === 'n') go('/');
  else if (key === 'w') go('/approvals');
  else if (key === 'd') go('/dashboard');
  else if (key === '/') {
    if (!document.querySelector('[data-composer]')) go('/');
    requestAnimationFrame(() => wantedText.set('/'));
  } else return false;
  return true;
};

export const useShortcuts = (): void =>
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || !isPlainKey(event) || isWriting(event.target) || isCovered()) return;
      if (act(event.key)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

export const Shortcuts = () => (
  <Dialog open={useStore(shortcutsOpen)} onOpenChange={shortcutsOpen.set} title="Keyboard shortcuts">
    <div className="grid gap-5">
      {GROUPS.map((group) => (
        <section key={group.title}>
          <h3 className="mb-2 font-medium text-muted text-xs">{group.title}</h3>
          <dl className="grid grid-cols-[6rem_1fr] gap-y-1.5 text-sm">
            {group.keys.map(([key, does]) => (
              <div key={key} className="contents">
                <dt>
                  <kbd className="rounded-md border bg-sunken px-1.5 py-0.5 font-mono text-xs">{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  </Dialog>
);
