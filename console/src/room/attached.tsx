import { FilePlusIcon } from '@radix-ui/react-icons';
import { useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { FileList } from './file-list.tsx';
import { type ChosenFile, MOST_FILES, readChosen } from './files.ts';

type Attaching = {
  files: readonly ChosenFile[];
  problems: readonly string[];
  add: (files: Iterable<File>) => void;
  remove: (at: number) => void;
  clear: () => void;
};

/** The files that are to go with the next message. */
export const useAttached = (): Attaching => {
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const take = async (chosen: readonly File[]): Promise<void> => {
    const read = await readChosen(chosen);
    const all = [...files, ...read.chosen];
    setFiles(all.slice(0, MOST_FILES));
    setProblems([...read.problems, ...(all.length > MOST_FILES ? [`A message takes up to ${MOST_FILES} files.`] : [])]);
  };
  return {
    files,
    problems,
    add: (chosen) => void take([...chosen]),
    remove: (at) => setFiles(files.filter((_, index) => index !== at)),
    clear: () => {
      setFiles([]);
      setProblems([]);
    },
  };
};

/** The files above the composer, with what could not be taken. */
export const Attached = ({ attached }: { attached: Attaching }) => (
  <>
    {attached.files.length > 0 ? (
      <div className="px-1 pb-2">
        <FileList files={attached.files} onRemove={attached.remove} />
      </div>
    ) : null}
    <div role="status">
      {attached.problems.length > 0 ? <p className="px-1 pb-2 text-bad text-sm">{attached.problems.join(' ')}</p> : null}
    </div>
  </>
);

/** The button that chooses files. Dropping or pasting them does the same. */
export const Attach = ({ onChosen }: { onChosen: (files: Iterable<File>) => void }) => {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onChosen(event.target.files ?? []);
          event.target.value = '';
        }}
      />
      <Button
        type="button"
        tone="ghost"
        size="icon"
        className="rounded-xl"
        aria-label="Attach text files"
        onClick={() => input.current?.click()}
      >
        <FilePlusIcon />
      </Button>
    </>
  );
};
