import type { ToolError } from './tool.ts';

/** A file or folder that is not to be touched, thrown between the steps of one write and turned into an answer by `fileErrorOf`. */
export class FileRefused extends Error {
  override name = 'FileRefused';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const NO_SPACE = { code: 'disk_full', message: 'The disk is full.' };
const NO_PERMISSION = { code: 'no_permission', message: 'Wilco has no permission to write there.' };

/** The file system's codes, in a person's words. */
const SAY: Record<string, { code: string; message: string }> = {
  ENOSPC: NO_SPACE,
  EDQUOT: NO_SPACE,
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: { code: 'read_only', message: 'The disk cannot be written to.' },
  EISDIR: { code: 'path_is_folder', message: 'A folder stands where the file should be.' },
  ENAMETOOLONG: { code: 'path_too_long', message: 'The path is too long for this disk.' },
  ENOTDIR: { code: 'path_is_link', message: 'A file or a link stands where a folder should be.' },
  ELOOP: { code: 'path_is_link', message: 'A link stands in the path. Nothing is written through it.' },
  ENOENT: { code: 'path_moved', message: 'A folder of the path was moved or removed meanwhile.' },
  EMFILE: { code: 'too_many_files', message: 'Too many files are open on this machine. Try again.' },
};

/** What the file system refused, or undefined for an error that is not the file system's. `untouched`: provably nothing was written. */
export const fileErrorOf = (error: unknown, untouched: boolean): ToolError | undefined => {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (!(error instanceof FileRefused) && !('syscall' in error)) return undefined;
  const code = String(error.code);
  const said =
    error instanceof FileRefused
      ? { code, message: error.message }
      : (SAY[code] ?? { code: 'disk_error', message: `The file system refused (${code}).` });
  const known = untouched ? 'Nothing was written.' : 'Whether it was written is not certain: look at the file.';
  return { code: said.code, message: `${said.message} ${known}`, notDispatched: untouched };
};
