import { PaperPlaneIcon } from '@radix-ui/react-icons';
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Attach, Attached, useAttached } from './attached.tsx';
import { useDraft, wantedText } from './draft.ts';
import type { ChosenFile } from './files.ts';
import { paletteQuery, type Suggestion, useSuggestions } from './palette.ts';
import { PaletteList } from './palette-list.tsx';
import { Voice } from './voice.tsx';

type ComposerProps = {
  threadId: string | null;
  onSend: (text: string, files: readonly ChosenFile[]) => void;
  placeholder: string;
  readOnly: boolean;
};

type Palette = {
  open: boolean;
  typed: string | null;
  active: number;
  suggestions: readonly Suggestion[];
  move: (by: number) => void;
  close: () => void;
};

const usePalette = (text: string): Palette => {
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const typed = closedFor === text ? null : paletteQuery(text);
  const { suggestions } = useSuggestions(typed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new word starts at the first line again
  useEffect(() => {
    setActive(0);
  }, [typed]);
  const count = suggestions.length;
  return {
    open: typed !== null && count > 0,
    typed,
    active: Math.min(active, Math.max(0, count - 1)),
    suggestions,
    move: (by) => setActive((at) => (at + by + count) % count),
    close: () => setClosedFor(text),
  };
};

/** A command that was typed to the end is sent, not completed. */
const isWhole = (chosen: Suggestion | undefined, typed: string | null): boolean =>
  chosen?.kind === 'command' && chosen.name === `/${typed}`;

/** What a key does while the palette is open; true when it was taken. */
const paletteKey = (event: KeyboardEvent, palette: Palette, pick: (suggestion: Suggestion) => void): boolean => {
  if (!palette.open) return false;
  const chosen = palette.suggestions[palette.active];
  if (event.key === 'ArrowDown') palette.move(1);
  else if (event.key === 'ArrowUp') palette.move(-1);
  else if (event.key === 'Escape') palette.close();
  else if (event.key === 'Enter' && isWhole(chosen, palette.typed)) return false;
  else if ((event.key === 'Tab' || event.key === 'Enter') && !event.shiftKey && chosen) pick(chosen);
  else return false;
  event.preventDefault();
  return true;
};

/** Older browsers do not grow a field with its text. */
const useGrowth = (box: RefObject<HTMLTextAreaElement | null>, text: string): void =>
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is measured anew for each text
  useEffect(() => {
    if (!box.current || CSS.supports('field-sizing', 'content')) return;
    box.current.style.height = 'auto';
    box.current.style.height = `${box.current.scrollHeight}px`;
  }, [box, text]);

const Hint = () => (
  <p className="hidden px-1 pt-1.5 text-muted text-xs md:block" aria-hidden="true">
    <kbd className="font-sans font-medium">Enter</kbd> sends · <kbd className="font-sans font-medium">Shift Enter</kbd> new line ·{' '}
    <kbd className="font-mono font-medium">/</kbd> commands and actions
  </p>
);

export const Composer = ({ threadId, onSend, placeholder, readOnly }: ComposerProps) => {
  const [text, setText] = useDraft(threadId);
  const box = useRef<HTMLTextAreaElement>(null);
  const palette = usePalette(text);
  const attached = useAttached();
  const listId = useId();
  useGrowth(box, text);
  useEffect(() => wantedText.subscribe(() => box.current?.focus()), []);
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches || threadId === null) box.current?.focus({ preventScroll: true });
  }, [threadId]);
  const send = (): void => {
    if (readOnly || text.trim() === '') return;
    onSend(text.trim(), attached.files);
    setText('');
    attached.clear();
    box.current?.focus();
  };
  const pick = (suggestion: Suggestion): void => {
    setText(suggestion.fill);
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || paletteKey(event, palette, pick)) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="relative"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        attached.add(event.dataTransfer.files);
      }}
    >
      <p className="sr-only" role="status">
        {palette.open ? `${palette.suggestions.length} to choose from, with the arrow keys` : ''}
      </p>
      {palette.open ? <PaletteList id={listId} suggestions={palette.suggestions} active={palette.active} onPick={pick} /> : null}
      <Attached attached={attached} />
      <div className="flex items-end gap-1 rounded-2xl border border-edge bg-panel p-1.5 shadow-lift transition-colors focus-within:border-ring focus-within:ring-1 focus-within:ring-ring">
        <Attach onChosen={attached.add} />
        <textarea
          ref={box}
          data-quiet-focus
          rows={1}
          value={text}
          readOnly={readOnly}
          placeholder={placeholder}
          aria-label="Message"
          data-composer
          aria-autocomplete="list"
          aria-haspopup="listbox"
          {...(palette.open ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${palette.active}` } : {})}
          className="grow-with-text max-h-[40dvh] min-h-9 min-w-0 flex-1 resize-none bg-transparent py-1.5 text-base leading-6 outline-none placeholder:text-muted max-md:min-h-11 max-md:py-2.5"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => event.clipboardData.files.length > 0 && attached.add(event.clipboardData.files)}
        />
        <Voice onHeard={(heard) => setText(text === '' ? heard : `${text} ${heard}`)} />
        <Button type="submit" tone="primary" size="icon" className="rounded-xl" aria-label="Send" barred={readOnly || text.trim() === ''}>
          <PaperPlaneIcon />
        </Button>
      </div>
      <Hint />
    </form>
  );
};
