/** Words that say nothing of what somebody wants. */
const STOP = new Set(
  `a an the this that these those there here it its itself they them their theirs he him his she her hers we us our ours i me my mine you your yours
  am is are was were be been being do does did doing done have has had having will would shall should can could may might must ought
  and or nor but so if then than as at by for from in into of off on onto out over to toward towards up upon with without within about across after before between during through under until while via per
  what which who whom whose when where why how please kindly thanks thank hi hello hey ok okay just also too very really quite rather much many more most some any each every all both either neither no not only own same such few other another
  want wants wanted need needs needed like likes liked wish wishes let lets help helps tell give gives given know knows say says said see i'd i'm i've i'll it's that's what's let's don't can't you're we're
  am pm etc eg ie using use used uses based specific specified certain given provide provided provides currently going looking look able interested wondering curious trying im whats ill ive id dont cant function`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

const IRREGULAR: Record<string, string> = {
  bought: 'buy',
  sold: 'sell',
  sent: 'send',
  paid: 'pay',
  found: 'find',
  flew: 'fly',
  flies: 'fly',
  flights: 'flight',
  gave: 'give',
  made: 'make',
  making: 'make',
  written: 'write',
  wrote: 'write',
  conversion: 'convert',
  conversions: 'convert',
  deletion: 'delete',
  payment: 'pay',
  payments: 'pay',
  factorization: 'factor',
  factorisation: 'factor',
  factorize: 'factor',
  people: 'person',
  persons: 'person',
  children: 'child',
  men: 'man',
  women: 'woman',
  news: 'news',
  lens: 'lens',
  gas: 'gas',
  bus: 'bus',
  status: 'status',
  analysis: 'analyz',
  analyses: 'analyz',
  analyse: 'analyz',
  analytics: 'analyz',
  indices: 'index',
  vertices: 'vertex',
  matrices: 'matrix',
  roots: 'root',
  thing: 'thing',
  shown: 'show',
  free: 'free',
  spoken: 'speak',
  taken: 'take',
  driven: 'drive',
  held: 'hold',
  tall: 'height',
  high: 'high',
  wide: 'width',
  deep: 'depth',
  weigh: 'weight',
  weighs: 'weight',
  weighing: 'weight',
  during: 'during',
  string: 'string',
  king: 'king',
  ring: 'ring',
  spring: 'spring',
  wedding: 'wedding',
};

/** The longest word that is worth a look; longer ones are cut. */
const LONGEST = 40;

/** Ending, and how many letters must stay in front of it. */
const ENDINGS: readonly [string, number][] = [
  ['izations', 3],
  ['isations', 3],
  ['ization', 3],
  ['isation', 3],
  ['ations', 4],
  ['ation', 4],
  ['ators', 4],
  ['ator', 4],
  ['ating', 4],
  ['ated', 4],
  ['ates', 4],
  ['ate', 4],
  ['izing', 3],
  ['ising', 4],
  ['ized', 3],
  ['ised', 4],
  ['izes', 3],
  ['ises', 4],
  ['izers', 3],
  ['izer', 3],
  ['ize', 3],
  ['ise', 4],
  ['ings', 3],
  ['ing', 3],
  ['ments', 4],
  ['ment', 4],
  ['ions', 5],
  ['ion', 5],
  ['ities', 4],
  ['ity', 4],
  ['ers', 4],
  ['er', 4],
  ['ors', 5],
  ['or', 5],
  ['ally', 4],
  ['als', 4],
  ['al', 4],
  ['ly', 4],
  ['ies', 2],
  ['ied', 2],
  ['ed', 3],
  ['es', 3],
  ['e', 3],
  ['y', 3],
];

const undouble = (word: string): string => (/([bdgmnprt])\1$/.test(word) ? word.slice(0, -1) : word);

const withoutPlural = (word: string): string =>
  word.length > 3 && word.endsWith('s') && !/(ss|us|is)$/.test(word) ? word.slice(0, -1) : word;

/** Brings the forms of a word together: "bookings", "booked" and "book". Crude and steady; what it returns is for comparing only. */
export const root = (word: string): string => {
  if (Object.hasOwn(IRREGULAR, word)) return IRREGULAR[word] ?? word;
  if (word.length < 4 || /\d/.test(word)) return word;
  const whole = withoutPlural(word);
  if (Object.hasOwn(IRREGULAR, whole)) return IRREGULAR[whole] ?? whole;
  const found = ENDINGS.find(([ending, stays]) => whole.length - ending.length >= stays && whole.endsWith(ending));
  if (!found) return whole;
  const cut = whole.slice(0, whole.length - found[0].length);
  return found[0] === 'y' || found[0].startsWith('ie') ? `${cut}i` : undouble(cut);
};

/** "getUserInfo", "get_user-info" and "math.gcd" as the words they are made of. */
export const splitName = (name: string): string =>
  name
    .slice(0, 2000)
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/[_.\-/:]+/g, ' ');

/** The words of a text in lower case, without marks. */
export const wordsOf = (text: string): string[] =>
  (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu) ?? []
  ).map((word) => (word.length > LONGEST ? word.slice(0, LONGEST) : word.replace(/'s$/, '')));

/** The telling words of a text, each as its root. */
export const termsOf = (text: string): string[] =>
  wordsOf(text)
    .filter((word) => !STOP.has(word))
    .map(root);

export const isStop = (word: string): boolean => STOP.has(word);
