import type { Client, Connection, Submittable } from 'pg';

/** What the driver's connection can do besides what its types say. */
type Wire = Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void; sendCopyFail(why: string): void };

const CHUNK = 64 * 1024;
/** So much may wait in the socket before whoever writes waits, too. */
const MOST_UNSENT = 512 * 1024;

type Tag = { text: string };

const rowsOf = ({ text }: Tag): number => Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);

/** What every COPY does alike: it ends with the server's answer, or with its refusal. */
const answered = (): { done: Promise<number>; heard: Record<string, unknown> } => {
  let rows = 0;
  let resolve: (rows: number) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const done = new Promise<number>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  done.catch(() => undefined); // heard by whoever waits for it, which may be later
  const heard = {
    handleCommandComplete: (tag: Tag) => {
      rows = rowsOf(tag);
    },
    handleReadyForQuery: () => resolve(rows),
    handleError: reject,
    callback: undefined,
  };
  return { done, heard };
};

/**
 * Runs `COPY … TO STDOUT` and gives what comes to `write`, in pieces of up to 64 KiB that do not end where rows end. While a promise of
 * `write` is open the socket is not read, so that memory stays bounded. Answers how many rows there were.
 */
export const copyOut = async (client: Client, sql: string, write: (chunk: Buffer) => Promise<void>): Promise<number> => {
  const { done, heard } = answered();
  let wire: Wire | undefined;
  let piece = Buffer.allocUnsafe(CHUNK);
  let filled = 0;
  let writing: Promise<void> = Promise.resolve();
  let broken: unknown;
  let waiting = 0;
  const flush = () => {
    const full = piece.subarray(0, filled);
    piece = Buffer.allocUnsafe(CHUNK);
    filled = 0;
    waiting += 1;
    wire?.stream.pause();
    writing = writing
      .then(() => (broken ? undefined : write(full)))
      .catch((error: unknown) => {
        broken = error;
      })
      .finally(() => {
        waiting -= 1;
        if (waiting === 0) wire?.stream.resume();
      });
  };
  const query = {
    ...heard,
    submit(connection: Connection) {
      wire = connection as Wire;
      connection.query(sql);
    },
    // The driver's buffer is used again as soon as this returns.
    handleCopyData({ chunk }: { chunk: Buffer }) {
      for (let at = 0; at < chunk.length; ) {
        const taken = chunk.copy(piece, filled, at, Math.min(chunk.length, at + CHUNK - filled));
        at += taken;
        filled += taken;
        if (filled === CHUNK) flush();
      }
    },
  };
  client.query(query as Submittable);
  const rows = await done;
  if (filled > 0) flush();
  await writing;
  if (broken) throw broken;
  return rows;
};

/** A `COPY … FROM STDIN` that is under way. */
export type CopyIn = { write(chunk: Buffer): Promise<void>; end(): Promise<number> };

/** Begins `COPY … FROM STDIN`. A refusal of the server shows at the next `write`, at the latest at `end`. */
export const copyIn = async (client: Client, sql: string): Promise<CopyIn> => {
  const { done, heard } = answered();
  let open: (wire: Wire) => void = () => undefined;
  const opened = new Promise<Wire>((resolve) => {
    open = resolve;
  });
  const query = {
    ...heard,
    submit: (connection: Connection) => connection.query(sql),
    handleCopyInResponse: (connection: Wire) => open(connection),
  };
  client.query(query as Submittable);
  const wire = await Promise.race([opened, done.then(() => Promise.reject(new Error('the server took no COPY')))]);
  return {
    async write(chunk) {
      wire.sendCopyFromChunk(chunk);
      if (wire.stream.writableLength < MOST_UNSENT) return;
      // Sent, or refused: a server that refused reads on until the end, and a broken connection ends it.
      await Promise.race([new Promise<void>((resolve) => wire.stream.once('drain', () => resolve())), done]);
    },
    end() {
      wire.endCopyFrom();
      return done;
    },
  };
};
