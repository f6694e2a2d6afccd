import { homeCards } from '../../src/bot/home.ts';
import { digestCard, digestTitle, listed } from '../../src/dispatch/beat-digest-card.ts';
import { dayCard } from '../../src/dispatch/day.ts';
import { type Shot, shotOf } from './shot.ts';
import type { Stage } from './stage.ts';

const OFFER = (n: number): string => `00000000-0000-4000-8000-0000000008${String(n).padStart(2, '0')}`;

/** What a heartbeat of an agent came to, with the presses that its maker gives it. */
const digestOf = async (stage: Stage): Promise<Shot> => {
  const { rig } = stage;
  const qualifier = stage.agent({ autonomy: 'copilot' });
  const made = [
    await stage.made(qualifier, 'create_task', { title: 'call back the café on Elm Street', priority: 7 }),
    await stage.made(stage.agent({}, { confidence: 0.85, reasoning: null }), 'send_email', {
      to: 'orders@cafe.example',
      subject: 'Your question',
      content: 'Yes, we deliver on Sundays.',
    }),
  ];
  const rows = made.map((standing, at) => listed(standing, rig.heart.tools, at + 1));
  const reports = [
    { kind: 'finding' as const, text: 'Two cafés asked for bread on Sundays within a week.' },
    { kind: 'finding' as const, text: 'One of them orders for more than $400 a month.' },
  ];
  const ids = made.map(({ proposal }) => proposal.id);
  const offers = {
    low: OFFER(1),
    all: OFFER(2),
    approve: new Map(rows.flatMap(({ whole }, at) => (whole ? [[ids[at] ?? '', OFFER(10 + at)] as const] : []))),
    reject: new Map(ids.map((id, at) => [id, OFFER(20 + at)] as const)),
  };
  const title = digestTitle('Qualifier', { findings: 2, proposals: 2, notes: 0 });
  const card = digestCard({ title, heartbeat: 'new leads, every morning', reports }, rows, offers);
  for (const one of made) await rig.tamper('delete from wilco.proposals where id = $1', [one.proposal.id]);
  return shotOf('heartbeat-digest', 'What an agent found and proposes at its heartbeat: findings as its own words, each proposal a line', {
    author: 'Qualifier',
    card,
  });
};

/** Lists, on a day with little on it, so that each line of them is meant. */
export const lists = async (stage: Stage): Promise<Shot[]> => {
  const { rig, ana, ben } = stage;
  const digest = await digestOf(stage);
  await rig.policy({
    limits: {
      project: { dayMicros: 25_000_000, monthMicros: 400_000_000, dayTokens: null, monthTokens: null },
      agents: { 'note-taker': { dayMicros: 2_000_000, monthMicros: null, dayTokens: 200_000, monthTokens: null } },
    },
  });
  await stage.done(await stage.made(ben, 'create_task', { title: 'polish the bell', priority: 5 }));
  const failed = await stage.made(ben, 'send_email', { to: 'down@mill.example', subject: 'Flour', content: 'Ten sacks, please.' });
  await stage.age(await stage.done(failed), '3 hours 5 minutes');
  const waits = [
    await stage.made(ben, 'create_task', { title: 'landing page', priority: 8, due_on: '2026-11-27' }),
    await stage.made(ben, 'send_email', { to: 'ana@mill.example', subject: 'Flour', content: 'Ten sacks for Monday, please.' }),
  ];
  for (const [at, one] of waits.entries()) await stage.age(one, at === 0 ? '26 hours 10 minutes' : '42 minutes 2 seconds');
  await rig.tamper(`update wilco.runs set finished_at = started_at + interval '240 milliseconds'`);
  const home = await homeCards({ heart: rig.heart, commands: stage.commands }, { actor: ana, personId: ana.personId ?? '' });
  return [
    digest,
    shotOf('day', 'The digest of a day in the team room', { card: await dayCard(rig.heart, 'default') }),
    { name: 'approvals', shows: 'What waits for a decision', kind: 'answer', card: await stage.answer('approvals') },
    { name: 'dashboard', shows: 'How things stand', kind: 'answer', card: await stage.answer('dashboard') },
    { name: 'status', shows: 'Whether everything works, with the switches', kind: 'answer', card: await stage.answer('status') },
    { name: 'budgets', shows: 'Budgets and what is left of them', kind: 'answer', card: await stage.answer('budgets') },
    { name: 'agents', shows: 'The agents and how they stand', kind: 'answer', card: await stage.answer('agents') },
    { name: 'help', shows: 'Everything that can be written', kind: 'answer', card: await stage.answer('help') },
    { name: 'home', shows: 'A person’s own page in Slack', kind: 'home', cards: home },
  ];
};
