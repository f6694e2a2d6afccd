import { PATIENCE_MS } from '../eventually.ts';

export type Frame = { id: string | undefined; event: string; data: string; comment: string | undefined };

const frameOf = (text: string): Frame => {
  const lines = text.split('\n');
  const field = (name: string) => lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
  return {
    id: field('id')[0],
    event: field('event')[0] ?? '',
    data: field('data').join('\n'),
    comment: lines.find((line) => line.startsWith(':')),
  };
};

/** Reads a stream of server-sent events frame by frame, as a browser would. */
export const readFrames = (answer: Response) => {
  const reader = (answer.body ?? new ReadableStream<Uint8Array>()).getReader();
  const decoder = new TextDecoder();
  let text = '';
  let over = false;
  const frames: Frame[] = [];
  const pump = async () => {
    for (;;) {
      const read = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (read.done || !read.value) break;
      text += decoder.decode(read.value, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      frames.push(...parts.map(frameOf));
    }
    over = true;
  };
  void pump();
  const until = async (holds: () => boolean, ms = PATIENCE_MS): Promise<boolean> => {
    for (const end = performance.now() + ms; performance.now() < end; ) {
      if (holds()) return true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return holds();
  };
  return {
    frames,
    events: (name: string) => frames.filter((frame) => frame.event === name),
    until,
    over: () => over,
    close: () => reader.cancel(),
  };
};
