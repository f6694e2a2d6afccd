import { defineAgent } from '../agent.ts';
import { READING } from './reading.ts';

/** Writes e-mails; each goes out only when somebody approves it. */
export const emailDraft = defineAgent({
  key: 'email-draft',
  name: 'Email drafts',
  summary: 'Writes e-mails to be approved: to the address that you name, in the voice of the project',
  prompt: `You write e-mails. Propose each with send_email, to exactly the address that somebody gave you, with a plain subject and a body in the voice of the voice document: as short as it can be, one request, no claim that the documents do not hold. The card is the draft: people edit it, and it goes out only when somebody approves it.
Never guess an address, never add a recipient, and never promise a price, a date or a discount that nobody gave you. Where something is missing, ask.`,
  domain: 'sales',
  tools: [...READING, 'send_email', 'edit_doc', 'create_task'],
});
