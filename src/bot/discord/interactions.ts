import { InteractionResponseType, InteractionType } from 'discord.js';
import { within } from '../../within.ts';
import type { Answer, ChatEvent, Pressed } from '../surface.ts';
import { askOpenly } from './ask-openly.ts';
import type { Rendered } from './card.ts';
import { linesFor, type Meant, meantBy, typedIn } from './commands.ts';
import { opensForm, readCustomId } from './custom-id.ts';
import { type FormDeps, offerForm, onModal, openForm, openPage } from './forms.ts';
import type { Interaction } from './incoming.ts';
import { first, type Link } from './link.ts';
import { filesOf } from './messages.ts';
import { readModalId } from './modal.ts';
import { offeredChoices } from './options.ts';
import { hasThreads } from './place.ts';
import { defer, followUp, linesOf, privately, respond, respondAlone, settleDeferred, TAKEN, tellDone } from './respond.ts';
import { orSay, type Said, told } from './told.ts';

/** So long a form is waited for before the press is taken without it: Discord gives three seconds. */
const FORM_WAIT_MS = 1500;

/** A form that came too late to be the first response, or what else there is to say. */
const lateForm = async (deps: FormDeps, interaction: Interaction, coming: Promise<Answer>): Promise<void> => {
  const { link } = deps;
  if (!(await defer(link, interaction, false))) return;
  const answer = await coming;
  if (answer.kind === 'form')
    return settleDeferred(link, interaction, [offerForm(deps, interaction, { form: answer.form, label: 'Open it' })]);
  const pages = privately(answer);
  await settleDeferred(link, interaction, pages.length > 0 ? pages : [linesOf(TAKEN)]);
};

const pressForForm = async (deps: FormDeps, interaction: Interaction, answer: Answer): Promise<void> => {
  const { link } = deps;
  if (answer.kind === 'form') return openForm(deps, interaction, answer.form);
  const [first, ...rest] = privately(answer);
  if (!first) return void (await defer(link, interaction, true));
  if (await respondAlone(link, interaction, first)) await followUp(link, interaction, rest);
};

const ITS_CARD = 'Its card shows what comes of it.';

/** What a press did, for whoever pressed where they alone see the card. */
const DID: Partial<Record<Pressed['verb'], string>> = {
  approve: `Your approval is on record. ${ITS_CARD}`,
  withdraw: 'You withdrew it.',
  retry: `It is tried again. ${ITS_CARD}`,
  undo: 'It is being undone.',
  take_over: 'It is yours now, with a card of its own.',
};

const onPress = async (deps: FormDeps, interaction: Interaction, pressed: Pressed): Promise<void> => {
  const { link } = deps;
  const remoteId = interaction.message?.id ?? null;
  const event = (base: Said): ChatEvent => ({ ...base, kind: 'press', remoteId, pressed });
  // A form can only be the first response, so nothing is sent before it.
  if (opensForm(pressed)) {
    const coming = orSay(link, told(link, interaction, event));
    const answer = await within(FORM_WAIT_MS, coming);
    return answer ? pressForForm(deps, interaction, answer) : lateForm(deps, interaction, coming);
  }
  if (!(await defer(link, interaction, true))) return;
  const answer = await orSay(link, told(link, interaction, event));
  await followUp(link, interaction, privately(answer));
  const did = DID[pressed.verb];
  if (answer.kind === 'nothing' && did) await tellDone(link, interaction, did);
};

const onComponent = async (deps: FormDeps, interaction: Interaction): Promise<void> => {
  const id = interaction.data?.values?.[0] ?? interaction.data?.custom_id ?? '';
  const at = readModalId(id);
  if (at) return openPage(deps, interaction, at);
  const pressed = readCustomId(id);
  if (pressed) return onPress(deps, interaction, pressed);
  await respondAlone(deps.link, interaction, linesOf('That button is not known any more.'));
};

const saidOf = (deps: FormDeps, interaction: Interaction, answer: Answer): Rendered[] =>
  answer.kind === 'form' ? [offerForm(deps, interaction, { form: answer.form, label: 'Fill it in' })] : privately(answer);

const tell = (link: Link, interaction: Interaction, at: { meant: Meant; thread: string | undefined }): Promise<Answer> => {
  const { on, line, values } = at.meant;
  const make = (base: Said): ChatEvent => {
    const files = on ? filesOf(link, on) : [];
    return { ...base, kind: 'command', line, files, ...(values ? { values } : {}) };
  };
  return orSay(link, told(link, interaction, { thread: at.thread, make }));
};

const onOpenCommand = async (deps: FormDeps, interaction: Interaction, meant: Meant): Promise<void> => {
  const { link } = deps;
  const tellIn = (thread: string | undefined) => tell(link, interaction, { meant, thread });
  const { line, values } = meant;
  await askOpenly(link, interaction, { asked: { line, values }, tell: tellIn, alone: (answer) => saidOf(deps, interaction, answer) });
};

const onCommand = async (deps: FormDeps, interaction: Interaction): Promise<void> => {
  const { link } = deps;
  const meant = meantBy(link.menu(), interaction);
  const canThread = interaction.channel ? hasThreads(interaction.channel) : false;
  if (meant?.proposes && !meant.on && canThread) return onOpenCommand(deps, interaction, meant);
  if (!(await defer(link, interaction, false))) return;
  if (!meant) return settleDeferred(link, interaction, [linesOf('There is nothing in that to work with.')]);
  // What is asked about somebody's message is answered in a thread of that.
  const answer = await tell(link, interaction, { meant, thread: canThread ? meant.on?.id : undefined });
  const pages = saidOf(deps, interaction, answer);
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
export const onInteraction = async (deps: FormDeps, interaction: Interaction): Promise<void> => {
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
