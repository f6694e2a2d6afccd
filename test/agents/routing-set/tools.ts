import { z } from 'zod';
import type { Risk } from '../../../src/db/states.ts';
import { ok } from '../../../src/result.ts';
import { defineTool, field, type Tool } from '../../../src/tools/tool.ts';
import { tools as shipped } from '../ask.ts';

const inert = {
  effect: 'write',
  replay: 'transactional',
  version: 1,
  account: 'test',
  examples: [],
  target: () => 'somewhere',
  risk: (): Risk => 'low',
  preview: async () => ({ changes: [], reversible: '' }),
  execute: async () => ok({ summary: '' }),
} as const;

const words = (title: string) =>
  z
    .string()
    .min(1)
    .meta(field({ title, control: 'line', slot: 'words' }));
const text = (title: string) =>
  z
    .string()
    .min(1)
    .meta(field({ title, control: 'text', slot: 'words' }));
const named = (title: string) =>
  z
    .string()
    .min(1)
    .meta(field({ title, control: 'line', slot: 'name' }));

const when = () => ({
  schedule_expr: z
    .string()
    .min(1)
    .meta(field({ title: 'When', control: 'line', slot: 'recurrence' })),
  time_zone: z
    .string()
    .min(1)
    .meta(field({ title: 'Time zone', control: 'line' })),
});

const scheduleJob = defineTool({
  ...inert,
  name: 'schedule_job',
  slash: 'schedule',
  title: 'Schedule a job',
  summary: 'Plans an action, or instructions to be read anew, for once later or again and again',
  phrases: [
    'schedule a job called {name} {schedule_expr} to {instructions}',
    'schedule a job called {name} {schedule_expr}: {instructions}',
    'schedule {name} {schedule_expr} to {instructions}',
    'schedule {name} {schedule_expr}: {instructions}',
  ],
  input: z
    .strictObject({
      name: words('Name'),
      ...when(),
      action: z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()) }).optional(),
      instructions: text('Instructions').optional(),
      target_agent_key: named('Agent').optional(),
    })
    .refine(({ action, instructions }) => (action === undefined) !== (instructions === undefined), {
      error: 'Say what is to be done each time.',
      path: ['instructions'],
    }),
});

const remindTool = defineTool({
  ...inert,
  name: 'remind',
  slash: 'remind',
  title: 'Set a reminder',
  summary: 'Posts a reminder at a time that is to come, once or again and again',
  phrases: [
    'remind {where} {schedule_expr} to {text}',
    'remind {where} {schedule_expr} that {text}',
    'remind {where} {schedule_expr}: {text}',
    'remind {where} {schedule_expr} about {text}',
    'set a reminder {schedule_expr} to {text}',
    'set a reminder for {schedule_expr} to {text}',
  ],
  input: z.strictObject({
    text: words('Reminder'),
    ...when(),
    where: z
      .string()
      .regex(/^(the )?#?[a-z0-9][a-z0-9-]{0,49}$/)
      .default('here')
      .meta(field({ title: 'Where', control: 'line', slot: 'channel' })),
  }),
});

const sendEmail = defineTool({
  ...inert,
  name: 'send_email',
  slash: 'email',
  title: 'Send an e-mail',
  summary: 'Sends an e-mail to one or more addresses',
  phrases: [
    'email {to} that {content}',
    'email {to}: {content}',
    'e-mail {to} that {content}',
    'mail {to} that {content}',
    'tell {to} that {content}',
    'let {to} know that {content}',
    'send an email to {to} that {content}',
    'send an e-mail to {to} that {content}',
    'send an email to {to} about {subject} saying {content}',
    'email {to} with the subject {subject}: {content}',
    'send {to} an email saying {content}',
    'write an email to {to}: {content}',
    'write to {to} that {content}',
    'email {to} to say that {content}',
  ],
  input: z.strictObject({
    to: z
      .string()
      .regex(/^[^\s@,]+@[^\s@,]+\.[a-z]+(?:, [^\s@,]+@[^\s@,]+\.[a-z]+)*$/i)
      .meta(field({ title: 'To', control: 'line', slot: 'email' })),
    subject: words('Subject').optional(),
    content: text('Text'),
  }),
});

const apiCall = defineTool({
  ...inert,
  name: 'api_call',
  slash: 'api',
  title: 'Call an address',
  summary: 'Sends a request to a web address',
  phrases: [
    '{method} {url}',
    '{method} {body} to {url}',
    'call our webhook at {url} with {body}',
    'call the webhook {url} with {body}',
    'send a {method} request to {url} with {body}',
    'fetch {url}',
  ],
  input: z.strictObject({
    method: z
      .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      .optional()
      .meta(field({ title: 'Method', control: 'choice', slot: 'choice' })),
    url: z.url().meta(field({ title: 'Address', control: 'line', slot: 'url' })),
    body: text('Body').optional(),
  }),
});

const editDoc = defineTool({
  ...inert,
  name: 'edit_doc',
  slash: 'doc',
  title: 'Edit a document',
  summary: 'Changes what the mission, the brief, the voice or the notes say',
  phrases: [
    'change the {doc_type} document to {content}',
    'change the {doc_type} to: {content}',
    'set the {doc_type} to: {content}',
    'set the {doc_type} document to {content}',
    'update the {doc_type} to: {content}',
    'replace the {doc_type} with: {content}',
    'rewrite the {doc_type}: {content}',
    '{mode} to the {doc_type}: {content}',
    '{mode} to the {doc_type} document: {content}',
  ],
  input: z.strictObject({
    doc_type: z
      .union([z.literal('mission'), z.literal('brief'), z.literal('voice'), z.literal('notes'), z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)])
      .meta(field({ title: 'Document', control: 'line', slot: 'document' })),
    mode: z
      .enum(['replace', 'append', 'add'])
      .optional()
      .meta(field({ title: 'How', control: 'choice', slot: 'choice' })),
    content: text('Text'),
  }),
});

