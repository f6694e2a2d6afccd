/** No answer of a router is longer; what goes on after this is not read. */
const MOST_BYTES = 2_000_000;

/** The other side sends more than any answer can be. */
export class ReplyTooLarge extends Error {
  override name = 'ReplyTooLarge';
}

const limited = (body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> => {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > MOST_BYTES) controller.error(new ReplyTooLarge('the answer is too large'));
        else controller.enqueue(chunk);
      },
    }),
  );
};

/** `fetch` that stops reading an endless answer, an error's body too, and follows no redirect: a key goes to the host it was meant for. */
export const limitedFetch: typeof fetch = async (input, init) => {
  const answer = await fetch(input, { ...init, redirect: 'error' });
  if (!answer.body) return answer;
  return new Response(limited(answer.body), { status: answer.status, statusText: answer.statusText, headers: answer.headers });
};
