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
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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

/** Every file as text, or a sentence about the first that is none. Text of any kind is read; pictures, archives and documents are not. */
export const readFiles = (files: readonly RawFile[]): Result<TextFile[], AttachmentError> => {
  if (files.length > MOST_FILES) return refuse(`That is more than ${MOST_FILES} files. Send fewer at a time.`);
  const read: TextFile[] = [];
  for (const { name: given, mediaType, bytes } of files) {
    const name = plainName(given);
    if (bytes.length > LARGEST_FILE) return refuse(`${name} is larger than ${LARGEST_FILE / 1000} KB. Send a smaller part of it.`);
    const text = decode(bytes);
    if (text === undefined)
      return refuse(`${name} is not a text file, and only text can be read here so far. Send it as plain text, Markdown, CSV or JSON.`);
    read.push({ name, mediaType: mediaType.slice(0, 100), text });
  }
  return ok(read);
};
