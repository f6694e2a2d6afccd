import { useEffect, useRef } from 'react';
import { Badge } from '../ui/badge.tsx';
import { cn } from '../ui/cn.ts';
import type { Suggestion } from './palette.ts';

type PaletteListProps = { id: string; suggestions: readonly Suggestion[]; active: number; onPick: (suggestion: Suggestion) => void };

/** The list below the composer; focus stays in the text. */
export const PaletteList = ({ id, suggestions, active, onPick }: PaletteListProps) => {
  const list = useRef<HTMLDivElement>(null);
  // In braces: scrolling answers a promise in newer browsers, which is no cleanup.
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      tabIndex={-1}
      aria-label="Commands and actions"
      className="absolute inset-x-0 bottom-full z-20 mb-2 max-h-[min(20rem,45dvh)] animate-in overflow-y-auto rounded-xl border bg-panel p-1.5 shadow-over"
    >
      {suggestions.map((suggestion, at) => (
        // The keyboard drives this list from the text above it.
        // biome-ignore lint/a11y/useKeyWithClickEvents: arrows and Enter in the composer do the same
        <div
          key={suggestion.key}
          id={`${id}-${at}`}
          role="option"
          tabIndex={-1}
          aria-selected={at === active}
          className={cn('thumb flex cursor-pointer items-center gap-3 rounded-lg px-3 py-2', at === active && 'bg-hover')}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(suggestion)}
        >
          <span className="min-w-24 shrink-0 font-medium font-mono text-[0.8125rem]">{suggestion.name}</span>
          <span className="min-w-0 flex-1 truncate text-muted text-sm">{suggestion.summary}</span>
          <Badge tone={suggestion.kind === 'action' ? 'waiting' : 'neutral'}>{suggestion.kind}</Badge>
        </div>
      ))}
    </div>
  );
};
