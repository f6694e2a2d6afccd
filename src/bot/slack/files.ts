import type { SlackConfig } from '../../config/slack.ts';
import type { Incoming } from '../surface.ts';
import { isSlacks } from './is-slacks.ts';
import type { SlackFile } from './payloads.ts';

const FETCH_MS = 20_000;

const readUpTo = async (body: ReadableStream<Uint8Array>, limit: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
};

/** A file of a message, fetched from Slack when somebody wants to read it. */
export const fileReader =
  ({ botToken, apiUrl }: SlackConfig) =>
  (file: SlackFile): Incoming => ({
    name: file.name ?? 'file',
    mediaType: file.mimetype ?? 'application/octet-stream',
    size: file.size ?? 0,
    async read(limit) {
      const address = file.url_private_download ?? '';
      // The bot token goes to Slack's own file server, and nowhere else.
      if (!isSlacks(address, { host: 'files.slack.com', apiUrl })) return undefined;
      try {
        const response = await fetch(address, {
          headers: { authorization: `Bearer ${botToken}` },
          redirect: 'error',
          signal: AbortSignal.timeout(FETCH_MS),
        });
        // Slack answers with its sign-in page where a scope is missing.
        const isPage = response.headers.get('content-type')?.startsWith('text/html') && file.mimetype !== 'text/html';
        return response.ok && response.body && !isPage ? await readUpTo(response.body, limit) : undefined;
      } catch {
        return undefined; // told to whoever sent it: it could not be fetched
      }
    },
  });
