import { asks, does, type Example, FRIDAY, mail, post, remind, repeat, task } from './expected.ts';

const after = (say: string, call: { tool: string; input: Record<string, unknown> }, want: Example['want']): Example => ({
  say,
  want,
  history: [{ author: 'person', text: 'as it was said', calls: [call] }],
});

const audit = task('audit', { due_on: FRIDAY });
const noon = post('#general', 'we deploy at noon');
const standup = repeat('0 10 * * 1', post('#general', 'stand-up'));
const named = { ...standup, input: { ...standup.input, name: 'stand-up' } };
const letter = mail('ann@example.com', 'we are late', { subject: 'Delivery' });

/** A third round, mostly of what could be misread. */
export const third: readonly Example[] = [
  after('well done', audit, 'nothing'),
  after('no problem', audit, 'nothing'),
  after('no idea', audit, 'nothing'),
  after('8', audit, 'nothing'),
  after('that is fine', audit, 'nothing'),
  after('is it due Friday?', audit, 'nothing'),
  after('who asked for that?', audit, 'nothing'),
  after('please delete everything', audit, 'nothing'),
  after('approve it', audit, 'nothing'),
  after('no, approve it', audit, 'nothing'),
  after('same here', audit, 'nothing'),
  after('me too', audit, 'nothing'),
  after('one for the road', audit, 'nothing'),
  after('also tell Bob', audit, 'nothing'),
  after('due Monday please', audit, { calls: [task('audit', { due_on: '2026-11-30' })] }),
  after('the deadline is Monday', audit, { calls: [task('audit', { due_on: '2026-11-30' })] }),
  after('priority 9', audit, { calls: [task('audit', { due_on: FRIDAY, priority: 9 })] }),
  after('set the priority to low', audit, { calls: [task('audit', { due_on: FRIDAY, priority: 2 })] }),
  after('wait, make that next Tuesday', audit, { calls: [task('audit', { due_on: '2026-12-01' })] }),
  after('rename it to "big audit"', audit, { calls: [task('big audit', { due_on: FRIDAY })] }),
  after('oops, I meant #ops', noon, { calls: [post('#ops', 'we deploy at noon')] }),
  after('to #ops as well', noon, { calls: [post('#ops', 'we deploy at noon')] }),
  after('post it in #ops too', noon, { calls: [post('#ops', 'we deploy at noon')] }),
  after('no, at 11', named, { calls: [repeat('0 11 * * 1', post('#general', 'stand-up'))] }),
  after('every Tuesday at 10 instead', named, { calls: [repeat('0 10 * * 2', post('#general', 'stand-up'))] }),
  after('no, to bob@example.com', letter, { calls: [mail('bob@example.com', 'we are late', { subject: 'Delivery' })] }),
  after('same to bob@example.com', letter, { calls: [mail('bob@example.com', 'we are late', { subject: 'Delivery' })] }),
  after('create a task for the party', audit, { calls: [task('party')] }),
  asks('every Friday we eat fish'),
  asks('on Mondays I work from home'),
  asks('the team meets every Monday at 10 in #general'),
  asks('at 9 I will create a task for the audit'),
  asks('tomorrow at 9 Ana will post in #general: hello'),
  asks('remind me who Bob is'),
  asks('remind me of the time we met'),
  asks('ask Bob to reboot the router'),
  asks('in general I like cake'),
  asks('let me know when it is done'),
  asks('let Ana know that we won'),
  asks('put Ana on the list of admins'),
  asks('email is down'),
  asks('email'),
  asks('get me a coffee'),
  asks('call me tomorrow at 8'),
  asks('delete https://api.example.com from the list'),
  asks('set the mission aside'),
  asks('draft beer for everyone'),
  asks('message received'),
  asks('share your thoughts in #general'),
  asks('reply to Bob'),
  asks('what should I post in #general?'),
  does('remind me on the 5th at 10 to water the plants', remind('2026-12-05T10:00', 'water the plants')),
  does('on the 5th of every month at 10 remind the team to water the plants', remind('0 10 5 * *', 'water the plants', { where: 'team' })),
  does('every weekday at noon say lunch time in #general', repeat('0 12 * * 1-5', post('#general', 'lunch time'))),
  does('create a task to post in #general every Monday', repeat('0 9 * * 1', task('post in #general'))),
];
