import { lookAtSlack } from '../../bot/slack/look.ts';
import type { Config } from '../../config.ts';
import { type Check, fail, ok, warn } from '../check.ts';
import { clockProblem } from '../slack-clock.ts';

export const slack = (config: Config, now: () => number = Date.now): Check => ({
  name: 'slack',
  async run() {
    if (!config.slack) return ok('not set up');
    const found = await lookAtSlack(config.slack);
    if (found.problem !== undefined)
      return fail('It cannot be used.', `${found.problem}. npm run slack:setup says how to get another token.`);
    const off = await clockProblem(config.slack, now);
    if (off !== undefined) return warn(off, 'Let it be set by the network (NTP).');
    return found.missing.length === 0
      ? ok(`connected to ${found.name}, with every scope that it needs`)
      : fail(
          `The app in ${found.name} lacks ${found.missing.join(', ')}.`,
          'Add these under OAuth & Permissions → Bot Token Scopes, and install the app again.',
        );
  },
});
