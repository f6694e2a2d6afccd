const HOSTS = /(^|\.)(discordapp\.com|discordapp\.net|discord\.com)$/;
const PATIENCE_MS = 10_000;

const readUpTo = async (body: ReadableStream<Uint8Array>, limit: number): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit);
};

const isDiscords = ({ protocol, hostname }: URL): boolean => protocol === 'https:' && HOSTS.test(hostname);

/**
 * A file that came with a message, from Discord's own servers alone, or from the address that stands in their place; undefined when it cannot
 * be fetched.
 */
export const fetchFile = async (url: string, at: { limit: number; apiUrl: string | null }): Promise<Buffer | undefined> => {
  const { limit, apiUrl } = at;
  const from = URL.parse(url);
  if (!from || !(isDiscords(from) || (apiUrl !== null && from.origin === new URL(apiUrl).origin))) return undefined;
  try {
    const answer = await fetch(from, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok && answer.body ? await readUpTo(answer.body, limit) : undefined;
  } catch {
    return undefined;
  }
};
