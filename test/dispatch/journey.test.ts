import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRig, effectsWithoutDecision, type Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
  await rig.work();
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

test.for(['note_unsafe', 'note_keyed', 'note_own'])(
  '[once][decided] an approved %s is carried out once and its card says so',
  async (tool) => {
    const card = await rig.proposed(rig.owner, { text: `hello ${tool}` }, tool);
    expect(await rig.stateOf(card.id)).toBe('proposed');
    const decided = await rig.approve(rig.owner, card);
    expect(decided).toMatchObject({ ok: true, value: { state: 'approved' } });
    expect(await rig.settled(card.id)).toBe('executed');
  },
);
