/** Letters of other scripts that look like Latin ones, by what they look like. What NFKC makes plain already is not among them. */
const LOOK_ALIKES: readonly (readonly [latin: string, others: string])[] = [
  ['a', 'аαɑ'],
  ['b', 'Ьвβʙ'],
  ['c', 'сϲᴄ'],
  ['d', 'ԁɗ'],
  ['e', 'еεєҽ'],
  ['f', 'ғƒ'],
  ['g', 'ɡԍց'],
  ['h', 'һнհ'],
  ['i', 'іıιɪɩӏ'],
  ['j', 'јϳ'],
  ['k', 'кκᴋ'],
  ['l', 'ⅼլ'],
  ['m', 'мᴍ'],
  ['n', 'пηոɴ'],
  ['o', 'оοσօᴏ'],
  ['p', 'рρ'],
  ['q', 'ԛգ'],
  ['r', 'гᴦʀ'],
  ['s', 'ѕꜱ'],
  ['t', 'тτᴛ'],
  ['u', 'υսᴜ'],
  ['v', 'νѵᴠ'],
  ['w', 'ԝѡωᴡ'],
  ['x', 'хχ'],
  ['y', 'уγүʏ'],
  ['z', 'ᴢʐ'],
];
const LATIN = new Map(LOOK_ALIKES.flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)));

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|(?![\t\n\r])\p{Cc}/gu;

/** The text without what nobody sees, each character in its plain form: full-width, circled and mathematical letters become the letter. */
export const plainOf = (text: string): string =>
  text.replaceAll(UNSEEN, '').normalize('NFKC').replaceAll(UNSEEN, '').replaceAll('\u3002', '.');

/** What a reader takes the text for: plain, small, without marks above or below, look-alikes as the Latin letter, one blank between words. */
export const folded = (text: string): string =>
  [...plainOf(text).normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()]
    .map((letter) => LATIN.get(letter) ?? letter)
    .join('')
    .replaceAll(/\s+/gu, ' ');

const fromCode = (whole: string, digits: string, base: number): string => {
  const code = Number.parseInt(digits, base);
  return code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole;
};

const withoutEntities = (text: string): string =>
  text
    .replaceAll(/&#x([0-9a-f]{1,6});?/gi, (whole, digits: string) => fromCode(whole, digits, 16))
    .replaceAll(/&#(\d{1,7});?/g, (whole, digits: string) => fromCode(whole, digits, 10))
    .replaceAll(
      /&(colon|period|commat|sol|hyphen);/g,
      (_, name: string) => ({ colon: ':', period: '.', commat: '@', sol: '/' })[name] ?? '-',
    );

const withoutPercents = (text: string): string =>
  text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (coded) => {
    try {
      return decodeURIComponent(coded);
    } catch {
      return coded;
    }
  });

/** A text as it stands, and as whoever receives it may read it: with HTML's and addresses' codes taken as the characters that they mean. */
export const readings = (text: string): string[] => [
  ...new Set([text, withoutEntities(text), withoutPercents(text), withoutPercents(withoutEntities(text))]),
];
