import { drawn, escapeHtml, type Json, listOf, objectOf } from './html.ts';

/** What has a meaning in a line, but only where no stroke stands before it. Texts of Wilco’s hold these brackets with a `U+` alone. */
const inline = (text: string): string => {
  const kept: string[] = [];
  const held = text.replace(/\\([^A-Za-z0-9\s])/g, (_whole, sign: string) => `⟨${kept.push(sign) - 1}⟩`);
  return drawn(held)
    .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replace(/~~(.+?)~~/g, '<s>$1</s>')
    .replace(/(?<!\w)_(.+?)_(?!\w)/g, '<em>$1</em>')
    .replace(/`(.+?)`/g, '<code>$1</code>')
    .replace(/⟨(\d+)⟩/g, (_whole, at: string) => escapeHtml(kept[Number(at)] ?? ''));
};

const line = (text: string): string => {
  if (text.startsWith('### ')) return `<h3>${inline(text.slice(4))}</h3>`;
  if (text.startsWith('-# ')) return `<div class="small">${inline(text.slice(3))}</div>`;
  if (/^[-*] /.test(text)) return `<ul><li>${inline(text.slice(2))}</li></ul>`;
  return `<div>${inline(text) || '&nbsp;'}</div>`;
};

/** The part of Discord’s markdown that is ours: headings, small lines, quotations, lists, bold. */
const markdown = (content: string): string => {
  const parts: string[] = [];
  let quote: string[] = [];
  const close = (): void => {
    if (quote.length > 0) parts.push(`<blockquote>${quote.map(line).join('')}</blockquote>`);
    quote = [];
  };
  for (const text of content.split('\n')) {
    if (text.startsWith('> ')) quote.push(text.slice(2));
    else {
      close();
      parts.push(line(text));
    }
  }
  close();
  return parts.join('').replaceAll('</ul><ul>', '');
};

const STYLES: Record<number, string> = { 1: 'blurple', 2: 'grey', 3: 'green', 4: 'red' };
const button = ({ label, style }: Json): string =>
  `<span class="button ${STYLES[Number(style)] ?? ''}">${escapeHtml(String(label))}</span>`;

const component = (one: Json): string => DRAWN[Number(one.type)]?.(one) ?? '';
const all = (components: unknown): string => listOf(components).map(component).join('\n');

const options = (inside: Json): string =>
  listOf(inside.options)
    .map((option) => `<div class="radio ${option.default ? 'on' : ''}"><i></i>${escapeHtml(String(option.label))}</div>`)
    .join('');

const PICKERS: Record<number, string> = { 5: 'Select a person', 8: 'Select a channel' };

const field = (inside: Json): string => {
  const picker = PICKERS[Number(inside.type)];
  if (picker) return `<div class="field"><i class="faint">${picker}</i><i class="arrow"></i></div>`;
  if (inside.type === 21) return options(inside);
  if (inside.type === 23) return `<div class="radio ${inside.default ? 'on' : ''}"><i></i></div>`;
  return `<div class="field ${inside.style === 2 ? 'many' : ''}">${escapeHtml(String(inside.value ?? ''))}</div>`;
};

const colourOf = (accent: unknown): string => `#${Number(accent).toString(16).padStart(6, '0')}`;

const DRAWN: Record<number, (one: Json) => string> = {
  1: ({ components }) => `<div class="actions">${listOf(components).map(button).join('')}</div>`,
  2: button,
  9: ({ components, accessory }) => `<div class="beside"><div>${all(components)}</div>${component(objectOf(accessory))}</div>`,
  10: ({ content }) => `<div class="words">${markdown(String(content))}</div>`,
  13: ({ file }) => `<div class="file"><i></i>${escapeHtml(String(objectOf(file).url).replace('attachment://', ''))}</div>`,
  14: ({ divider }) => (divider === false ? '<div class="gap"></div>' : '<hr>'),
  17: ({ components, accent_color: accent }) =>
    `<div class="container" style="border-left-color:${colourOf(accent)}">${all(components)}</div>`,
  18: ({ label, description, component: inside }) =>
    `<div class="input"><b>${escapeHtml(String(label))}${objectOf(inside).required ? ' <i class="need">*</i>' : ''}</b>
    ${description ? `<div class="small">${escapeHtml(String(description))}</div>` : ''}${field(objectOf(inside))}</div>`,
};

const message = ({ components }: Json): string => `<div class="message"><div class="face">W</div><div class="said">
  <div class="who"><b>Wilco</b><span class="app">APP</span><span class="small">9:41</span></div>${all(components)}</div></div>`;

const modal = ({
  title,
  components,
}: Json): string => `<div class="modal"><div class="title">${escapeHtml(String(title))}<span>×</span></div>
  <div class="inside">${all(components)}</div><div class="foot"><span class="button grey">Cancel</span><span class="button blurple">Submit</span></div></div>`;

/** As Discord draws it, in its dark colours. */
export const discordHtml = (sent: { messages: Json[] } | { view: Json }): string =>
  `<div class="discord">${'view' in sent ? modal(sent.view) : sent.messages.map(message).join('')}</div>`;

export const DISCORD_CSS = `
.discord { background: #313338; color: #dbdee1; font-size: 15px; line-height: 1.375; }
.discord .face { background: #5865f2; color: #fff; border-radius: 50%; }
.discord .app { background: #5865f2; color: #fff; }
.discord .who b { color: #fff; }
.discord h3 { font-size: 17px; font-weight: 700; color: #f2f3f5; margin: 2px 0; }
.discord b { color: #f2f3f5; }
.discord .small { color: #949ba4; font-size: 12px; }
.discord .container { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid; border-radius: 8px; padding: 12px 14px; display: grid; gap: 8px; }
.discord blockquote { margin: 2px 0; padding-left: 12px; border-left: 4px solid #4e5058; border-radius: 2px; }
.discord code { background: #1e1f22; border-radius: 3px; padding: 0 3px; }
.discord .button { background: #4e5058; color: #fff; font-weight: 500; font-size: 14px; border-radius: 8px; }
.discord .green { background: #248046; } .discord .red { background: #da373c; } .discord .blurple { background: #5865f2; }
.discord .beside { display: flex; justify-content: space-between; gap: 12px; align-items: start; }
.discord .file { background: #2b2d31; border: 1px solid #3f4147; border-radius: 8px; padding: 12px; margin: 6px 0; color: #00a8fc; }
.discord hr { border: 0; border-top: 1px solid #3f4147; margin: 2px 0; width: 100%; }
.discord .gap { height: 4px; }
.discord .modal { background: #242429; border: 1px solid #3f4147; border-radius: 10px; overflow: hidden; }
.discord .modal .title { color: #fff; font-weight: 700; font-size: 18px; padding: 16px 18px 6px; }
.discord .modal .inside { padding: 6px 18px 12px; }
.discord .modal .foot { padding: 12px 18px; text-align: right; }
.discord .field { background: #1e1f22; border: 1px solid #3f4147; }
.discord .need { color: #f23f43; font-style: normal; }
.discord .radio { padding: 7px 0; } .discord .radio i { display: inline-block; width: 14px; height: 14px; border: 2px solid #b5bac1; border-radius: 50%; margin-right: 10px; vertical-align: -3px; }
.discord .radio.on i { background: #5865f2; border-color: #5865f2; }
`;
