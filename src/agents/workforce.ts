import type { Workforce } from '../dispatch/workforce.ts';
import type { Roster } from './roster.ts';

/** The team as schedules see it. `works`: a model is set up. */
export const workforceOf = (roster: Roster, works: boolean): Workforce => ({
  works,
  async find(projectId, key) {
    const found = await roster.find(projectId, key);
    return found && { name: found.agent.name, domain: found.agent.domain, state: found.state };
  },
});
