import { InteractionResponseType, InteractionType } from 'discord.js';
import type { ThreadAddress } from '../../db/thread-id.ts';
import type { Answer, ChatEvent, Pressed, Who } from '../surface.ts';
import { button, type Rendered, renderPages } from './card.ts';
import { linesFor, meantBy, typedIn } from './commands.ts';
import { opensForm, readCustomId } from './custom-id.ts';
import { type Interaction, valuesIn } from './incoming.ts';
import { first, type Link, type Recent } from './link.ts';
import { type Draft, modalOf, pageButtonId, pageCount, readModalId, tooLongIn } from './modal.ts';
import { offeredChoices } from './options.ts';
import { channelOf, placeOf } from './place.ts';
import { defer, followUp, linesOf, respond, respondAlone, settleDeferred, shownLines } from './respond.ts';
import { whoOf } from './who.ts';

/** The forms that people have open, by person and form. Lost when the process ends: the button opens a new one. */
export type Drafts = Recent<Draft>;
type Deps = { link: Link; drafts: Drafts };

const GONE = 'That form is not known any more. Press the button on the card again.';
const FAILED = 'That could not be taken just now, and nothing was done. Try again in a moment.';
const TAKEN = 'Taken. The answer comes here.';

const rowed = (rendered: Rendered, id: string, label: string): Rendered => ({
  ...rendered,
  components: [...rendered.components, { type: 1, components: [button(id, label, 'primary')] }],
});

const placed = async (link: Link, interaction: Interaction): Promise<{ who: Who; place: ThreadAddress } | undefined> => {
  const user = interaction.member?.user ?? interaction.user;
  const id = interaction.channel?.id ?? interaction.channel_id;
  if (!user || !id) return undefined;
  const who = await whoOf(link, { guildId: interaction.guild_id, user, member: interaction.member });
  return { who, place: placeOf(who.workspace, interaction.channel ?? (await channelOf(link, id))) };
};

type Said = Pick<ChatEvent, 'eventId' | 'who' | 'place'>;

const told = async (link: Link, interaction: Interaction, make: (base: Said) => ChatEvent): Promise<Answer> => {
  const base = await placed(link, interaction);
  return base ? link.hear(make({ eventId: interaction.id, ...base })) : { kind: 'nothing' };
};

/** An event that could not be stored did nothing, and whoever did it is told so. */
const orSay = (link: Link, answer: Promise<Answer>): Promise<Answer> =>
  answer.catch((error: unknown): Answer => {
    link.log.warn({ surface: link.platform, err: error instanceof Error ? error.name : 'unknown' }, 'interaction.not_taken');
    return { kind: 'private', text: FAILED as never, card: null }; // a line of ours, without anything to be made visible
  });

const draftKey = (interaction: Interaction, form: string): string => `${(interaction.member?.user ?? interaction.user)?.id}/${form}`;

const showPage = async ({ link }: Deps, interaction: Interaction, at: { draft: Draft; page: number }): Promise<void> => {
  const long = tooLongIn(at.draft);
  if (long) {
    await respondAlone(link, interaction, linesOf(`${long.label} is longer than Discord lets anybody edit. Edit it in the web room.`));
    return;
  }
  await respond(link, interaction, { type: InteractionResponseType.Modal, data: modalOf(at.draft, at.page) });
};

const privately = (answer: Answer): Rendered[] => {
  if (answer.kind !== 'private') return [];
  return [...(answer.text ? [shownLines(answer.text)] : []), ...(answer.card ? renderPages(answer.card) : [])];
};

const pressForForm = async (deps: Deps, interaction: Interaction, answer: Answer): Promise<void> => {
  const { link, drafts } = deps;
  if (answer.kind === 'form') {
    const draft = { form: answer.form, values: {} };
    drafts.set(draftKey(interaction, answer.form.id), draft);
    return showPage(deps, interaction, { draft, page: 0 });
  }
  const [first, ...rest] = privately(answer);
  if (!first) return void (await defer(link, interaction, true));
  if (await respondAlone(link, interaction, first)) await followUp(link, interaction, rest);
};

const onPress = async (deps: Deps, interaction: Interaction, pressed: Pressed): Promise<void> => {
  const { link } = deps;
  const remoteId = interaction.message?.id ?? null;
  const event = (base: Said): ChatEvent => ({ ...base, kind: 'press', remoteId, pressed });
  // A form can only be the first response, so nothing is sent before it.
  if (opensForm(pressed)) return pressForForm(deps, interaction, await orSay(link, told(link, interaction, event)));
  if (!(await defer(link, interaction, true))) return;
  await followUp(link, interaction, privately(await orSay(link, told(link, interaction, event))));
};

