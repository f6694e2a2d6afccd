import { z } from 'zod';
import { calendarDay, dayInWords } from './calendar-day.ts';
import { DRAFT, keepsDraft } from './draft.ts';
import { line, optionalBlock } from './plain-text.ts';
import { defineTool, field } from './tool.ts';

const AMOUNT = 'An amount is a number above 0 with at most two decimals, such as 3500 or 3500.50.';
const PERIODS = ['once', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

const Input = z.strictObject({
  customer: line({ max: 120, empty: 'Say for whom.' }).meta(field({ title: 'Customer', control: 'line', slot: 'name' })),
  amount: z
    .number(AMOUNT)
    .positive(AMOUNT)
    .max(1_000_000_000, AMOUNT)
    .multipleOf(0.01, AMOUNT)
    .meta(field({ title: 'Amount', control: 'number', slot: 'money' })),
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/, 'A currency has three letters, such as USD or EUR.')
    .overwrite((code) => code.toUpperCase())
    .default('USD')
    .meta(field({ title: 'Currency', control: 'line', slot: 'name' })),
  period: z
    .enum(PERIODS, `A period is one of ${PERIODS.join(', ')}.`)
    .default('once')
    .meta(field({ title: 'Per', control: 'choice', slot: 'choice' })),
  scope: optionalBlock(4000).meta(field({ title: 'What is offered', control: 'text', slot: 'words' })),
  valid_until: calendarDay()
    .optional()
    .meta(field({ title: 'Valid until', control: 'date', slot: 'date' })),
});
type Input = z.output<typeof Input>;

const price = ({ amount, currency, period }: Input): string => {
  const figures = amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${currency} ${figures}${period === 'once' ? '' : ` per ${period}`}`;
};

const textOf = (input: Input): string =>
  [
    `Quote for ${input.customer}`,
    '',
    `Price: ${price(input)}`,
    ...(input.valid_until ? [`Valid until: ${dayInWords(input.valid_until)}`] : []),
    ...(input.scope.trim() === '' ? [] : ['', 'What is offered:', input.scope]),
  ].join('\n');

/** Keeps a quote once people have approved it. */
export const draftQuote = defineTool({
  name: 'draft_quote',
  slash: 'quote',
  title: 'Draft a quote',
  summary: 'Drafts a proposal or quote for a customer, with a price, to be approved and kept as a document',
  examples: [
    'draft a quote for Acme: 3,500 a month for hosting and support',
    'draft a proposal for 3,500 a month for Acme: hosting and support',
    'draft a quote for "Blue Sky" of 900 for a landing page',
  ],
  phrases: [
    'draft a quote for {customer}: {amount} a {period} for {scope}',
    'draft a quote for {customer}: {amount} per {period} for {scope}',
    'draft a quote for {customer}: {amount} for {scope}',
    'draft a quote for {customer} of {amount} a {period} for {scope}',
    'draft a quote for {customer} of {amount} for {scope}',
    'draft a quote of {amount} a {period} for {customer}: {scope}',
    'draft a quote of {amount} for {customer}: {scope}',
    'draft a proposal for {amount} a {period} for {customer}: {scope}',
    'draft a proposal for {amount} a {period} for {customer}',
    'draft a proposal for {amount} per {period} for {customer}: {scope}',
    'draft a proposal for {customer}: {amount} a {period} for {scope}',
    'draft a proposal for {customer}: {amount} for {scope}',
    'draft a quote for {customer}',
    'draft a proposal for {customer}',
  ],
  ...DRAFT,
  input: Input,
  ...keepsDraft<typeof Input>({ kind: 'quote', for: ({ customer }) => customer, text: textOf }),
});
