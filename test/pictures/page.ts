import { DISCORD_CSS, discordHtml } from './discord-html.ts';
import type { Json } from './html.ts';
import { SLACK_CSS, slackHtml } from './slack-html.ts';

type Sent = { messages: Json[] } | { view: Json };
export type Shown = { shows: string; slack: Sent; discord: Sent | null };

const CSS = `
* { box-sizing: border-box; }
body { margin: 0; background: #e9eaee; font-family: Lato, 'Noto Sans', 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif; }
main { will-change: transform; display: inline-grid; grid-auto-flow: column; grid-auto-columns: 470px; gap: 10px; padding: 10px; align-items: start; }
.slack, .discord { padding: 12px 14px; border-radius: 8px; max-height: 1000px; overflow: hidden; }
.tall > * { max-height: 420px; }
.long { border-bottom: 3px dotted #949ba4; border-radius: 8px 8px 0 0; }
.message { display: grid; grid-template-columns: 34px 1fr; gap: 10px; }
.message + .message { margin-top: 14px; }
.face { width: 34px; height: 34px; font-weight: 700; text-align: center; line-height: 34px; }
.said { min-width: 0; }
.who { display: flex; gap: 6px; align-items: center; }
.app { font-size: 9px; font-weight: 700; padding: 1px 4px; border-radius: 3px; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; line-height: 1.5; }
blockquote { white-space: pre-wrap; overflow-wrap: anywhere; }
ul { margin: 2px 0; padding-left: 22px; } li { overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 6px 0 2px; }
.button { display: inline-block; padding: 5px 12px; line-height: 1.4; }
.mark { display: inline-block; width: 11px; height: 11px; border-radius: 50%; vertical-align: -1px; margin-right: 2px; }
.input { margin: 10px 0; } .input i { font-weight: 400; }
.field { border-radius: 5px; padding: 7px 10px; margin-top: 5px; min-height: 36px; white-space: pre-wrap; overflow-wrap: anywhere; position: relative; }
.field.many { min-height: 62px; }
.arrow { position: absolute; right: 12px; top: 14px; border: 5px solid transparent; border-top-color: #868686; }
.title { display: flex; justify-content: space-between; } .title span { font-weight: 400; opacity: .6; }
.foot .button { margin-left: 8px; }
`;

/** One card as both platforms show it, side by side. `tall`: what goes on for long is shown as far as it tells anything. */
export const pageOf = (
  { slack, discord }: Shown,
  tall: boolean,
): string => `<!doctype html><meta charset="utf-8"><style>${CSS}${SLACK_CSS}${DISCORD_CSS}</style>
<main class="${tall ? 'tall' : ''}">${slackHtml(slack)}${discord ? discordHtml(discord) : ''}</main>
<script>for (const one of document.querySelectorAll('main > *')) if (one.scrollHeight > one.clientHeight + 2) one.classList.add('long');</script>`;
