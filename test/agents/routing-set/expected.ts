import type { Turn } from '../../../src/agents/router.ts';

export type Call = { tool: string; input: Record<string, unknown> };

/** `nothing`: any answer that acts on nothing, be it a question, a form, suggestions or a line of text. */
export type Wanted = { calls: readonly Call[] } | { command: string } | 'nothing';

/** `history`: what was said before in the thread. */
export type Example = { say: string; want: Wanted; history?: readonly Turn[] };

export const does = (say: string, ...calls: readonly Call[]): Example => ({ say, want: { calls } });
export const runs = (say: string, command: string): Example => ({ say, want: { command } });
export const asks = (say: string): Example => ({ say, want: 'nothing' });

const call =
  (tool: string) =>
  (input: Record<string, unknown>): Call => ({ tool, input });

export const task = (title: string, more: Record<string, unknown> = {}): Call => ({ tool: 'create_task', input: { title, ...more } });
export const post = (channel: string, content: string): Call => ({ tool: 'send_message', input: { channel, content } });
export const file = (path: string, content: string): Call => ({ tool: 'file_write', input: { path, content } });
export const invite = call('invite_person');
export const role = call('set_role');
export const key = call('create_api_key');
export const approvals = call('set_approvals');
export const budget = (daily_limit_usd: number): Call => ({ tool: 'set_budget', input: { daily_limit_usd } });
export const mail = (to: string | readonly string[], content: string, more: Record<string, unknown> = {}): Call => ({
  tool: 'send_email',
  input: { to: typeof to === 'string' ? to : to.join(', '), content, ...more },
});
export const request = (method: string, url: string, body?: string): Call => ({
  tool: 'api_call',
  input: { ...(method === '' ? {} : { method }), url, ...(body === undefined ? {} : { body }) },
});
export const replace = (doc_type: string, content: string): Call => ({ tool: 'edit_doc', input: { doc_type, content } });
export const append = (doc_type: string, content: string): Call => ({ tool: 'edit_doc', input: { doc_type, mode: 'add', content } });
export const quote = call('draft_quote');
export const script = call('draft_call_script');
export const contract = call('draft_contract_change');
export const allow = (host: string): Call => ({ tool: 'allow_host', input: { host } });

const ZONE = 'Europe/Berlin';
/** Words that are said again then; `where` is who hears them. */
export const remind = (schedule_expr: string, text: string, more: { where?: string; time_zone?: string } = {}): Call => ({
  tool: 'remind',
  input: { text, schedule_expr, time_zone: ZONE, where: 'me', ...more },
});
/** Instructions that are read anew each time. */
export const job = (name: string, schedule_expr: string, instructions: string): Call => ({
  tool: 'schedule_job',
  input: { name, schedule_expr, time_zone: ZONE, instructions },
});
/** An exact action that comes again. */
export const repeat = (schedule_expr: string, action: Call, time_zone = ZONE): Call => ({
  tool: 'schedule_job',
  input: { schedule_expr, time_zone, action },
});

export const TOMORROW = '2026-11-24';
export const THURSDAY = '2026-11-26';
export const FRIDAY = '2026-11-27';
