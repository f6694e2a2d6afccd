import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { throwFromHere } from '../../src/ops/switch.ts';
import { createRig, type Rig, unique } from '../dispatch/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({});
});
afterAll(() => rig.stop());

const run = async (...args: string[]) => {
  const said: string[] = [];
  const config = parseConfig({ DATABASE_URL: rig.url }, []);
  const code = await throwFromHere({ config, args, log: createLog('silent'), say: (line) => said.push(line) });
  return { code, said: said.join('\n') };
};

test('[stop] with no chat at hand the operator kills everything from the command line, a worker elsewhere obeys, and the record says who', async () => {
  const { worker, pump } = await rig.work(2);
  const card = await rig.proposed(rig.owner, { text: unique() });
  await rig.sql(`update wilco.switches set paused = true`);
  expect(await run('pause')).toMatchObject({ code: 0, said: expect.stringContaining('paused') });
  await rig.approve(rig.owner, card);
  const killed = await run('kill', 'mails', 'went', 'out', 'twice');
  expect(killed).toMatchObject({ code: 0, said: expect.stringContaining('Everything is killed') });
  expect(killed.said).toContain('Made void: 1');
  expect(killed.said).not.toContain('did not answer');
  expect(await rig.stateOf(card.id)).toBe('void');
  const [switched] = await rig.sql<{ reason: string; via: string }>(
    `select s.reason, e.data ->> 'via' as via from wilco.switches s, wilco.events e where e.kind = 'switch.killed' order by e.id desc limit 1`,
  );
  expect(switched).toEqual({ reason: 'mails went out twice', via: 'command line' });
  expect(await run('unkill')).toMatchObject({ code: 0 });
  expect(await run('resume')).toMatchObject({ code: 0 });
  await pump.stop(1000);
  await worker.stop();
});

test('one agent, or a domain, is stopped from the command line by its name', async () => {
  expect(await run('kill', '@note-taker')).toMatchObject({ code: 0, said: expect.stringContaining('Note-taker is killed') });
  const [stop] = await rig.sql<{ killed: boolean }>(`select killed from wilco.stops where scope = 'agent:note-taker'`);
  expect(stop).toEqual({ killed: true });
  expect(await run('unkill', '@note-taker')).toMatchObject({ code: 0 });
  expect(await run('kill', '@nobody')).toMatchObject({ code: 1, said: expect.stringContaining('@nobody') });
});

test('what is no switch is answered with how it is written', async () => {
  expect(await run('destroy')).toMatchObject({ code: 1, said: expect.stringContaining('npm run switch') });
});
