import { err, ok, type Result } from '../result.ts';

/** A file that came with a message, as text: what it says becomes content, and nothing of it is ever an instruction. */
export type TextFile = { name: string; mediaType: string; text: string };
export type RawFile = { name: string; mediaType: string; bytes: Buffer };

export const MOST_FILES = 5;
export const LARGEST_FILE = 512_000;

export type AttachmentError = { code: 'attachment_unreadable'; message: string };

const refuse = (message: string): Result<never, AttachmentError> => err({ code: 'attachment_unreadable', message });

const decode = (bytes: Buffer): string | undefined => {
  try {
    // More was not fetched than shows that it is too large, so its last character may be cut.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: bytes.length > LARGEST_FILE });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
};

/** The last part of a path, without what a file system or a card would stumble over. */
const plainName = (name: string): string =>
  (name.split(/[/\\]/).at(-1) ?? '')
    .replace(/[\p{C}<>:"|?*]/gu, '')
    .trim()
    .slice(0, 120) || 'file';

/** What was read, and what is no text: only text of any kind is; pictures, archives and documents are not. */
export type ReadFiles = { files: TextFile[]; others: string[] };

/** Every file as text; those that are none by name. A sentence where there are too many, or one is too large. */
export const readFiles = (given: readonly RawFile[]): Result<ReadFiles, AttachmentError> => {
  if (given.length > MOST_FILES) return refuse(`That is more than ${MOST_FILES} files. Send fewer at a time.`);
  const files: TextFile[] = [];
  const others: string[] = [];
  for (const { name: written, mediaType, bytes } of given) {
    const name = plainName(written);
    const text = decode(bytes);
    if (text === undefined) others.push(name);
    else if (bytes.length > LARGEST_FILE) return refuse(`${name} is larger than ${LARGEST_FILE / 1000} KB. Send a smaller part of it.`);
    else files.push({ name, mediaType: mediaType.slice(0, 100), text });
  }
  return ok({ files, others });
};

/** As `readFiles`, where nothing else is taken either unless every file is text. */
export const readTextFiles = (given: readonly RawFile[]): Result<TextFile[], AttachmentError> => {
  const read = readFiles(given);
  if (!read.ok) return read;
  const [other] = read.value.others;
  return other === undefined
    ? ok(read.value.files)
    : refuse(`${other} is not a text file, and only text can be read here so far. Send it as plain text, Markdown, CSV or JSON.`);
};
