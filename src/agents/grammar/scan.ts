/**
 * One piece of what was said. `quote`: quoted or fenced, `inner` is what stands between the marks, and nothing inside is looked at.
 * `word` is in lower case, for comparing only: values are cut from the text itself by `start` and `end`.
 */
export type Token = { kind: 'word' | 'mark' | 'quote'; start: number; end: number; word: string; inner: string };

type Span = { start: number; end: number; inner: string };

const MARKS = ',;:.!?';
const CURLY_OPENERS = '“‘«';
const CLOSERS: Record<string, string> = { '”': '“', '»': '«' };
/** No word that matters here is longer; longer ones are never put in lower case. */
const LONGEST_WORD = 80;
/** Only near the start can `task:X` be a command; further on a colon belongs to its word. */
const COLON_TOKENS = 8;

const isSpace = (char: string): boolean => char.trim() === '';
const opens = (before: string): boolean => before === '' || isSpace(before) || '([{:,'.includes(before);
const closes = (after: string): boolean => after === '' || isSpace(after) || ')]},;:.!?'.includes(after);

const fenceInner = (body: string): string => {
  const line = body.indexOf('\n');
  if (line < 0) return body;
  const inner = /^[\w+#.-]*[ \t\r]*$/.test(body.slice(0, Math.min(line, 40))) ? body.slice(line + 1) : body;
  return inner.endsWith('\n') ? inner.slice(0, -1) : inner;
};

/** The end of a backtick quote that starts at `at`; -1 when it is never closed. */
const tickSpan = (text: string, at: number): Span | null => {
  const mark = text.startsWith('```', at) ? '```' : '`';
  const close = text.indexOf(mark, at + mark.length);
  if (close < 0) return null;
  const body = text.slice(at + mark.length, close);
  return { start: at, end: close + mark.length, inner: mark === '`' ? body : fenceInner(body) };
};

/** Pairs openers and closers by a stack, so that quotes inside quotes stay inside. One pass, whatever the text is. */
const createPairing = (text: string) => {
  const open = new Map<string, number[]>();
  const spans: Span[] = [];
  const waiting = (kind: string): boolean => (open.get(kind)?.length ?? 0) > 0;
  const push = (kind: string, at: number) => {
    const stack = open.get(kind);
    if (stack) stack.push(at);
    else open.set(kind, [at]);
  };
  const pop = (kind: string, at: number) => {
    const start = open.get(kind)?.pop();
    if (start !== undefined) spans.push({ start, end: at + 1, inner: text.slice(start + 1, at) });
  };
  const straight = (char: string, at: number) => {
    const [before, after] = [text.charAt(at - 1), text.charAt(at + 1)];
    const behindWord = before !== '' && !isSpace(before);
    // Two in a row close the inner quote first: "she said "hi"".
    if (behindWord && waiting(char) && (closes(after) || after === char)) pop(char, at);
    else if (opens(before) && after !== '' && !isSpace(after)) push(char, at);
  };
  const curly = (char: string, at: number) => {
    const opener = CLOSERS[char];
    if (CURLY_OPENERS.includes(char)) push(char, at);
    else if (opener) pop(opener, at);
    else if (char === '’' && waiting('‘') && closes(text.charAt(at + 1))) pop('‘', at);
  };
  return { spans, straight, curly };
};

/** Reads backticks. Once nothing closes a kind of them, nothing further on does: without knowing that, unclosed ones make the scan quadratic. */
const createTicks = (text: string, spans: Span[]) => {
  const hopeless = new Set<number>();
  /** Answers where to go on. */
  return (at: number): number => {
    const width = text.startsWith('```', at) ? 3 : 1;
    const span = hopeless.has(width) ? null : tickSpan(text, at);
    if (span) spans.push(span);
    else hopeless.add(width);
    return span ? span.end : at + width;
  };
};

const quoteSpans = (text: string): Span[] => {
  const { spans, straight, curly } = createPairing(text);
  const tick = createTicks(text, spans);
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (char === '`') {
      at = tick(at);
      continue;
    }
    if (char === '"' || char === "'") straight(char, at);
    else if (char > '\u007f') curly(char, at);
    at++;
  }
  return outermost(spans);
};

