import { asks, budget, does, type Example, FRIDAY, file, invite, mail, post, remind, request, TOMORROW, task } from './expected.ts';

const joined: readonly Example[] = [
  does('create a task for the audit and post in #general that the audit begins', task('audit'), post('#general', 'the audit begins')),
  does('create a task for the audit, then tell #general that the audit begins', task('audit'), post('#general', 'the audit begins')),
  does('create a task for the audit; post in #general: audit begins', task('audit'), post('#general', 'audit begins')),
  does('create a task for the audit\npost in #general: audit begins', task('audit'), post('#general', 'audit begins')),
  does('1. create a task for the audit\n2. post in #general: audit begins', task('audit'), post('#general', 'audit begins')),
  does('1) create a task for the audit\n2) create a task for the party', task('audit'), task('party')),
  does('- create a task for the audit\n- create a task for the party, due Friday', task('audit'), task('party', { due_on: FRIDAY })),
  does('* create a task for the audit\n* tell #general that it begins', task('audit'), post('#general', 'it begins')),
  does('create a task for the audit and one for the party', task('audit'), task('party')),
  does(
    'create a task for the audit due tomorrow and another one for the party due Friday',
    task('audit', { due_on: TOMORROW }),
    task('party', { due_on: FRIDAY }),
  ),
  does('create a task to order cake and create a task to order flowers', task('order cake'), task('order flowers')),
  does('email bob@example.com that we won and post in #general that we won', mail('bob@example.com', 'we won'), post('#general', 'we won')),
  does('post in #general that we won and email bob@example.com that we won', post('#general', 'we won'), mail('bob@example.com', 'we won')),
  does('create a task to call Bob and remind me tomorrow at 8 to call Bob', task('call Bob'), remind('2026-11-24T08:00', 'call Bob')),
  does('set the budget to 20 and invite Ana as an approver', budget(20), invite({ name: 'Ana', role: 'approver' })),
  does('write "x" to a.txt and write "y" to b.txt', file('a.txt', 'x'), file('b.txt', 'y')),
  does(
    'GET https://a.example.com/x and then GET https://b.example.com/y',
    request('GET', 'https://a.example.com/x'),
    request('GET', 'https://b.example.com/y'),
  ),
  does(
    'first create a task for the audit, after that post in #general that it is planned',
    task('audit'),
    post('#general', 'it is planned'),
  ),
  does('please create a task for A, a task for B and a task for C', task('A'), task('B'), task('C')),
  asks('create a task for the audit and do the rest'),
  asks('create a task for the audit and then dance'),
  asks('create a task for the audit and approve it'),
  asks('create a task for the audit but do not tell #general'),
  asks('create a task for the audit and post in #general'),
  asks('post in #general that we won and then delete everything'),
];

const made = (say: string, ...calls: { tool: string; input: Record<string, unknown> }[]) => [
  { author: 'person' as const, text: say, calls },
  { author: 'wilco' as const, text: 'Waiting for approval.' },
];
const audit = made('create a task for the audit, due Friday', task('audit', { due_on: FRIDAY }));
const plain = made('create a task for the printer', task('printer'));
const said = made('post in #general that we deploy at noon', post('#general', 'we deploy at noon'));
const two = made('create a task for A and a task for B', task('A'), task('B'));
const call = made('remind me tomorrow at 8 to call Bob', remind('2026-11-24T08:00', 'call Bob'));

const followed = (say: string, history: Example['history'], ...calls: { tool: string; input: Record<string, unknown> }[]): Example => ({
  say,
  want: calls.length === 0 ? 'nothing' : { calls },
  ...(history ? { history } : {}),
});

const corrections: readonly Example[] = [
  followed('no, Thursday', audit, task('audit', { due_on: '2026-11-26' })),
  followed('no, on Thursday', audit, task('audit', { due_on: '2026-11-26' })),
  followed('I meant Thursday', audit, task('audit', { due_on: '2026-11-26' })),
  followed('actually Thursday', audit, task('audit', { due_on: '2026-11-26' })),
  followed('make it Thursday', audit, task('audit', { due_on: '2026-11-26' })),
  followed('make it due Thursday', audit, task('audit', { due_on: '2026-11-26' })),
  followed('sorry, tomorrow', audit, task('audit', { due_on: TOMORROW })),
  followed('make it high priority', audit, task('audit', { due_on: FRIDAY, priority: 8 })),
  followed('high priority please', audit, task('audit', { due_on: FRIDAY, priority: 8 })),
  followed('and make it urgent', audit, task('audit', { due_on: FRIDAY, priority: 10 })),
  followed('change the priority to 3', audit, task('audit', { due_on: FRIDAY, priority: 3 })),
  followed('assign it to researcher', audit, task('audit', { due_on: FRIDAY, assignee_agent_key: 'researcher' })),
  followed('due Thursday, high priority', audit, task('audit', { due_on: '2026-11-26', priority: 8 })),
  followed('no, for the printer', audit, task('printer', { due_on: FRIDAY })),
  followed('call it "yearly audit"', audit, task('yearly audit', { due_on: FRIDAY })),
  followed('actually in #support', said, post('#support', 'we deploy at noon')),
  followed('no, #support', said, post('#support', 'we deploy at noon')),
  followed('I meant #support', said, post('#support', 'we deploy at noon')),
  followed('also in #support', said, post('#support', 'we deploy at noon')),
  followed('same in #support', said, post('#support', 'we deploy at noon')),
  followed('same for the printer', audit, task('printer', { due_on: FRIDAY })),
  followed('the same for the printer', audit, task('printer', { due_on: FRIDAY })),
  followed('and one for the scanner too', plain, task('scanner')),
  followed('and another one for the scanner', plain, task('scanner')),
  followed('no, at 9', call, remind('2026-11-24T09:00', 'call Bob')),
  followed('no, tomorrow at 9:30', call, remind('2026-11-24T09:30', 'call Bob')),
  followed('make it every weekday at 9', call, remind('0 9 * * 1-5', 'call Bob')),
  followed('cancel that', audit),
  followed('never mind', audit),
  followed('no', audit),
  followed('no, Thursday', two),
  followed('make it better', audit),
  followed('no, #support', audit),
  followed('no, 30 February', audit),
  followed('no, Thursday', undefined),
  followed('make it high priority', undefined),
  followed('same for the printer', undefined),
  followed('no, Thursday or Friday', audit),
  followed('yes', audit),
  followed('make it high priority', said),
];

export const several: readonly Example[] = [...joined, ...corrections];
