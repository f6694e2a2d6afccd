import type { Database } from '../db/client.ts';
import { type KnownPerson, type LinkAccountError, linkAccount, personOf } from '../db/identities.ts';
import { roleAtLeast } from '../db/states.ts';
import { claimEvent } from '../db/talk.ts';
import { threadId } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Command } from '../dispatch/command.ts';
import type { Heart } from '../dispatch/heart.ts';
import { acceptOffer } from '../dispatch/offer.ts';
import { dismissPost, type PostError, promoteMessage } from '../dispatch/posts.ts';
import { ok, type Result } from '../result.ts';
import type { Tool } from '../tools/tool.ts';
import { amend } from './amend.ts';
import { fetchFiles, leftOut, NO_FILES } from './fetch-files.ts';
import { openFormOf } from './fill.ts';
import { commandForm, fillForm } from './forms.ts';
import { homeCards } from './home.ts';
import { runCommand } from './on-message.ts';
import { answerOf, onPress } from './on-press.ts';
import { onSubmit } from './on-submit.ts';
import { onValues } from './on-values.ts';
import { withPickers } from './picked.ts';
import { type ReceiveDeps, receive, retryMessage } from './receive.ts';
import { say } from './say.ts';
import { readSlash, slashArguments } from './slash.ts';
import { stopThread } from './stop.ts';
import { choicesFor } from './suggest.ts';
import type { Answer, ChatEvent, Who } from './surface.ts';

export type EventDeps = { database: Database; heart: Heart; receive: ReceiveDeps; commands: readonly Command[]; tools: readonly Tool[] };

type Known = { person: KnownPerson; actor: Actor };

const LINK = /^\s*(?:<?@\w+>?\s*)?\/?link\s+([a-z0-9]{5}-?[a-z0-9]{5})\s*$/i;

const UNKNOWN =
  'I do not know you here yet. Sign in to the web room, open Settings → Connections, and send me the code that it shows: link CODE. Whoever has no account there asks an admin to be invited.';

const REFUSED: Record<Exclude<Who['kind'], 'member' | 'bot'>, string> = {
  guest: 'Guests of this workspace cannot use Wilco.',
  stranger: 'People of another workspace cannot use Wilco here.',
  disabled: 'This account is disabled.',
};

const LINK_SAY: Record<LinkAccountError['code'], string> = {
  link_unknown: 'That code is not known. Make a new one in the web room, under Settings → Connections.',
  link_used: 'That code was used already. Make a new one.',
  link_expired: 'That code is older than ten minutes. Make a new one.',
  account_taken: 'This account belongs to somebody else in Wilco already. An admin can remove that link.',
  person_removed: 'Whoever made that code is no longer a member here.',
};

const link = async ({ database }: EventDeps, who: Who, code: string): Promise<Answer> => {
  const linked = await linkAccount(database, who, code);
  return say(linked.ok ? `Linked. You are ${linked.value.name} here, with the role ${linked.value.role}.` : LINK_SAY[linked.error.code]);
};

const actorOf = ({ projectId, personId, name, role }: KnownPerson, via: string): Actor => ({ projectId, personId, name, role, via });

const onMessageEvent = async (deps: EventDeps, event: ChatEvent & { kind: 'message' }, { actor }: Known): Promise<Answer> => {
  const amended = event.edited ? await amend(deps, { event, text: event.text }, actor) : undefined;
  if (amended) return amended;
  const { eventId, place, text, addressed, aside = false, title } = event;
  const { surface } = place;
  const had = addressed ? await fetchFiles(event.files) : ok(NO_FILES);
  if (!had.ok) return say(had.error.message);
  const { files, others } = had.value;
  const incoming = { surface, eventId, threadId: threadId(place), text, outside: { addressed, title, aside }, files };
  const received = await receive(deps.receive, actor, incoming);
  // The first words may have been taken in while these were: then they stand, and are changed now.
  if (received.ok && event.edited) return (await amend(deps, { event, text }, actor)) ?? { kind: 'nothing' };
  if (received.ok) return others.length === 0 ? { kind: 'nothing' } : say(leftOut(others));
  // One that was deleted before it arrived became nothing, and nothing is said of it.
  return !addressed || received.error.code === 'message_missing' ? { kind: 'nothing' } : say(received.error.message);
};

