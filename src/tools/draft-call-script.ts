import { z } from 'zod';
import { DRAFT, keepsDraft } from './draft.ts';
import { line, optionalBlock } from './plain-text.ts';
import { defineTool, field } from './tool.ts';

const Input = z.strictObject({
  customer: line({ max: 120, empty: 'Say who is called.' }).meta(field({ title: 'Whom to call', control: 'line', slot: 'name' })),
  goal: line({ max: 500, empty: 'Say what the call is for.' }).meta(field({ title: 'Goal of the call', control: 'line', slot: 'words' })),
  script: optionalBlock(8000).meta(field({ title: 'What to say', control: 'text', slot: 'words' })),
});
type Input = z.output<typeof Input>;

const textOf = ({ customer, goal, script }: Input): string =>
  [`Call script for ${customer}`, '', `Goal: ${goal}`, ...(script === '' ? [] : ['', 'What to say:', script])].join('\n');

/** Keeps a call script once people have approved it. */
export const draftCallScript = defineTool({
  name: 'draft_call_script',
  slash: 'script',
  title: 'Draft a call script',
  summary: 'Drafts what to say in a call to a customer, to be approved and kept as a document',
  examples: [
    'draft a call script for Acme to renew the contract',
    'draft a call script for "Blue Sky" to win them back: ask how the launch went',
  ],
  phrases: [
    'draft a call script for {customer} to {goal}: {script}',
    'draft a call script for {customer} to {goal}',
    'draft a call script for {customer} about {goal}: {script}',
    'draft a call script for {customer} about {goal}',
    'draft a call script for {customer}: {script}',
    'draft a call script for {customer}',
    'write a call script for {customer} to {goal}',
  ],
  ...DRAFT,
  input: Input,
  ...keepsDraft<typeof Input>({ kind: 'call-script', for: ({ customer }) => customer, text: textOf }),
});
