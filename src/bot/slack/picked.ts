import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { accountsIn } from '../../db/groups.ts';
import { personOf } from '../../db/identities.ts';
import { PERSON_IDS } from '../../dispatch/form-fields.ts';
import type { Answer, Form } from '../surface.ts';
import { VALUE } from './modal.ts';
import type { AskWho } from './who.ts';
import type { NameOf } from './words.ts';

/** Who is meant by an account of the workspace, and by which account somebody is known there. */
export type Accounts = {
  personOf(userId: string): Promise<{ personId: string; name: string } | undefined>;
  accountOf(personId: string): Promise<string | undefined>;
};

const platform = 'slack';

export const createAccounts = ({ db }: Database, workspace: () => string): Accounts => ({
  personOf: (userId) => personOf(db, { platform, workspace: workspace(), userId }),
  accountOf: async (personId) => (await accountsIn(db, { platform, workspace: workspace(), personIds: [personId] }))[0]?.userId,
});

/** By which name somebody goes here; where nobody knows them, by the one that Slack shows. */
export const createNames =
  (accounts: Accounts, ask: AskWho): NameOf =>
  async (userId) => {
    const person = await accounts.personOf(userId);
    if (person) return person.name;
    const who = await ask(userId);
    return who.ok ? who.value.name : undefined;
  };

/** A form whose fields for people carry their accounts, to be shown in a picker. */
export const withAccounts = async (accounts: Accounts, answer: Answer): Promise<Answer> => {
  if (answer.kind !== 'form') return answer;
  const textOf = (name: string) => answer.form.fields.find((field) => field.name === name)?.value ?? '';
  const fields: Form['fields'] = [];
  for (const field of answer.form.fields) {
    const idField = PERSON_IDS[field.name];
    const account = idField && textOf(idField) !== '' ? await accounts.accountOf(textOf(idField)) : undefined;
    fields.push(account === undefined ? field : { ...field, account });
  }
  return { kind: 'form', form: { ...answer.form, fields } };
};

const State = z.object({ values: z.record(z.string(), z.record(z.string(), z.object({ selected_user: z.string().nullish() }))) });
const Body = z.object({ type: z.literal('view_submission'), view: z.object({ state: State }) });

const UNLINKED = 'Whoever that is in Slack is linked to nobody here. They link their account first, or you propose it in the web room.';

type Picked = { values: Record<string, string> } | { problems: Record<string, string> };

/** Whom the pickers of a submitted form mean, as the name and the id that the action takes; or which of them is nobody here. */
export const readPicked = async (accounts: Accounts, body: unknown): Promise<Picked> => {
  const read = Body.safeParse(body);
  const values: Record<string, string> = {};
  const problems: Record<string, string> = {};
  for (const [name, inputs] of Object.entries(read.data?.view.state.values ?? {})) {
    const idField = PERSON_IDS[name];
    const picked = inputs[VALUE]?.selected_user;
    if (!idField || picked === undefined) continue;
    const person = picked === null ? { personId: '', name: '' } : await accounts.personOf(picked);
    if (person) Object.assign(values, { [name]: person.name, [idField]: person.personId });
    else problems[name] = UNLINKED;
  }
  return Object.keys(problems).length > 0 ? { problems } : { values };
};
