import { domainToASCII } from 'node:url';

export const MOST_RECIPIENTS = 20;

const LOCAL = /^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** One plain address in its one form, the domain in ASCII and small letters; undefined for everything else, quoted and commented forms too. */
export const plainEmail = (text: string): string | undefined => {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1)).toLowerCase();
  const labels = domain.split('.');
  const holds = at > 0 && local.length <= 64 && LOCAL.test(local) && domain.length <= 253 && labels.length > 1;
  return holds && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '') ? `${local}@${domain}` : undefined;
};

const split = (text: string): string[] =>
  text
    .split(/[,;\n]|\s+and\s+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** The addresses of a list that is one. */
export const emailsOf = (text: string): string[] => [...new Set(split(text).flatMap((one) => plainEmail(one) ?? []))];

/** Why this text is no list of addresses, or undefined. */
export const whyNotEmails = (text: string): string | undefined => {
  const written = split(text);
  if (written.length === 0) return 'Say to whom, such as ana@example.com.';
  if (written.length > MOST_RECIPIENTS) return `One e-mail goes to at most ${MOST_RECIPIENTS} addresses.`;
  const wrong = written.filter((one) => plainEmail(one) === undefined).map((one) => one.slice(0, 60));
  return wrong.length === 0 ? undefined : `Not a plain e-mail address: ${wrong.join(', ')}. Write it as ana@example.com.`;
};

export const canonicalEmails = (text: string): string => (whyNotEmails(text) === undefined ? emailsOf(text).join(', ') : text);

export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);
