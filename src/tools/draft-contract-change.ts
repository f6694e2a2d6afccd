import { z } from 'zod';
import { calendarDay, dayInWords } from './calendar-day.ts';
import { DRAFT, keepsDraft } from './draft.ts';
import { block, line } from './plain-text.ts';
import { defineTool, field } from './tool.ts';

const Input = z.strictObject({
  client: line({ max: 120, empty: 'Say whose contract.' }).meta(field({ title: 'Client', control: 'line', slot: 'name' })),
  change: block({ max: 8000, empty: 'Say what changes.' }).meta(field({ title: 'Change', control: 'text', slot: 'words' })),
  reason: line({ max: 500, empty: 'Say why, or leave it out.' })
    .optional()
    .meta(field({ title: 'Reason', control: 'line', slot: 'words' })),
  effective_on: calendarDay()
    .optional()
    .meta(field({ title: 'Takes effect on', control: 'date', slot: 'date' })),
});
type Input = z.output<typeof Input>;

const textOf = ({ client, change, reason, effective_on }: Input): string =>
  [
    `Change of the contract with ${client}`,
    '',
    'Change:',
    change,
    '',
    ...(reason ? [`Reason: ${reason}`] : []),
    `Takes effect: ${effective_on ? dayInWords(effective_on) : 'when both sides have signed'}`,
  ].join('\n');

/** Keeps a change of a contract once people have approved it. Nobody has signed anything by that. */
export const draftContractChange = defineTool({
  name: 'draft_contract_change',
  slash: 'contract',
  title: 'Draft a contract change',
  summary: "Drafts a change of a client's contract, to be approved and kept as a document",
  examples: [
    'draft a contract change for Acme: the notice period becomes three months',
    'draft a change of the contract with "Blue Sky": support on weekends is included',
  ],
  phrases: [
    'draft a contract change for {client}: {change}',
    'draft a change of the contract with {client}: {change}',
    'draft a contract change for {client}',
  ],
  ...DRAFT,
  // A contract binds for longer than a quote.
  risk: () => 'med',
  input: Input,
  ...keepsDraft<typeof Input>({ kind: 'contract-change', for: ({ client }) => client, text: textOf }),
});
