import { type RefObject, useRef } from 'react';

type FocusHandlers = { onOpenAutoFocus: (event: Event) => void; onCloseAutoFocus: (event: Event) => void };

const FIRST = 'input:not([readonly]), textarea, select';

/**
 * Puts the focus on the first field of a dialog, or on its content, so that keys scroll it; and when it closes, back to where it was
 * before. If that is gone by then, into the page's content.
 */
export const useReturnFocus = (content?: RefObject<HTMLElement | null>): FocusHandlers => {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: (event) => {
      before.current = document.activeElement;
      const inside = content?.current;
      if (!inside) return;
      event.preventDefault();
      (inside.querySelector<HTMLElement>(FIRST) ?? inside).focus();
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      const target =
        before.current instanceof HTMLElement && before.current.isConnected && before.current !== document.body
          ? before.current
          : document.getElementById('main');
      target?.focus();
    },
  };
};
