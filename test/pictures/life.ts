import { editForm, rejectForm, settleForm } from '../../src/bot/forms.ts';
import { withPickers } from '../../src/bot/picked.ts';
import { PolicyDocument, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { withdraw } from '../../src/dispatch/after.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { expireOverdue } from '../../src/dispatch/expire.ts';
import { climbLadders } from '../../src/dispatch/ladder.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { heartError } from '../../src/dispatch/sentences.ts';
import { teamCard } from '../../src/dispatch/team-card.ts';
import { undo } from '../../src/dispatch/undo.ts';
import { visible, visibleBlock } from '../../src/dispatch/visible.ts';
import { type Shot, shotOf } from './shot.ts';
import type { Stage } from './stage.ts';

const LETTER = {
  to: 'buyers@shop.example, ana@mill.example',
  subject: 'Prices from January',
  content: 'Good morning,\n\nfrom 1 January a loaf of rye is 20 cents more.\nEverything else stays as it is.\n\nAna, the bakery',
};

const task = (title: string, more: object = {}) => ({ title, priority: 5, ...more });

/** One proposal in each state that people meet. */
const states = async (stage: Stage): Promise<Shot[]> => {
  const { rig, ana, ben } = stage;
  const { heart } = rig;
  const low = await stage.made(ben, 'create_task', task('landing page', { priority: 8, due_on: '2026-11-27' }));
  const shots = [
    shotOf('waiting', 'A proposal that waits: every argument, what it changes, who may approve it', { card: await stage.card(low) }),
  ];
  const edited = await stage.made(ben, 'create_task', task('order flower', { description: 'Ten sacks.\nFrom the mill.' }));
  const input = task('order flour', { description: 'Twelve sacks.\nFrom the mill.' });
  await revise(heart, ana, { proposalId: edited.proposal.id, revision: 1, input });
  shots.push(shotOf('edited', 'After an edit: what stands now, and what stood before', { card: await stage.card(edited) }));
  const form = editForm(await stage.now(low), toolOf(stage, 'create_task'));
  const picking = await withPickers(rig.database, { kind: 'form', form }, { platform: 'slack', workspace: 'T1' });
  if (picking.kind === 'form') shots.push({ name: 'form-edit', shows: 'The form behind Edit', ...picking });
  const { id } = low.proposal;
  shots.push({ name: 'form-reject', shows: 'A no needs a reason', kind: 'form', form: rejectForm(id, 1, visible('Create a task')) });
  const approved = await stage.approves(ana, await stage.made(ben, 'create_task', task('print the price list')));
  shots.push(shotOf('approved', 'Approved, and about to run', { card: await stage.card(approved) }));
  const done = await stage.done(await stage.made(ben, 'create_task', task('polish the bell')));
  shots.push(shotOf('done', 'Carried out, with Undo', { card: await stage.card(done) }));
  const undone = await stage.done(await stage.made(ben, 'create_task', task('paint the door')));
  const back = await undo(heart, ana, undone.proposal.id);
  if (!back.ok) throw new Error(back.error.message);
  const [undoing] = await rig.sql<{ id: string }>(`select id from wilco.proposals where undoes = '${undone.proposal.id}'`);
  if (!undoing) throw new Error('nothing undoes it');
  const taking = await stage.standing(undoing.id);
  await stage.approves(rig.owner, taking);
  await rig.step(undoing.id);
  shots.push(shotOf('undone', 'What was done and then undone', { card: await stage.card(undone) }));
  const rejected = await stage.made(ben, 'create_task', task('buy a second oven'));
  await decide(heart, ana, {
    verb: 'reject',
    proposalId: rejected.proposal.id,
    revision: 1,
    reason: 'Not before spring: the first one is not paid yet.',
  });
  shots.push(shotOf('rejected', 'Rejected, with the reason', { card: await stage.card(rejected) }));
  const withdrawn = await stage.made(ben, 'create_task', task('move the counter'));
  await withdraw(heart, ben, withdrawn.proposal.id);
  shots.push(shotOf('withdrawn', 'Taken back by whoever asked', { card: await stage.card(withdrawn) }));
  return shots;
};

const toolOf = ({ rig }: Stage, name: string) => {
  const tool = rig.heart.tools.get(name);
  if (!tool) throw new Error(`no ${name}`);
  return tool;
};

/** What goes wrong, and what cannot go on. */
const troubles = async (stage: Stage): Promise<Shot[]> => {
  const { rig, ben } = stage;
  const mail = (to: string) => stage.made(ben, 'send_email', { to, subject: 'Flour', content: 'Ten sacks for Monday, please.' });
  const failed = await stage.done(await mail('down@mill.example'));
  const unknown = await stage.done(await mail('lost@mill.example'));
  const blocked = await stage.made(ben, 'api_call', { method: 'GET', url: 'https://api.mill.example/stock' });
  const expired = await stage.made(ben, 'create_task', task('clean the oven'));
  await rig.policy({ expireAfterHours: 48 });
  await rig.tamper(`update wilco.proposals set updated_at = now() - interval '3 days' where id = $1`, [expired.proposal.id]);
  await expireOverdue(rig.heart);
  await rig.policy({});
  return [
    shotOf('failed', 'Failed with nothing done, and can be tried again', { card: await stage.card(failed) }),
    shotOf('unknown', 'Nobody can tell what became of it, so a person says', { card: await stage.card(unknown) }),
    {
      name: 'form-settle',
      shows: 'The form behind Settle',
      kind: 'form',
      form: settleForm(unknown.proposal.id, 1, visible('Send an e-mail')),
    },
    shotOf('blocked', 'Cannot be approved as things stand, with what would change that', { card: await stage.card(blocked) }),
    shotOf('expired', 'Nobody decided in time, where a policy lets cards lapse', { card: await stage.card(expired) }),
  ];
};

const REASONING = 'Both are on the list for January, and the price list is approved.\nI left out who cancelled in autumn.';

/** What agents propose and say. */
const agents = async (stage: Stage): Promise<Shot[]> => {
  const outreach = stage.agent({ key: 'outreach', name: 'Outreach' }, { confidence: 0.8, reasoning: REASONING });
  const high = await stage.made(outreach, 'send_email', LETTER);
  const manual = stage.agent({ autonomy: 'manual' }, { confidence: 0.6, reasoning: 'They asked twice about Sundays.' });
  const suggestion = await stage.made(manual, 'create_task', task('call back the café on Elm Street', { priority: 7 }));
  const deploy = await stage.made(stage.ana, 'deploy_agent', AGENT_DRAFT);
  return [
    shotOf('high-risk', 'High risk, proposed by an agent: its own words stand apart and are labelled', {
      author: 'Outreach',
      card: await stage.card(high),
    }),
    shotOf('suggestion', 'An agent on manual only suggests: nobody approves that', {
      author: 'Qualifier',
      card: await stage.card(suggestion),
    }),
    shotOf('deploy-agent', 'Putting an agent to work is an approval like any other', { card: await stage.card(deploy) }),
    shotOf('finding', 'What an agent found, in the team room', {
      author: 'Qualifier',
      text: 'Two cafés asked for bread on Sundays within a week.',
      card: teamCard({ kind: 'finding', resolvedAs: null, card: null }, null),
    }),
    {
      name: 'growing',
      shows: 'An answer while it is being written',
      kind: 'messages',
      views: [
        {
          messageId: 'm',
          author: visible('Wilco'),
          text: visibleBlock(
            'Rye went up by 20 cents in January, and nothing else did.\n→ Create a task\n(Wilco, by claude-haiku-4-5, is writing …)',
          ),
          card: null,
          failed: null,
        },
      ],
    },
  ];
};

const AGENT_DRAFT = {
  key: 'payment-watcher',
  name: 'Payment watcher',
  summary: 'Watches failed payments and drafts a mail to the customer',
  prompt: 'Look at failed payments every hour.\nDraft a friendly mail to each customer whose payment failed twice.',
  tools: ['send_email', 'create_task'],
};

const BRIEF = 'We bake bread for cafés.\nWe deliver from Monday to Saturday.\nWe answer within a day.';

const LONG = Array.from(
  { length: 40 },
  (_, at) => `${at + 1}. Of every loaf that we bake we keep a slice, and taste it again after three days.`,
).join('\n');

/** What is long, what takes several, and what is refused. */
const special = async (stage: Stage): Promise<Shot[]> => {
  const { rig, ana, ben } = stage;
  await stage.done(await stage.made(ben, 'edit_doc', { doc_type: 'brief', content: BRIEF, base_version: 0 }));
  const document = await stage.made(ben, 'edit_doc', {
    doc_type: 'brief',
    content: BRIEF.replace('Saturday', 'Sunday').concat('\nWe write in plain words.'),
    base_version: 1,
  });
  const long = await stage.made(ben, 'send_email', {
    ...LETTER,
    to: 'ana@mill.example',
    content: LONG,
  });
  const many = PolicyDocument.parse({ ...SHIPPED_POLICY, otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } });
  await rig.policy(many);
  const quorum = await stage.approves(ana, await stage.made(ben, 'create_task', task('sign the lease')));
  const again = await decide(rig.heart, ana, {
    verb: 'approve',
    proposalId: quorum.proposal.id,
    revision: 1,
    digest: quorum.revision.digest,
  });
  await rig.policy({ ladder: [{ afterMinutes: 60, to: 'admins' }] });
  const late = await stage.made(ben, 'create_task', task('renew the insurance', { due_on: '2026-11-30' }));
  await rig.tamper(`update wilco.revisions set created_at = now() - interval '2 hours' where proposal_id = $1`, [late.proposal.id]);
  await climbLadders(rig.heart, 'default', new Date());
  const [told] = await rig.sql<{ text: string }>(`select text from wilco.messages where text like 'Nobody has decided%' limit 1`);
  const own = await decide(
    rig.heart,
    { ...ben, role: 'approver' },
    {
      ...{ verb: 'approve', proposalId: late.proposal.id, revision: 1, digest: late.revision.digest },
    },
  );
  return [
    shotOf('document', 'A change of a document, line by line', { card: await stage.card(document) }),
    shotOf('email', 'A proposal with a text of several lines', {
      card: await stage.card(await stage.made(ben, 'send_email', { ...LETTER, to: 'ana@mill.example' })),
    }),
    shotOf('too-long', 'Too long for a message: it is opened in full before anybody can approve it', { card: await stage.card(long) }),
    {
      name: 'in-full',
      shows: 'The same, opened in full by one person: what they read is what they approve',
      kind: 'full',
      card: await stage.card(long, true),
    },
    shotOf('two-approvals', 'Two of them are needed, and one has approved', { card: await stage.card(quorum) }),
    shotOf('reminder', 'Nobody decided for a while, so somebody was told', { text: told?.text ?? '' }, { card: await stage.card(late) }),
    shotOf(
      'refused',
      'A press that is not allowed gets a sentence, for the eyes of whoever pressed',
      { text: again.ok ? '' : again.error.message },
      { text: own.ok ? '' : own.error.message },
      { text: heartError('stale_revision').message },
    ),
  ];
};

export const life = async (stage: Stage): Promise<Shot[]> => [
  ...(await states(stage)),
  ...(await troubles(stage)),
  ...(await agents(stage)),
  ...(await special(stage)),
];