const onComponent = async (deps: Deps, interaction: Interaction): Promise<void> => {
  const { link, drafts } = deps;
  const id = interaction.data?.values?.[0] ?? interaction.data?.custom_id ?? '';
  const at = readModalId(id);
  if (at) {
    const draft = drafts.get(draftKey(interaction, at.form));
    if (!draft) return void (await respondAlone(link, interaction, linesOf(GONE)));
    return showPage(deps, interaction, { draft, page: at.page });
  }
  const pressed = readCustomId(id);
  if (pressed) return onPress(deps, interaction, pressed);
  await respondAlone(link, interaction, linesOf('That button is not known any more.'));
};

const problemsIn = ({ form }: Draft, problems: Record<string, string>): string =>
  Object.entries(problems)
    .map(([name, problem]) => [form.fields.find((field) => field.name === name)?.label, problem].filter(Boolean).join(': '))
    .join(' · ');

const invalid = (at: { form: string; draft: Draft | undefined; problems: Record<string, string> }): Rendered => {
  const { form, draft, problems } = at;
  if (!draft) return linesOf(Object.values(problems).join(' · '));
  return rowed(linesOf(problemsIn(draft, problems)), pageButtonId(form, 0), 'Correct it');
};

const submit = async (
  deps: Deps,
  interaction: Interaction,
  at: { form: string; draft: Draft | undefined; values: Record<string, string> },
) => {
  const { link, drafts } = deps;
  const { form, draft, values } = at;
  // Below a card nothing is shown meanwhile: the card itself changes.
  if (!(await defer(link, interaction, Boolean(interaction.message)))) return;
  const answer = await orSay(
    link,
    told(link, interaction, (base) => ({ ...base, kind: 'submit', form, values })),
  );
  if (answer.kind === 'nothing') drafts.delete(draftKey(interaction, form));
  const wrong = answer.kind === 'invalid' ? [invalid({ form, draft, problems: answer.problems })] : privately(answer);
  await followUp(link, interaction, wrong);
};

const onModal = async (deps: Deps, interaction: Interaction): Promise<void> => {
  const { link, drafts } = deps;
  const at = readModalId(interaction.data?.custom_id ?? '');
  const draft = at && drafts.get(draftKey(interaction, at.form));
  const given = valuesIn(interaction.data?.components);
  if (draft) Object.assign(draft.values, given);
  if (!at || (!draft && at.page > 0)) return void (await respondAlone(link, interaction, linesOf(GONE)));
  const pages = draft ? pageCount(draft.form) : 1;
  if (at.page + 1 >= pages) return submit(deps, interaction, { form: at.form, draft, values: draft?.values ?? given });
  const next = linesOf(`Page ${at.page + 1} of ${pages} is kept.`);
  await respondAlone(link, interaction, rowed(next, pageButtonId(at.form, at.page + 1), 'Go on'));
};

const onCommand = async (deps: Deps, interaction: Interaction): Promise<void> => {
  const { link, drafts } = deps;
  if (!(await defer(link, interaction, false))) return;
  const meant = meantBy(link.menu(), interaction);
  if (!meant) return settleDeferred(link, interaction, [linesOf('There is nothing in that to work with.')]);
  const answer = await orSay(
    link,
    told(link, interaction, (base) => ({ ...base, kind: 'command', ...meant })),
  );
  if (answer.kind === 'form') {
    // A form can only be a first response, and this one was taken already: a button opens it.
    const { id, about } = answer.form;
    drafts.set(draftKey(interaction, id), { form: answer.form, values: {} });
    return settleDeferred(link, interaction, [rowed(about ? shownLines(about) : linesOf(TAKEN), pageButtonId(id, 0), 'Fill it in')]);
  }
  const pages = privately(answer);
  await settleDeferred(link, interaction, pages.length > 0 ? pages : [linesOf(TAKEN)]);
};

/** What may be meant by what is being typed. Nobody waits for it: where it cannot be looked up, nothing is offered. */
const onTyping = async (link: Link, interaction: Interaction): Promise<void> => {
  const typed = typedIn(link.menu(), interaction);
  const answer = typed && (await told(link, interaction, (base) => ({ ...base, kind: 'choosing', ...typed })).catch(() => undefined));
  const choices = typed ? offeredChoices(answer?.kind === 'choices' ? answer.choices : []) : linesFor(link.menu(), interaction);
  await respond(link, interaction, { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } });
};

/** Does what one interaction asks for, once: discord.js tells a repeated one twice. */
export const onInteraction = async (deps: Deps, interaction: Interaction): Promise<void> => {
  const { link } = deps;
  if (!first(link, `interaction/${interaction.id}`)) return;
  switch (interaction.type) {
    case InteractionType.MessageComponent:
      return onComponent(deps, interaction);
    case InteractionType.ModalSubmit:
      return onModal(deps, interaction);
    case InteractionType.ApplicationCommand:
      return onCommand(deps, interaction);
    case InteractionType.ApplicationCommandAutocomplete:
      return onTyping(link, interaction);
    default:
      return;
  }
};
