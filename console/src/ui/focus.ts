/** Whether a key belongs to what is being written in, so that no shortcut may take it. */
export const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export const isPlainKey = (event: { ctrlKey: boolean; metaKey: boolean; altKey: boolean }): boolean =>
  !event.ctrlKey && !event.metaKey && !event.altKey;

/** Whether a dialog or menu is open on top of the page. */
export const isCovered = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null;
