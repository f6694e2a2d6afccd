import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retry, settle } from '../../src/dispatch/after.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { createLog } from '../../src/log.ts';
import { err, ok } from '../../src/result.ts';
import type { Tool, ToolContext } from '../../src/tools/tool.ts';
import { eventually } from '../eventually.ts';
import { createRig, type Rig, THREAD, unique } from './rig.ts';

/** Everything that is logged while these tests run, at the level that says most. */
let logged = '';
const destination = new Writable({
  write(chunk, _, done) {
    logged += String(chunk);
    done();
  },
});
const CANARY = 'canary-7f3a';
let does: (ctx: ToolContext) => Promise<unknown> = async () => ok({ summary: CANARY });
let rig: Rig;
beforeAll(async () => {
  rig = await createRig({
    log: createLog('trace', destination),
    wrap: (tool) => ({ ...tool, execute: (_, ctx) => does(ctx) as ReturnType<Tool['execute']> }),
  });
  await rig.work();
});
afterAll(() => rig.stop());

const sent = async (ctx: ToolContext, then: () => unknown) => {
  await ctx.beforeDispatch();
  return then();
};
const thrown = (error: unknown) => () => Promise.reject(error);
const ENDS: [string, (ctx: ToolContext) => Promise<unknown>][] = [
  ['goes well', (ctx) => sent(ctx, () => ok({ summary: CANARY, data: { canary: CANARY } }))],
  ['says more in between', (ctx) => ctx.progress(CANARY).then(() => sent(ctx, () => ok({ summary: CANARY })))],
  ['is refused', async () => err({ code: 'refused', message: CANARY, notDispatched: true })],
  ['is lost', (ctx) => sent(ctx, () => err({ code: 'lost', message: CANARY, notDispatched: false }))],
  ['throws', (ctx) => sent(ctx, thrown(new Error(CANARY)))],
  [
    'throws with a cause and a code',
    (ctx) => sent(ctx, thrown(Object.assign(new Error(CANARY, { cause: new Error(CANARY) }), { code: 'E_TOOL' }))),
  ],
  ['throws a text', (ctx) => sent(ctx, thrown(CANARY))],
  ['makes a query fail that quotes it', (ctx) => sent(ctx, () => ctx.tx.execute(`select '${CANARY}'::uuid`))],
  ['answers what nobody expects', (ctx) => sent(ctx, () => ({ canary: CANARY }))],
];

test.each(['note_unsafe', 'note_keyed', 'note_own'])(
  '[quiet] whatever becomes of %s, no argument, answer or error of it gets into the log',
  async (tool) => {
    for (const [name, act] of ENDS) {
      does = act;
      const card = await rig.proposed(rig.owner, { text: `${CANARY} ${name} ${unique()}` }, tool);
      await rig.approve(rig.owner, card);
      await rig.settled(card.id);
      await settle(rig.heart, rig.owner, { proposalId: card.id, outcome: 'failed' });
      await retry(rig.heart, rig.owner, card.id);
      await rig.settled(card.id);
    }
    expect(logged).toContain('proposal.ran');
    expect(logged).not.toContain(CANARY);
  },
);

test('[quiet] nor does what was refused before it became a card, or what a database says that breaks', async () => {
  for (const input of [{ text: `${CANARY}\0` }, { text: CANARY, [CANARY]: 1 }, { text: `${CANARY} sk-ant-${'x'.repeat(30)}` }])
    await propose(rig.heart, rig.owner, { threadId: THREAD, tool: 'note_unsafe', input });
  const card = await rig.proposed(rig.owner, { text: CANARY });
  // Its settling fails in the database, with a message that holds what the tool said.
  await rig.sql(`create function wilco.boom() returns trigger language plpgsql as $$ begin raise exception 'no: %', new.text; end $$`);
  await rig.sql(
    `create trigger boom before insert on wilco.messages for each row when (new.text like '${CANARY}%') execute function wilco.boom()`,
  );
  const failed = async () => {
    await eventually(() => logged.includes('job.failed'));
    expect(logged).toContain('job.failed');
    expect(logged).not.toContain(CANARY);
    logged = '';
  };
  logged = '';
  does = (ctx) => sent(ctx, () => ok({ summary: `${CANARY} and more` }));
  await rig.approve(rig.owner, card);
  await failed();
  await rig.sql('drop trigger boom on wilco.messages');
  await rig.sql(
    `create function wilco.bang() returns trigger language plpgsql as $$ begin raise exception 'no: ${CANARY}'; end $$;
     create trigger bang before insert on wilco.effects for each row execute function wilco.bang()`,
  );
  await rig.approve(rig.owner, await rig.proposed(rig.owner, { text: unique() }));
  await failed();
  await rig.sql('drop trigger bang on wilco.effects');
});
