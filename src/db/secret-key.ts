import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../result.ts';

type KeyError = { code: 'secret_key_unusable'; message: string };

/** A key of any length of its own becomes the 32 bytes that the cipher takes. What is given is random, so a plain hash does. */
const bytesOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

const LONG_ENOUGH = 32;

/**
 * The key that secrets are kept under: the operator's own, or one made once in the home that only its owner can read. Without it nothing
 * that was kept can be read again, so one that is there and not whole is refused rather than replaced.
 */
export const openSecretKey = async (home: string, given: string | null): Promise<Result<Buffer, KeyError>> => {
  if (given !== null) return ok(bytesOf(given));
  const place = join(home, 'secret-key');
  const fresh = randomBytes(32).toString('base64url');
  // Two starts at once make one key: the second finds the first one's.
  const made = await writeFile(place, `${fresh}\n`, { mode: 0o600, flag: 'wx' }).then(
    () => true,
    () => false,
  );
  if (made) return ok(bytesOf(fresh));
  const kept = (await readFile(place, 'utf8').catch(() => '')).trim();
  if (kept.length >= LONG_ENOUGH) return ok(bytesOf(kept));
  return err({
    code: 'secret_key_unusable',
    message: `${place} cannot be read, or is not whole. Put it back from a copy: it opens the stored secrets.`,
  });
};
