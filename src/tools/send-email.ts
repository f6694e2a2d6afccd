import { z } from 'zod';
import type { Risk } from '../db/states.ts';
import type { Blocked } from '../db/tables/proposals.ts';
import { ok } from '../result.ts';
import { looksOf } from './egress/looks.ts';
import { canonicalEmails, domainOf, emailsOf, MOST_RECIPIENTS, whyNotEmails } from './email/addresses.ts';
import type { Mail, Sent } from './email/smtp.ts';
import { block, line, unless } from './plain-text.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type Tool } from './tool.ts';

const emails = () =>
  z
    .string()
    .max(4000, { error: 'That is too long for a list of addresses.', abort: true })
    .superRefine(unless(whyNotEmails))
    .overwrite(canonicalEmails);

const Input = z
  .strictObject({
    to: emails().meta(field({ title: 'To', control: 'line', slot: 'email' })),
    cc: emails()
      .optional()
      .meta(field({ title: 'Copy to', control: 'line', slot: 'email' })),
    subject: line({ max: 200, empty: 'Say what it is about.' }).meta(field({ title: 'Subject', control: 'line', slot: 'words' })),
    content: block({ max: 50_000, empty: 'Say what to write.' }).meta(field({ title: 'Message', control: 'text', slot: 'words' })),
  })
  .refine((input) => recipientsOf(input).length <= MOST_RECIPIENTS, {
    error: `One e-mail goes to at most ${MOST_RECIPIENTS} addresses, copies included.`,
    path: ['cc'],
  });
type Input = z.output<typeof Input>;

const recipientsOf = ({ to, cc = '' }: { to: string; cc?: string | undefined }): string[] => [
  ...new Set([...emailsOf(to), ...emailsOf(cc)]),
];

const LONGEST_SUBJECT = 78;

/** The first line of what is written, as far as a subject goes; nothing where nothing is written yet. */
const subjectFrom = (content: unknown): { subject?: string } => {
  const [first = ''] = typeof content === 'string' ? content.trim().split('\n') : [];
  const whole = first.length <= LONGEST_SUBJECT ? first : `${first.slice(0, LONGEST_SUBJECT - 1).replace(/\s+\S*$/, '')}…`;
  return whole === '' ? {} : { subject: whole.charAt(0).toUpperCase() + whole.slice(1) };
};

const NO_SERVER: Blocked = {
  why: 'E-mail needs setup: set SMTP_URL (smtps://user:password@mail.example.com) and SMTP_FROM (the address that it comes from) in the environment, then start Wilco again. This card then recovers by itself.',
};

const people = (count: number): string => (count === 1 ? '1 address' : `${count} addresses`);

/** One address is an everyday matter; several, or one whose domain imitates another, is not. */
const riskOf = (input: Input): Risk => {
  const recipients = recipientsOf(input);
  return recipients.length > 1 || recipients.some((one) => looksOf(domainOf(one)).mixed) ? 'high' : 'med';
};

const changesOf = (input: Input, from: string | undefined): string[] => {
  const recipients = recipientsOf(input);
  const outside = recipients.filter((one) => from === undefined || domainOf(one) !== domainOf(from));
  const notes = [...new Set(recipients.map(domainOf))].flatMap((domain) => looksOf(domain).note ?? []);
  return [
    `Sends one e-mail to ${people(recipients.length)}${from ? ` from ${from}` : ''}: ${recipients.join(', ')}`,
    ...(from && outside.length > 0 ? [`Outside of ${domainOf(from)}: ${outside.join(', ')}`] : []),
    ...notes.map((note) => `Look closely: ${note}`),
  ];
};

const summaryOf = ({ accepted, refused }: Sent): string => {
  const sent = `The mail server took the e-mail for ${accepted.join(', ')}.`;
  if (refused.length === 0) return sent;
  return `${sent} It refused ${refused.map(({ address, said }) => `${address}${said ? ` (${said})` : ''}`).join(', ')}: nothing was sent there.`;
};

/** Sends e-mail over the operator's server. Without one it is blocked and says how to set it up. */
export const sendEmail = (mail: Mail | undefined): Tool =>
  defineTool({
    name: 'send_email',
    slash: 'email',
    title: 'Send an e-mail',
    summary: 'Sends a plain-text e-mail to one or more addresses',
    examples: [
      'email ana@example.com about "Invoice": it is paid, thank you',
      'send an email to ana@example.com about "Monday" saying we meet at nine',
      'e-mail customer@example.com with subject Invoice saying that the invoice is paid',
    ],
    phrases: [
      'send an email to {to} with subject {subject} saying {content}',
      'send an email to {to} with the subject {subject} saying {content}',
      'send an email to {to} about {subject} saying {content}',
      'send an email to {to} about {subject}: {content}',
      'send an e-mail to {to} about {subject} saying {content}',
      'send an e-mail to {to} about {subject}: {content}',
      'email {to} with subject {subject} saying that {content}',
      'email {to} with subject {subject} saying {content}',
      'email {to} about {subject} saying {content}',
      'email {to} about {subject}: {content}',
      'e-mail {to} with subject {subject} saying that {content}',
      'e-mail {to} with subject {subject} saying {content}',
      'e-mail {to} about {subject} saying {content}',
      'e-mail {to} about {subject}: {content}',
      'email {to} that {content}',
      'e-mail {to} that {content}',
      'send an email to {to}: {content}',
      'email {to}: {content}',
      'email {to}',
      'send an email to {to}',
    ],
    effect: 'write',
    replay: 'unsafe',
    version: 1,
    input: Input,
    // Whoever says what to write has said what it is about; the card shows the subject, and an edit changes it.
    complete: async (input) => (typeof input.subject === 'string' ? input : { ...input, ...subjectFrom(input.content) }),
    platform: () => 'email',
    account: '',
    target: (input) => recipientsOf(input).join(', '),
    risk: riskOf,
    preview: async (input) => ({ changes: changesOf(input, mail?.from), reversible: 'Cannot be taken back once it is sent' }),
    blocked: async () => (mail ? undefined : NO_SERVER),
    async execute(input, { idempotencyKey, signal, beforeDispatch }) {
      if (!mail) return refuse('mail_not_set_up', NO_SERVER.why);
      const to = emailsOf(input.to);
      const cc = emailsOf(input.cc ?? '').filter((one) => !to.includes(one));
      const letter = { to, cc, subject: input.subject, text: input.content, idempotencyKey };
      const sent = await mail.send(letter, { signal, beforeDispatch });
      if (!sent.ok) return sent;
      const { accepted, refused, messageId } = sent.value;
      return ok({ summary: summaryOf(sent.value), data: { messageId, accepted, refused: refused.map(({ address }) => address) } });
    },
  });