const outermost = (spans: Span[]): Span[] => {
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Span[] = [];
  let end = -1;
  for (const span of spans) {
    if (span.start < end) continue;
    kept.push(span);
    end = span.end;
  }
  return kept;
};

const compared = (raw: string): string => (raw.length > LONGEST_WORD ? '' : raw.toLowerCase().replaceAll('’', "'"));

/** `task:fix it` is `task` and a colon; `https://…`, `C:\…` and `10:30` are words. */
const colonInside = (raw: string): number => {
  const at = raw.indexOf(':');
  if (at < 2 || at === raw.length - 1 || at > LONGEST_WORD) return -1;
  const next = raw.charAt(at + 1);
  return next === '/' || next === '\\' || /^\d/.test(raw) || raw.startsWith('<') ? -1 : at;
};

const hasLetters = (raw: string): boolean => /[\p{L}\p{N}]/u.test(raw);
const isBracket = (char: string): boolean => char !== '' && '()[]'.includes(char);

/** The word itself, between the marks and brackets around it: "(high", "f(x)", "priority).". Faces such as ":)" stay whole. */
const wordIn = (raw: string): { from: number; to: number } => {
  const bracketed = (isBracket(raw.charAt(0)) || /[)\]][,;:.!?]*$/.test(raw.slice(-12))) && hasLetters(raw.slice(0, LONGEST_WORD));
  let from = 0;
  while (bracketed && '(['.includes(raw.charAt(from))) from++;
  let to = raw.length;
  const inside = raw.slice(from, LONGEST_WORD);
  const opened = inside.includes('(') || inside.includes('[');
  const ends = (char: string): boolean => MARKS.includes(char) || (bracketed && !opened && ')]'.includes(char));
  while (to > from && ends(raw.charAt(to - 1))) to--;
  return { from, to };
};

const pushMarks = (tokens: Token[], raw: string, start: number): void => {
  for (let at = 0; at < raw.length; at++) {
    tokens.push({ kind: 'mark', start: start + at, end: start + at + 1, word: raw.charAt(at), inner: '' });
  }
};

const pushWord = (tokens: Token[], raw: string, start: number): void => {
  const colon = tokens.length < COLON_TOKENS ? colonInside(raw) : -1;
  if (colon > 0) {
    pushWord(tokens, raw.slice(0, colon + 1), start);
    pushWord(tokens, raw.slice(colon + 1), start + colon + 1);
    return;
  }
  const { from, to } = wordIn(raw);
  pushMarks(tokens, raw.slice(0, from), start);
  if (to > from) tokens.push({ kind: 'word', start: start + from, end: start + to, word: compared(raw.slice(from, to)), inner: '' });
  pushMarks(tokens, raw.slice(to), start + to);
};

const wordEnd = (text: string, from: number, limit: number): number => {
  let at = from;
  while (at < limit && !isSpace(text.charAt(at))) at++;
  return at;
};

const pushBreak = (tokens: Token[], char: string, at: number): void => {
  if (char === '\n' && tokens.length > 0) tokens.push({ kind: 'mark', start: at, end: at + 1, word: char, inner: '' });
};

/** Words, marks, line ends and quotes, in order. Linear in the length of the text. */
export const scan = (text: string): Token[] => {
  const spans = quoteSpans(text);
  const tokens: Token[] = [];
  let nextSpan = 0;
  for (let at = 0; at < text.length; ) {
    const span = spans[nextSpan];
    const char = text.charAt(at);
    if (span?.start === at) {
      tokens.push({ kind: 'quote', start: at, end: span.end, word: '', inner: span.inner });
      nextSpan++;
      at = span.end;
    } else if (isSpace(char)) {
      pushBreak(tokens, char, at);
      at++;
    } else {
      const end = wordEnd(text, at, span ? span.start : text.length);
      pushWord(tokens, text.slice(at, end), at);
      at = end;
    }
  }
  return tokens;
};
