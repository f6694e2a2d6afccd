import type { Database } from '../db/client.ts';
import { accountsIn } from '../db/groups.ts';
import { personOf } from '../db/identities.ts';
import { PERSON_IDS } from '../dispatch/form-fields.ts';
import { platformName } from '../tools/platform-groups.ts';
import type { Answer, FilledField, Who } from './surface.ts';

/** Where somebody fills in a form: accounts are linked, and channels tied, for each workspace of a platform. */
type Workspace = Pick<Who, 'platform' | 'workspace'>;

/** How an action says that there is to be no channel. */
export const NO_CHANNEL = 'none';

const valueIn = (fields: readonly FilledField[], name: string): string | undefined => fields.find((field) => field.name === name)?.value;

/** Whoever has no account there that would be taken for them stands there by name, and is typed. */
const personPick = async ({ db }: Database, at: Workspace, personId: string): Promise<FilledField['pick']> => {
  if (personId === '') return { of: 'person', id: null };
  for (const { userId } of await accountsIn(db, { ...at, personIds: [personId] }))
    if ((await personOf(db, { ...at, userId }))?.personId === personId) return { of: 'person', id: userId };
  return undefined;
};

/** A channel can be picked by those before whom it stands, and is typed anywhere else. */
const channelPick = (fields: readonly FilledField[], { platform, workspace }: Workspace, value: string): FilledField['pick'] =>
  valueIn(fields, 'platform') === platform && valueIn(fields, 'workspace') === workspace
    ? { of: 'channel', id: value === NO_CHANNEL || value === '' ? null : value }
    : undefined;

/**
 * A form as it is shown in one workspace: people are picked among its accounts and channels among its channels, wherever what stands there now
 * is one of them. The id of whoever is picked goes with them: nobody types it.
 */
export const withPickers = async (database: Database, answer: Answer, at: Workspace): Promise<Answer> => {
  if (answer.kind !== 'form') return answer;
  const { fields } = answer.form;
  const pickOf = async ({ name, control, value }: FilledField): Promise<FilledField['pick']> => {
    if (control === 'channel') return channelPick(fields, at, value);
    const personId = PERSON_IDS[name] === undefined ? undefined : valueIn(fields, PERSON_IDS[name]);
    // A name without an id is somebody whom nobody knows yet.
    return personId === undefined || (personId === '' && value !== '') ? undefined : personPick(database, at, personId);
  };
  const picks = await Promise.all(fields.map(pickOf));
  const ids = fields.flatMap(({ name }, i) => (picks[i]?.of === 'person' ? [PERSON_IDS[name]] : []));
  const shown = fields
    .map((field, i): FilledField => (picks[i] ? { ...field, pick: picks[i] } : field))
    .filter(({ name }) => !ids.includes(name));
  return { kind: 'form', form: { ...answer.form, fields: shown } };
};

type Picked = { values: Record<string, string> } | { problems: Record<string, string> };

/**
 * Whom the pickers of a submitted form mean, as the name and the id that the action takes; or which of them is nobody here. `picked`: accounts
 * by field; null: nobody was picked.
 */
export const readPicked = async ({ db }: Database, picked: Readonly<Record<string, string | null>>, at: Workspace): Promise<Picked> => {
  const values: Record<string, string> = {};
  const problems: Record<string, string> = {};
  for (const [name, userId] of Object.entries(picked)) {
    const idField = PERSON_IDS[name];
    if (!idField) continue;
    const person = userId === null ? { personId: '', name: '' } : await personOf(db, { ...at, userId });
    if (person) Object.assign(values, { [name]: person.name, [idField]: person.personId });
    else
      problems[name] =
        `Whoever that is in ${platformName(at.platform)} is linked to nobody here. They link their account first, or you propose it in the web room.`;
  }
  return Object.keys(problems).length > 0 ? { problems } : { values };
};
