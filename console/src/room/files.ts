/** A file that is to go with a message, read already. */
export type ChosenFile = { name: string; mediaType: string; size: number; content: string };

export const MOST_FILES = 5;
const LARGEST = 512_000;

const inBase64 = (bytes: Uint8Array): string => {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
};

const isText = (bytes: Uint8Array): boolean => {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0');
  } catch {
    return false;
  }
};

/** Reads what somebody chose, dropped or pasted; what cannot be sent is said by name, and the rest is kept. */
export const readChosen = async (files: readonly File[]): Promise<{ chosen: ChosenFile[]; problems: string[] }> => {
  const chosen: ChosenFile[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const { name, size, type } = file;
    if (size > LARGEST) problems.push(`${name} is larger than ${LARGEST / 1000} KB.`);
    else {
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (isText(bytes)) chosen.push({ name, mediaType: type || 'text/plain', size, content: inBase64(bytes) });
      else problems.push(`${name} is not a text file, and only text can be read here so far.`);
    }
  }
  return { chosen, problems };
};

export const inKilobytes = (size: number): string => (size < 1000 ? `${size} B` : `${Math.round(size / 1000)} KB`);
