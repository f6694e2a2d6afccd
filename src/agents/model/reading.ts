import { err, ok, type Result } from '../../result.ts';
import { type ModelError, type ModelReply, type ModelRequest, type ModelUsage, NO_USAGE } from './port.ts';

const MOST_CHARACTERS = 200_000;
const MOST_CALLS = 100;

/** More than any answer may be: whoever reads stops there. */
class TooMuch extends SyntaxError {}

/** An answer while it comes in. */
export type Reading = {
  text(delta: string): void;
  /** A call begins; its arguments follow in pieces under the same key. */
  call(key: string, name: string): void;
  input(key: string, piece: string): void;
  usage(usage: ModelUsage): void;
  used(): ModelUsage;
  /** Whether anything of an answer has come. */
  begun(): boolean;
  cut(): void;
  refused(): void;
  /** Its end was seen: what ends without that is half an answer. */
  whole(): void;
  done(): Result<ModelReply, ModelError>;
  /** As `done`, with the arguments of each call as they were written: whoever goes on answers the model what is wrong with them. */
  written(): Result<Written, ModelError>;
};

export type Written = { text: string; calls: { name: string; input: string }[]; cut: boolean; usage: ModelUsage };

const inputOf = (text: string): unknown => (text.trim() === '' ? {} : JSON.parse(text));

/** Puts an answer together from its pieces, within bounds. `done` refuses what is half, refused or not JSON. */
export const createReading = ({ offers, onText, onCall }: Pick<ModelRequest, 'offers' | 'onText' | 'onCall'>): Reading => {
  const calls = new Map<string, { name: string; input: string }>();
  const names = new Set(offers.map(({ name }) => name));
  let text = '';
  let size = 0;
  let usage = NO_USAGE;
  const is = { cut: false, refused: false, whole: false };
  const count = (piece: string): void => {
    size += piece.length;
    if (size > MOST_CHARACTERS || calls.size > MOST_CALLS) throw new TooMuch('the answer is too long');
  };
  /** Half an answer is a broken connection; one that never began is not an answer. */
  const begun = (): boolean => size > 0 || usage !== NO_USAGE;
  const fail = (code: 'refusal' | 'bad_output' | 'network') => err({ code, usage });
  const written = (): Result<Written, ModelError> => {
    if (is.refused) return fail('refusal');
    if (!is.whole) return fail(begun() ? 'network' : 'bad_output');
    return ok({ text, calls: [...calls.values()], cut: is.cut, usage });
  };
  return {
    text(delta) {
      count(delta);
      text += delta;
      if (delta !== '') onText?.(delta);
    },
    call(key, name) {
      count(name);
      calls.set(key, { name, input: '' });
      if (names.has(name)) onCall?.(name);
    },
    input(key, piece) {
      count(piece);
      const call = calls.get(key);
      if (call) call.input += piece;
    },
    usage(next) {
      usage = next;
    },
    used: () => usage,
    begun,
    cut() {
      is.cut = true;
    },
    refused() {
      is.refused = true;
    },
    whole() {
      is.whole = true;
    },
    written,
    done() {
      const all = written();
      if (!all.ok) return all;
      try {
        const read = all.value.calls.map(({ name, input }) => ({ name, input: inputOf(input) }));
        // The last call of an answer that was cut may have lost its end and still be JSON.
        return is.cut && read.length > 0 ? fail('bad_output') : ok({ text, calls: read, cut: is.cut, usage });
      } catch {
        return fail('bad_output');
      }
    },
  };
};
