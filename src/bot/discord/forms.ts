import { InteractionResponseType } from 'discord.js';
import type { Recent } from '../../recent.ts';
import { readFormId } from '../forms.ts';
import type { Answer, ChatEvent, Form } from '../surface.ts';
import { askOpenly } from './ask-openly.ts';
import { button, type Rendered } from './card.ts';
import { type Given, givenIn, type Interaction } from './incoming.ts';
import type { Link } from './link.ts';
import { allGiven, chosenIn, type Draft, modalOf, pageButtonId, pageCount, pageWith, readModalId, withoutPicks } from './modal.ts';
import { hasThreads } from './place.ts';
import { defer, followUp, linesOf, privately, respond, respondAlone, shownLines, TAKEN, tellDone } from './respond.ts';
import { orSay, type Said, told } from './told.ts';

/** The forms that people have open, by person and form. Lost when the process ends: the button opens a new one. */
export type Drafts = Recent<Draft>;
export type FormDeps = { link: Link; drafts: Drafts };

const GONE = 'That form is not known any more, and nothing was done. Press the button on the card again.';
const DONE = 'Done. Its card shows what comes of it.';
const WHAT_WAS_TYPED = 'What you typed:';
const NO_FIELDS = 'There is nothing in it that could be edited here. Edit it in the web room.';

const rowed = (rendered: Rendered, id: string, label: string): Rendered => ({
  ...rendered,
  components: [...rendered.components, { type: 1, components: [button(id, label, 'primary')] }],
});

const draftKey = (interaction: Interaction, form: string): string => `${(interaction.member?.user ?? interaction.user)?.id}/${form}`;

const showPage = async (link: Link, interaction: Interaction, at: { draft: Draft; page: number }): Promise<void> => {
  if (pageCount(at.draft.form) === 0) return void (await respondAlone(link, interaction, linesOf(NO_FIELDS)));
  await respond(link, interaction, { type: InteractionResponseType.Modal, data: modalOf(at.draft, at.page) });
};

const drafted = ({ drafts }: FormDeps, interaction: Interaction, form: Form): Draft => {
  const draft = { form, values: {}, picked: {}, problems: {} };
  drafts.set(draftKey(interaction, form.id), draft);
  return draft;
};

/** Shows a form as the first response. */
export const openForm = (deps: FormDeps, interaction: Interaction, form: Form): Promise<void> =>
  showPage(deps.link, interaction, { draft: drafted(deps, interaction, form), page: 0 });

/** A form can only be a first response. Where that was taken already, a button opens it. */
export const offerForm = (deps: FormDeps, interaction: Interaction, at: { form: Form; label: string }): Rendered => {
  const { form, label } = at;
  drafted(deps, interaction, form);
  const said = form.about ? shownLines(form.about) : linesOf(TAKEN);
  return pageCount(form) === 0 ? linesOf(NO_FIELDS) : rowed(said, pageButtonId(form.id, 0), label);
};

/** Opens a page of a form that somebody has begun. */
export const openPage = async ({ link, drafts }: FormDeps, interaction: Interaction, at: { form: string; page: number }): Promise<void> => {
  const draft = drafts.get(draftKey(interaction, at.form));
  if (!draft) return void (await respondAlone(link, interaction, linesOf(GONE)));
  await showPage(link, interaction, { draft, page: at.page });
};

const problemsIn = (draft: Draft | undefined, problems: Record<string, string>): string =>
  Object.entries(problems)
    .map(([name, problem]) => [draft?.form.fields.find((field) => field.name === name)?.label, problem].filter(Boolean).join(': '))
    .join(' · ');

/** What is wrong, with the button that opens the page on which it is. */
const invalid = (draft: Draft | undefined, problems: Record<string, string>): Rendered => {
  const said = linesOf(problemsIn(draft, problems));
  if (!draft) return said;
  draft.problems = problems;
  return rowed(said, pageButtonId(draft.form.id, pageWith(draft.form, problems)), 'Correct it');
};

type Filled = { form: string; draft: Draft | undefined; given: Given };

/** The slash of the tool that was chosen in the menu of a channel: its card belongs into a thread, as if it had been filled in there. */
const chosenOpenly = ({ channel }: Interaction, id: string): string | undefined => {
  const form = readFormId(id);
  return form?.kind === 'tool' && channel && hasThreads(channel) ? form.name : undefined;
};

const submit = async (deps: FormDeps, interaction: Interaction, at: Filled): Promise<void> => {
  const { link, drafts } = deps;
  const { form, draft, given } = at;
  const { values, problems } = draft ? chosenIn(draft.form, given.values) : { values: given.values, problems: {} };
  const isWrong = Object.keys(problems).length > 0;
  const tell = async (thread?: string): Promise<Answer> => {
    if (isWrong) return { kind: 'invalid', problems };
    const make = (base: Said): ChatEvent => ({ ...base, kind: 'submit', form, values, picked: given.picked });
    return orSay(link, told(link, interaction, { thread, make }));
  };
  const alone = (answer: Answer): Rendered[] => (answer.kind === 'invalid' ? [invalid(draft, answer.problems)] : privately(answer));
  const slash = isWrong ? undefined : chosenOpenly(interaction, form);
  if (slash !== undefined) {
    const answer = await askOpenly(link, interaction, {
      asked: { line: slash, values: draft ? withoutPicks(draft, values) : values },
      tell,
      alone,
    });
    if (answer?.kind === 'nothing') drafts.delete(draftKey(interaction, form));
    return;
  }
  // Below a card nothing is shown meanwhile: the card itself changes.
  if (!(await defer(link, interaction, Boolean(interaction.message)))) return;
  const answer = await tell();
  if (answer.kind === 'nothing') {
    drafts.delete(draftKey(interaction, form));
    await tellDone(link, interaction, DONE);
  }
  await followUp(link, interaction, alone(answer));
};

/** A page whose other pages nobody knows any more says so, and gives back what was typed: submitted alone it would empty the rest. */
const giveBack = async (link: Link, interaction: Interaction, { values, picked }: Given): Promise<void> => {
  const people = Object.entries(picked).flatMap(([name, id]) => (id === null ? [] : [`${name}: somebody, to be picked again`]));
  const typed = [...Object.entries(values).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`])), ...people];
  await respondAlone(link, interaction, linesOf([GONE, ...(typed.length > 0 ? [WHAT_WAS_TYPED, ...typed] : [])].join('\n')));
};

/** One page that was filled in: the last one submits them all. */
export const onModal = async (deps: FormDeps, interaction: Interaction): Promise<void> => {
  const { link, drafts } = deps;
  const at = readModalId(interaction.data?.custom_id ?? '');
  const given = givenIn(interaction.data?.components);
  const draft = at && drafts.get(draftKey(interaction, at.form));
  if (!at || (!draft && !at.whole)) return giveBack(link, interaction, given);
  if (!draft) return submit(deps, interaction, { form: at.form, draft, given });
  Object.assign(draft.values, given.values);
  Object.assign(draft.picked, given.picked);
  for (const name of [...Object.keys(given.values), ...Object.keys(given.picked)]) delete draft.problems[name];
  const pages = pageCount(draft.form);
  if (at.page + 1 >= pages) return submit(deps, interaction, { form: at.form, draft, given: allGiven(draft) });
  const next = linesOf(`Page ${at.page + 1} of ${pages} is kept.`);
  await respondAlone(link, interaction, rowed(next, pageButtonId(at.form, at.page + 1), 'Go on'));
};
