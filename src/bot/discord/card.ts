import { createHash } from 'node:crypto';
import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIContainerComponent,
  type APIMessageTopLevelComponent,
  type APISectionComponent,
  type APIStringSelectComponent,
  type APITextDisplayComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import type { Card, CardAction, CardTone } from '../../dispatch/card.ts';
import { joinWords } from '../arrange.ts';
import { WAITS_FOR_YOU } from '../calls.ts';
import type { Called, View } from '../surface.ts';
import { bodyParts, bodyText, headText, type OpenedRow, outlineText, pagesOf, plainText, splitRows } from './card-text.ts';
import { type CardOf, customId, retryMessageId } from './custom-id.ts';
import { cut, shortened } from './cut.ts';
import { inert } from './inert.ts';

/** Discord's limits for one message. */
export const MOST_CHARACTERS = 4000;
export const MOST_COMPONENTS = 40;
const MOST_IN_A_ROW = 5;
const LONGEST_LABEL = 80;
const PAGE = 3600;
const MOST_PAGES = 8;

/** Components v2, and no preview of anything: whatever stands in a message is what we wrote. */
export const FLAGS = MessageFlags.IsComponentsV2 | MessageFlags.SuppressEmbeds;

/** One message as it is sent, without the parts that are the same for all. */
export type Rendered = { components: APIMessageTopLevelComponent[]; file: { name: string; text: string } | null };

type Row = APIActionRowComponent<APIButtonComponentWithCustomId>;

const COLOURS: Record<CardTone, number> = {
  neutral: 0x6b7280,
  waiting: 0x3b82f6,
  working: 0x8b5cf6,
  good: 0x16a34a,
  bad: 0xdc2626,
  warning: 0xd97706,
  muted: 0x9ca3af,
};
const STYLES = { primary: ButtonStyle.Success, danger: ButtonStyle.Danger, plain: ButtonStyle.Secondary } as const;

/** A number that marks the message of one delivery: it stays with the message, so that it can be found again. */
export const markOf = (key: string): number =>
  1000 + (Number.parseInt(createHash('sha256').update(key).digest('hex').slice(0, 7), 16) % 0x7fff_0000);

export const rowsOf = (buttons: readonly APIButtonComponentWithCustomId[]): Row[] => {
  const rows: Row[] = [];
  for (let at = 0; at < buttons.length; at += MOST_IN_A_ROW)
    rows.push({ type: ComponentType.ActionRow, components: buttons.slice(at, at + MOST_IN_A_ROW) });
  return rows;
};

export const button = (id: string, label: string, tone: keyof typeof STYLES): APIButtonComponentWithCustomId => ({
  type: ComponentType.Button,
  style: STYLES[tone],
  label,
  custom_id: id,
});

/** A button that says a line of ours. */
export const sayButton = (line: string, label: string): APIButtonComponentWithCustomId => button(`say:${line}`, label, 'primary');

/** The buttons of a card; what cannot be one (a line that is too long to be carried) is said in words instead. */
const buttonsOf = (actions: readonly CardAction[], of: CardOf): { rows: Row[]; instead: string[] } => {
  const buttons = new Map<string, APIButtonComponentWithCustomId>();
  const instead: string[] = [];
  for (const action of actions) {
    const id = customId(action, of);
    if (id !== undefined && action.label.length <= LONGEST_LABEL) buttons.set(id, button(id, action.label, action.tone));
    else if (action.verb === 'say') instead.push(`You can write: ${inert(action.text)}`);
  }
  return { rows: rowsOf([...buttons.values()]), instead };
};

export const text = (content: string): APITextDisplayComponent => ({
  type: ComponentType.TextDisplay,
  content,
});

const count = (components: readonly object[]): number =>
  components.reduce(
    (sum, one) =>
      sum + 1 + ('components' in one && Array.isArray(one.components) ? count(one.components) : 0) + ('accessory' in one ? 1 : 0),
    0,
  );

const container = (card: Card, inside: { parts: string[]; rows: Row[]; mark: number }): APIContainerComponent => ({
  type: ComponentType.Container,
  id: inside.mark,
  accent_color: COLOURS[card.status?.tone ?? 'neutral'],
  components: [...inside.parts.filter((part) => part !== '').map(text), ...inside.rows],
});

const fits = (parts: readonly string[], rows: readonly Row[]): boolean =>
  parts.reduce((sum, part) => sum + part.length, 0) <= MOST_CHARACTERS && 1 + parts.length + count(rows) <= MOST_COMPONENTS;

const section = ({ said, proposalId }: OpenedRow): APISectionComponent => ({
  type: ComponentType.Section,
  components: [text(said)],
  // What is opened is the card as it stands then, whatever its revision.
  accessory: button(`open:${proposalId}:1`, 'Open', 'plain'),
});

const MOST_IN_A_LIST = 25;
const LONGEST_OPTION = 100;

/** The lines that have no button of their own, each to be chosen and opened. */
const selectsOf = (chosen: readonly OpenedRow[]): ListRow[] => {
  const rows: ListRow[] = [];
  for (let at = 0; at < chosen.length; at += MOST_IN_A_LIST) {
    const options = chosen
      .slice(at, at + MOST_IN_A_LIST)
      .map(({ label, proposalId }) => ({ label: shortened(label, LONGEST_OPTION), value: `open:${proposalId}:1` }));
    const placeholder = `Open another one (${at + 1} to ${at + options.length} of ${chosen.length})`;
    rows.push({
      type: ComponentType.ActionRow,
      components: [{ type: ComponentType.StringSelect, custom_id: `pick:${at}`, placeholder, options }],
    });
  }
  return rows;
};

