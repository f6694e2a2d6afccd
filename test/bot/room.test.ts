import { afterAll, beforeAll, expect } from 'vitest';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { actionTests } from './contract-actions.ts';
import { type Outdoors, roomFaults } from './contract-faults.ts';
import { createSteps, type Steps } from './contract-steps.ts';
import { roomDriver } from './room-driver.ts';

let driver: Outdoors;
let steps: Steps;
beforeAll(async () => {
  driver = await roomDriver();
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(async () => {
  expect(await effectsWithoutDecision(driver.rig)).toBe(0);
  await driver.stop();
});

actionTests('the room', () => ({ driver, steps }));
roomFaults('the room', roomDriver);
