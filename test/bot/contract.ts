import { afterAll, beforeAll, expect } from 'vitest';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { actionTests } from './contract-actions.ts';
import { growingTests } from './contract-growing.ts';
import { peopleTests } from './contract-people.ts';
import { pickerTests } from './contract-pickers.ts';
import { createSteps, type Driver, type Steps } from './contract-steps.ts';
import { teamTests } from './contract-team.ts';

/**
 * What every outside surface owes: the journey of one action, and the same answers to the same people. `open` connects the real client with
 * the platform's fake, with the tools of contract-tools.ts; account `U1` is then linked to the owner by a code.
 */
export const surfaceContract = (name: string, open: () => Promise<Driver>): void => {
  let driver: Driver;
  let steps: Steps;
  beforeAll(async () => {
    driver = await open();
    steps = createSteps(driver);
    await steps.linkTo('U1', driver.rig.installed.ownerId);
  });
  afterAll(async () => {
    expect(await effectsWithoutDecision(driver.rig)).toBe(0);
    await driver.stop();
  });
  const at = () => ({ driver, steps });
  actionTests(name, at);
  teamTests(name, at);
  growingTests(name, () => driver);
  peopleTests(name, at);
  pickerTests(name, at);
};
