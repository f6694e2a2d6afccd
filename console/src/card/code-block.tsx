import { cn } from '../ui/cn.ts';

type CodeBlockProps = {
  text: string;
  label: string;
  note?: string;
  marked?: ReadonlySet<string>;
  mark?: 'added' | 'removed';
  calm?: boolean;
};

const MARKS = { added: { sign: '+', row: 'bg-good-soft' }, removed: { sign: '−', row: 'bg-bad-soft' } } as const;

const countOf = (lines: number, characters: number): string =>
  `${lines} line${lines === 1 ? '' : 's'}, ${characters} character${characters === 1 ? '' : 's'}`;

/**
 * A text of several lines, whole: long lines wrap, numbers tell where a line really begins, and while it waits for a decision nothing is
 * folded away. `calm`: it is past, so it may scroll in a smaller frame.
 */
export const CodeBlock = ({ text, label, note, marked, mark = 'added', calm = false }: CodeBlockProps) => {
  const lines = text.split('\n');
  const { sign, row } = MARKS[mark];
  const scrolls = calm && lines.length > 14;
  return (
    <figure className="overflow-hidden rounded-lg border bg-sunken">
      <figcaption className="flex items-baseline justify-between gap-3 border-b px-3 py-1.5 text-muted text-xs">
        <span className="font-medium">{note ?? label}</span>
        <span>{countOf(lines.length, text.length)}</span>
      </figcaption>
      <pre
        className={cn('py-2 font-mono text-[0.8125rem] leading-[1.55]', scrolls && 'max-h-72 overflow-y-auto')}
        {...(scrolls ? { tabIndex: 0, role: 'region', 'aria-label': label } : {})}
      >
        {lines.map((line, at) => {
          const isMarked = marked?.has(line) ?? false;
          return (
            // A line has no identity but its place.
            // biome-ignore lint/suspicious/noArrayIndexKey: as said
            <code key={at} className={cn('grid min-h-[1.55em] grid-cols-[2.75rem_minmax(0,1fr)]', isMarked && row)}>
              <span className="select-none pr-3 text-right text-muted" aria-hidden="true">
                {isMarked ? sign : at + 1}
              </span>
              <span className="told whitespace-pre-wrap pr-3">{line}</span>
            </code>
          );
        })}
      </pre>
    </figure>
  );
};