const draftQuote = defineTool({
  ...inert,
  name: 'draft_quote',
  slash: 'quote',
  title: 'Draft a quote',
  summary: 'Drafts a proposal with a price for a customer',
  phrases: [
    'draft a proposal for {amount} a {period} for {customer}',
    'draft a proposal for {customer} for {amount} a {period}',
    'draft a quote for {customer}: {amount} a {period}',
    'draft a quote for {customer} over {amount} a {period}',
    'draft a quote of {amount} a {period} for {customer}',
    'prepare a proposal for {customer} for {amount} per {period}',
    'write a proposal for {customer} at {amount} a {period}',
  ],
  input: z.strictObject({
    customer: named('Customer'),
    amount: z
      .number()
      .positive()
      .meta(field({ title: 'Amount', control: 'number', slot: 'money' })),
    currency: z
      .enum(['EUR', 'USD', 'GBP'])
      .optional()
      .meta(field({ title: 'Currency', control: 'choice', slot: 'choice' })),
    period: z.enum(['month', 'year', 'week', 'once']).meta(field({ title: 'Period', control: 'choice', slot: 'choice' })),
  }),
});

const draftCallScript = defineTool({
  ...inert,
  name: 'draft_call_script',
  slash: 'call_script',
  title: 'Draft a call script',
  summary: 'Drafts what to say in a call with a customer',
  phrases: [
    'draft a call script for {customer} about {goal}',
    'draft a call script for {customer} to {goal}',
    'write a call script for {customer}: {goal}',
  ],
  input: z.strictObject({ customer: named('Customer'), goal: words('Goal') }),
});

const draftContractChange = defineTool({
  ...inert,
  name: 'draft_contract_change',
  slash: 'contract_change',
  title: 'Draft a contract change',
  summary: 'Drafts a change of the contract with a customer',
  phrases: ['draft a contract change for {customer}: {change}', 'draft a contract change for {customer} to {change}'],
  input: z.strictObject({ customer: named('Customer'), change: words('Change') }),
});

const allowHost = defineTool({
  ...inert,
  name: 'allow_host',
  slash: 'allow_host',
  title: 'Allow a host',
  summary: 'Lets actions send requests to a host',
  phrases: ['allow requests to {host}', 'allow calls to {host}', 'allow the host {host}', 'allow host {host}'],
  input: z.strictObject({
    host: z
      .string()
      .regex(/^[a-z0-9.-]+\.[a-z]{2,}(:\d+)?$/)
      .meta(field({ title: 'Host', control: 'line', slot: 'host' })),
  }),
});

const shaped: readonly Tool[] = [
  scheduleJob,
  remindTool,
  sendEmail,
  apiCall,
  editDoc,
  draftQuote,
  draftCallScript,
  draftContractChange,
  allowHost,
];

/** The tools that ship; where one of these shapes is among them, the shape stands for it, so that the set stays what it is. */
export const routingTools: readonly Tool[] = [...shipped.filter(({ name }) => !shaped.some((one) => one.name === name)), ...shaped];
