/** Shapes of keys that their makers document. */
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
] as const;

/** Whether a text holds what looks like a secret that would then stand on a card, in a log and in a backup. */
export const looksLikeSecret = (text: string): boolean => SHAPES.some((shape) => shape.test(text));

// Of a private key all that follows belongs to it.
const WHOLE = SHAPES.map((shape) => new RegExp(shape.source.includes('PRIVATE KEY') ? `${shape.source}[\\s\\S]*` : shape.source, 'g'));

/** Takes what looks like a secret out of a text that is about to be handed to a model: people paste them where they talk. */
export const withoutKeys = (text: string): string => WHOLE.reduce((left, shape) => left.replace(shape, '[a secret, left out]'), text);
