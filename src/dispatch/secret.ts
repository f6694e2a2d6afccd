/** Shapes of keys that their makers document. A match is refused before anything is stored. */
const SHAPES = [
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}/,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/,
  /\bxapp-\d-[A-Za-z0-9-]{10,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}/,
  /\bgithub_pat_[A-Za-z0-9_]{30,}/,
  /\bAIza[A-Za-z0-9_-]{35}\b/,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/,
  /\bwilco_[A-Za-z0-9_-]{30,}/,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
];

/** Whether a text holds what looks like a secret that would then stand on a card, in a log and in a backup. */
export const looksLikeSecret = (text: string): boolean => SHAPES.some((shape) => shape.test(text));
