import { expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import { ask } from './ask.ts';

const grammar = createGrammar();

test.each([
  ['have @analytics look at failed payments every hour', '@analytics', 'look at failed payments', '0 * * * *'],
  ['every weekday at 9 let the qualifier check new leads', 'qualifier', 'check new leads', '0 9 * * 1-5'],
  ['let @qualifier check new leads every weekday at 9', '@qualifier', 'check new leads', '0 9 * * 1-5'],
  ['every hour have the analytics agent look at failed payments', 'analytics', 'look at failed payments', '0 * * * *'],
  ['have @analytics watch the tasks every 15 minutes', '@analytics', 'watch the tasks', '*/15 * * * *'],
])(
  '“%s” names the agent, the time and what to look at; only the name of the schedule is left to be made',
  async (say, ...[target_agent_key, instructions, schedule_expr]) => {
    expect(await grammar.route(ask(say))).toMatchObject({
      kind: 'missing',
      tool: 'schedule_job',
      fields: ['name'],
      input: { target_agent_key, instructions, schedule_expr },
    });
  },
);

test('an order for a channel with a time around it is no heartbeat', async () => {
  const routed = await grammar.route(ask('let #general know every Monday at 9 that numbers are due'));
  expect(routed).toMatchObject({ kind: 'calls', calls: [{ tool: 'schedule_job', input: { action: { tool: 'send_message' } } }] });
});
