import { drawn, escapeHtml, type Json, listOf, objectOf } from './html.ts';

/** Slack escapes three signs in texts of its own kinds. */
const plainOf = (value: unknown): string =>
  drawn(
    String(objectOf(value).text ?? '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );

const TAGS = { bold: 'b', italic: 'em', strike: 's', code: 'code' } as const;

const run = ({ text, style }: Json): string =>
  Object.entries(TAGS).reduce(
    (inside, [name, tag]) => (objectOf(style)[name] ? `<${tag}>${inside}</${tag}>` : inside),
    drawn(String(text)),
  );

const runs = (frame: Json): string => listOf(frame.elements).map(run).join('');

const FRAMES: Record<string, (frame: Json) => string> = {
  rich_text_section: (frame) => `<div class="words">${runs(frame)}</div>`,
  rich_text_preformatted: (frame) => `<pre>${runs(frame)}</pre>`,
  rich_text_quote: (frame) => `<blockquote>${runs(frame)}</blockquote>`,
  rich_text_list: (frame) =>
    `<ul>${listOf(frame.elements)
      .map((one) => `<li>${runs(one)}</li>`)
      .join('')}</ul>`,
};

const button = ({ text, style }: Json): string => `<span class="button ${String(style ?? '')}">${plainOf(text)}</span>`;

const filledIn = (element: Json): string => {
  const { initial_option: option, initial_value: value, initial_date: date, initial_user: user } = element;
  return option ? plainOf(objectOf(option).text) : escapeHtml(String(value ?? date ?? user ?? ''));
};

const EMPTY: Record<string, string> = {
  static_select: 'Choose an option',
  users_select: 'Select a person',
  conversations_select: 'Select a conversation',
  datepicker: 'Select a date',
};

const input = ({ label, element, hint, optional }: Json): string => {
  const inside = objectOf(element);
  const kind = inside.multiline === true ? 'many' : '';
  const shown = filledIn(inside) || `<i class="faint">${EMPTY[String(inside.type)] ?? ''}</i>`;
  const arrow = String(inside.type).endsWith('select') ? '<i class="arrow"></i>' : '';
  return `<div class="input"><b>${plainOf(label)}</b>${optional ? ' <i class="faint">(optional)</i>' : ''}
    <div class="field ${kind}">${shown}${arrow}</div>${hint ? `<div class="context">${plainOf(hint)}</div>` : ''}</div>`;
};

const BLOCKS: Record<string, (block: Json) => string> = {
  header: ({ text }) => `<h3>${plainOf(text)}</h3>`,
  section: ({ text }) => `<div class="words section">${plainOf(text)}</div>`,
  context: ({ elements }) => `<div class="context">${listOf(elements).map(plainOf).join(' ')}</div>`,
  rich_text: ({ elements }) =>
    `<div class="rich">${listOf(elements)
      .map((frame) => FRAMES[String(frame.type)]?.(frame) ?? '')
      .join('')}</div>`,
  actions: ({ elements }) => `<div class="actions">${listOf(elements).map(button).join('')}</div>`,
  divider: () => '<hr>',
  input,
};

const blocksOf = (blocks: unknown): string =>
  listOf(blocks)
    .map((block) => BLOCKS[String(block.type)]?.(block) ?? '')
    .join('\n');

const message = ({ blocks }: Json): string => `<div class="message"><div class="face">W</div><div class="said">
  <div class="who"><b>Wilco</b><span class="app">APP</span><span class="context">9:41</span></div>${blocksOf(blocks)}</div></div>`;

const viewOf = ({ type, title, submit, close, blocks }: Json): string => {
  if (type === 'home') return `<div class="home">${blocksOf(blocks)}</div>`;
  const primary = submit ? `<span class="button primary">${plainOf(submit)}</span>` : '';
  return `<div class="modal"><div class="title">${plainOf(title)}<span>×</span></div><div class="inside">${blocksOf(blocks)}</div>
    <div class="foot"><span class="button">${plainOf(close)}</span>${primary}</div></div>`;
};

/** As Slack draws it, in its light colours. */
export const slackHtml = (sent: { messages: Json[] } | { view: Json }): string =>
  `<div class="slack">${'view' in sent ? viewOf(sent.view) : sent.messages.map(message).join('')}</div>`;

export const SLACK_CSS = `
.slack { background: #fff; color: #1d1c1d; font-size: 15px; line-height: 1.46; }
.slack .face { background: #4a154b; color: #fff; border-radius: 6px; }
.slack .app { background: #ececec; color: #616061; }
.slack h3 { font-size: 18px; font-weight: 900; margin: 4px 0 2px; line-height: 1.3; }
.slack .context { color: #616061; font-size: 13px; margin: 2px 0 4px; white-space: pre-wrap; }
.slack .who .context { margin: 0; font-size: 12px; }
.slack .section { margin: 4px 0; }
.slack .rich { margin: 4px 0; }
.slack pre { margin: 4px 0; padding: 8px; background: #f8f8f8; border: 1px solid #dddddd; border-radius: 4px; font-size: 12px; }
.slack blockquote { margin: 4px 0; padding-left: 12px; border-left: 4px solid #dddddd; }
.slack code { background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; color: #c0123c; padding: 0 3px; }
.slack .button { border: 1px solid #bbbdbe; background: #fff; color: #1d1c1d; font-weight: 700; font-size: 13px; border-radius: 4px; }
.slack .primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.slack .danger { border-color: #e01e5a; color: #e01e5a; }
.slack hr { border: 0; border-top: 1px solid #ddd; margin: 14px 0; }
.slack .modal { border: 1px solid #ddd; border-radius: 8px; box-shadow: 0 2px 10px #0002; overflow: hidden; }
.slack .modal .title { font-weight: 900; font-size: 18px; padding: 14px 20px; border-bottom: 1px solid #e8e8e8; }
.slack .modal .inside { padding: 12px 20px; }
.slack .modal .foot { padding: 12px 20px; border-top: 1px solid #e8e8e8; text-align: right; }
.slack .field { border: 1px solid #868686; }
.slack .faint { color: #868686; }
`;