/** A message that was taken back: what has come of it is withdrawn; one that has not arrived yet never will. */
const onDeleted = async (deps: EventDeps, event: ChatEvent & { kind: 'deleted' }, { actor }: Known): Promise<Answer> => {
  const amended = await amend(deps, { event, text: null }, actor);
  if (amended || (await isFirst(deps, event))) return amended ?? { kind: 'nothing' };
  // It arrived while it was looked for.
  return (await amend(deps, { event, text: null }, actor)) ?? { kind: 'nothing' };
};

/** A command that answers at once is for the eyes of whoever asked; words for a tool become a message in the thread. */
const onCommand = async (deps: EventDeps, event: ChatEvent & { kind: 'command' }, { actor }: Known): Promise<Answer> => {
  const { line, values, eventId, place } = event;
  if (values) return onValues(deps, { ...event, values }, actor);
  // Behind the platform's own slash command the name stands bare, and any other words are a message.
  const bare = readSlash(`/${line}`, deps);
  const slash = bare.kind === 'command' || bare.kind === 'tool' ? bare : readSlash(line, deps);
  if (slash.kind === 'command') {
    const { command, rest } = slash;
    const args = slashArguments(command, rest);
    // Written bare although it needs something: what that is can be filled in.
    if (rest.trim() === '' && !command.args.safeParse(args).success) return { kind: 'form', form: commandForm(command) };
    return answerOf(await runCommand(command, args, { actor, threadId: threadId(place) }));
  }
  const text = slash === bare ? `/${line}` : line;
  const outside = { addressed: true, title: line };
  const had = await fetchFiles(event.files ?? []);
  if (!had.ok) return say(had.error.message);
  const { files, others } = had.value;
  // The command itself is claimed already; what it says is another event.
  const said = { surface: place.surface, eventId: `${eventId}:said`, threadId: threadId(place), text, outside, files };
  const received = await receive(deps.receive, actor, said);
  if (!received.ok) return say(received.error.message);
  return others.length === 0 ? { kind: 'nothing' } : say(leftOut(others));
};

/** True once for each event: one that is delivered again does nothing. */
const isFirst = ({ database }: EventDeps, event: ChatEvent): Promise<boolean> =>
  claimEvent(database.db, { surface: event.place.surface, eventId: event.eventId });

const openFill = async ({ heart }: EventDeps, actor: Actor, messageId: string): Promise<Answer> => {
  const open = await openFormOf(heart, actor, messageId);
  return open ? { kind: 'form', form: fillForm(messageId, open.tool, open.input) } : say('That form is not known here any more.');
};

/** What came of a list is told to whoever pressed; each card shows its own. */
const acceptList = async ({ heart }: EventDeps, actor: Actor, offer: string): Promise<Answer> => {
  const accepted = await acceptOffer(heart, actor, offer);
  if (!accepted.ok) return say(accepted.error.message);
  const { verb, became } = accepted.value;
  const refused = became.flatMap(({ problem }) => problem?.message ?? []);
  const did = verb === 'approve' ? 'approved' : 'turned down';
  return say([`You ${did} ${became.length - refused.length} of ${became.length}.`, ...refused].join(' '));
};

/** What was done to a post shows in it, or as a card in its thread. */
const answerPost = (done: Result<unknown, PostError>): Answer => (done.ok ? { kind: 'nothing' } : say(done.error.message));

