import type { Database } from '../../db/client.ts';
import { personOf } from '../../db/identities.ts';
import type { AskWho } from './who.ts';
import type { NameOf } from './words.ts';

/** By which name somebody goes here; where nobody knows them, by the one that Slack shows. */
export const createNames =
  ({ db }: Database, workspace: () => string, ask: AskWho): NameOf =>
  async (userId) => {
    const person = await personOf(db, { platform: 'slack', workspace: workspace(), userId });
    if (person) return person.name;
    const who = await ask(userId);
    return who.ok ? who.value.name : undefined;
  };