type ListRow = APIActionRowComponent<APIStringSelectComponent>;
type ListPart = APITextDisplayComponent | APISectionComponent | Row | ListRow;

/** A list whose lines lead to other cards, each with its button beside it or in a list below; undefined where that does not fit, or is no such list. */
const listed = (card: Card, of: CardOf): ListPart[] | undefined => {
  const split = splitRows(card);
  if (!split) return undefined;
  const { rows, instead } = buttonsOf(card.actions, of);
  const made = (rest: Card): ListPart[] | undefined => {
    const above = [headText(card), rest.table ? '' : bodyText(rest), split.columns];
    const below = [rest.table ? bodyText(rest) : '', ...instead];
    const texts = (parts: readonly string[]) => parts.filter((part) => part !== '').map(text);
    const components = [...texts(above), ...split.rows.map(section), ...texts(below), ...selectsOf(split.chosen), ...rows];
    const words = [...above, ...below, ...split.rows.map((row) => row.said)].reduce((sum, part) => sum + part.length, 0);
    return words <= MOST_CHARACTERS && 1 + count(components) <= MOST_COMPONENTS ? components : undefined;
  };
  // What is in the list below need not stand above it, too, where there is no room for that.
  return made(split.rest) ?? made(split.short);
};

/** A press that would act on what is not to be read here is not offered: a card that does not fit is opened in full first. */
const withoutApproval = (actions: readonly CardAction[]): CardAction[] =>
  actions.flatMap((action): CardAction[] => {
    if (action.verb === 'approve') return [{ verb: 'open', label: 'Open in full', tone: 'primary' }];
    return action.verb === 'bulk' ? [] : [action];
  });

const attached = (mark: number, said: string, rows: Row[]): APIMessageTopLevelComponent[] => [
  { ...text(`${said}\nThis is too long for one message here; all of it is in the file.`), id: mark },
  { type: ComponentType.File, file: { url: `attachment://${FILE}` } },
  ...rows,
];
const FILE = 'wilco.txt';

const renderCard = (card: Card, said: string, at: { of: CardOf; mark: number }): Rendered => {
  const { of, mark } = at;
  const whole = buttonsOf(card.actions, of);
  const parts = [said, headText(card), ...bodyParts(card), whole.instead.join('\n')];
  if (fits(parts, whole.rows)) return { components: [container(card, { parts, rows: whole.rows, mark })], file: null };
  const { rows } = buttonsOf(withoutApproval(card.actions), of);
  const short = [said, headText(card), outlineText(card)];
  if (card.proposal && fits(short, rows)) return { components: [container(card, { parts: short, rows, mark })], file: null };
  const head = inert(cut(card.title, 150));
  return { components: attached(mark, head, rows), file: { name: FILE, text: plainText(card) } };
};

/** Whom a card calls, by id: the one line in which anybody is mentioned. That they hear of it, the message has to allow by name. */
const calling = (calls: readonly Called[]): string =>
  calls.length === 0 ? '' : `${calls.map(({ kind, id }) => (kind === 'user' ? `<@${id}>` : `<@&${id}>`)).join(' ')} ${WAITS_FOR_YOU}`;

/** A view as one message; `key` marks it. */
export const renderView = (view: View, key: string): Rendered => {
  const { author, text: words, card, failed, messageId } = joinWords(view);
  const mark = markOf(key);
  const name = author === 'Wilco' ? '' : `**${inert(author)}**`;
  const said = [calling(view.calls ?? []), name, words === null ? '' : inert(words)].filter((part) => part !== '').join('\n');
  if (card) return renderCard(card, said, { of: { proposal: card.proposal, messageId }, mark });
  const rows = failed ? rowsOf([button(retryMessageId(failed), 'Try again', 'primary')]) : [];
  if (said.length > MOST_CHARACTERS) return { components: attached(mark, name, rows), file: { name: FILE, text: words ?? '' } };
  return { components: [{ ...text(said === '' ? '…' : said), id: mark }, ...rows], file: null };
};

/**
 * A card for the eyes of one person, with everything on it: as many messages as it takes. Beyond what anybody would page through it is a
 * file, and then it is approved where it can be read.
 */
export const renderPages = (card: Card): Rendered[] => {
  const of = { proposal: card.proposal, messageId: null };
  const list = listed(card, of);
  if (list) return [{ components: list, file: null }];
  const { rows, instead } = buttonsOf(card.actions, of);
  const pages = pagesOf([headText(card), bodyText(card), ...instead].join('\n'), PAGE);
  if (pages.length > MOST_PAGES) {
    const head = `${inert(cut(card.title, 150))}\nApprove it in the web room, where it can be read.`;
    const left = buttonsOf(
      card.actions.filter(({ verb }) => verb !== 'approve' && verb !== 'bulk'),
      of,
    ).rows;
    return [{ components: attached(markOf('pages'), head, left), file: { name: FILE, text: plainText(card) } }];
  }
  return pages.map((page, at) => ({
    components: [text(pages.length > 1 ? `${page}\n-# ${at + 1} of ${pages.length}` : page), ...(at === pages.length - 1 ? rows : [])],
    file: null,
  }));
};