const onPressEvent = async (deps: EventDeps, event: ChatEvent & { kind: 'press' }, known: Known): Promise<Answer> => {
  const { pressed, place, eventId } = event;
  const { actor } = known;
  switch (pressed.verb) {
    case 'say': {
      const said = { surface: place.surface, eventId: `${eventId}:said`, threadId: threadId(place), text: pressed.text };
      const received = await receive(deps.receive, actor, { ...said, outside: { addressed: true, title: pressed.text } });
      return received.ok ? { kind: 'nothing' } : say(received.error.message);
    }
    case 'retry_message': {
      const queued = await retryMessage(deps.receive, actor, pressed.messageId);
      return queued.ok ? { kind: 'nothing' } : say(queued.error.message);
    }
    case 'bulk':
      return acceptList(deps, actor, pressed.offer);
    case 'dismiss':
      return answerPost(await dismissPost(deps.heart, actor, pressed.messageId));
    case 'promote':
      return answerPost(await promoteMessage(deps.heart, actor, pressed.messageId));
    case 'fill':
      return openFill(deps, actor, pressed.messageId);
    default:
      return onPress(deps, event, { pressed, actor, personId: known.person.personId });
  }
};

/** Whoever may write here may end what is being made for anybody: nothing that was decided is touched by it. */
const onStopped = async (deps: EventDeps, event: ChatEvent & { kind: 'stopped' }, { actor }: Known): Promise<Answer> => {
  if (!roleAtLeast(actor.role, 'operator')) return say('Your role lets you read here, not stop anything.');
  // Told again, late, it would end what was begun since.
  if (await isFirst(deps, event)) await stopThread(deps.heart, actor, threadId(event.place));
  return { kind: 'nothing' };
};

const act = async (deps: EventDeps, event: ChatEvent, known: Known): Promise<Answer> => {
  switch (event.kind) {
    case 'message':
      return onMessageEvent(deps, event, known);
    case 'deleted':
      return onDeleted(deps, event, known);
    case 'home':
      return { kind: 'home', cards: await homeCards(deps, { actor: known.actor, personId: known.person.personId }) };
    case 'press':
      return (await isFirst(deps, event)) ? onPressEvent(deps, event, known) : { kind: 'nothing' };
    case 'submit':
      return onSubmit(deps, event, known.actor);
    case 'command':
      return (await isFirst(deps, event)) ? onCommand(deps, event, known) : { kind: 'nothing' };
    case 'choosing':
      return { kind: 'choices', choices: await choicesFor(deps, event, known.actor) };
    case 'stopped':
      return onStopped(deps, event, known);
    default:
      return event satisfies never;
  }
};

/** Whether whoever did this expects to hear something: in a channel people talk to one another. */
const expectsAnswer = (event: ChatEvent): boolean =>
  event.kind === 'message' ? event.addressed : ['press', 'submit', 'command', 'stopped', 'home'].includes(event.kind);

/** The code by which somebody proves that this account is theirs, however they send it. */
const codeIn = (event: ChatEvent): string | undefined => {
  if (event.kind === 'command') return LINK.exec(event.line)?.[1];
  return event.kind === 'message' && event.addressed ? LINK.exec(event.text)?.[1] : undefined;
};

/**
 * The one way in for everything that happens on an outside surface: who it was, whether they may be here, and then the same doors as for the
 * room and the API. What it answers is shown at once; whatever takes longer arrives through the thread. Stored before it returns.
 */
export const onEvent = async (deps: EventDeps, event: ChatEvent): Promise<Answer> => {
  const { who } = event;
  if (who.kind === 'bot') return { kind: 'nothing' };
  // A mention is told as two events, and each of them again: what is said at once is said once.
  const once = async (answer: () => Promise<Answer> | Answer): Promise<Answer> =>
    event.kind !== 'message' || (await isFirst(deps, event)) ? answer() : { kind: 'nothing' };
  const refuse = (text: string): Promise<Answer> | Answer => (expectsAnswer(event) ? once(() => say(text)) : { kind: 'nothing' });
  if (who.kind !== 'member') return refuse(REFUSED[who.kind]);
  const code = codeIn(event);
  if (code !== undefined) return once(() => link(deps, who, code));
  const person = await personOf(deps.database.db, who);
  if (!person) return refuse(UNKNOWN);
  const answer = await act(deps, event, { person, actor: actorOf(person, event.place.surface) });
  return event.unlisted ? answer : withPickers(deps.database, answer, who);
};
