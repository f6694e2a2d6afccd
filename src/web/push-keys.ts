import { randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from '@hono/zod-openapi';
import webPush from 'web-push';

const Keys = z.object({ publicKey: z.string().min(80).max(100), privateKey: z.string().min(40).max(50) });
/** Says to a push service who sends: browsers are given the public half when they ask to be told. */
export type PushKeys = z.output<typeof Keys>;

/** Puts a whole file in its place, unless there is one. */
const placeOnce = async (place: string, text: string): Promise<void> => {
  const draft = `${place}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, place);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
};

/** The keys of this home: made once, readable by their owner alone. Of two processes that make them at once, one wins and the other reads. */
export const pushKeys = async (home: string): Promise<PushKeys> => {
  const place = join(home, 'push-keys.json');
  const kept = await readFile(place, 'utf8').catch(() => undefined);
  if (kept === undefined) await placeOnce(place, `${JSON.stringify(webPush.generateVAPIDKeys())}\n`);
  return Keys.parse(JSON.parse(kept ?? (await readFile(place, 'utf8'))));
};
