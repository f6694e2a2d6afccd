import { Cross2Icon, FileTextIcon } from '@radix-ui/react-icons';
import { inKilobytes } from './files.ts';

type FileListProps = { files: readonly { name: string; size: number }[]; onRemove?: (at: number) => void };

/** The files of a message, or those that are to go with one. */
export const FileList = ({ files, onRemove }: FileListProps) =>
  files.length === 0 ? null : (
    <ul className="flex flex-wrap gap-1.5" aria-label="Files">
      {files.map(({ name, size }, at) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and their order is what they are
          key={at}
          className="flex max-w-full items-center gap-1.5 rounded-lg border border-edge bg-panel px-2 py-1 text-xs"
        >
          <FileTextIcon className="shrink-0 text-muted" />
          <span className="told min-w-0 truncate">{name}</span>
          <span className="shrink-0 text-muted">{inKilobytes(size)}</span>
          {onRemove ? (
            <button
              type="button"
              className="thumb -mr-1 rounded p-1 hover:bg-hover"
              aria-label={`Remove ${name}`}
              onClick={() => onRemove(at)}
            >
              <Cross2Icon />
            </button>
          ) : null}
        </li>
      ))}
    </ul>
  );
