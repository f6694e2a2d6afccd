import { listChannels, lookAtSlack, type SlackChannel, sayHello } from '../bot/slack/look.ts';
import { makeApp } from '../bot/slack/make.ts';
import { type Made, manifestLink } from '../bot/slack/manifest.ts';
import type { SlackConfig, SlackMaking } from '../config/slack.ts';
import type { Config } from '../config.ts';
import { openBeside } from '../db/beside.ts';
import { createLinkCode, linkWorkspace } from '../db/identities.ts';
import { ensureInstalled } from '../db/install.ts';
import type { OpsCommand, OpsRun } from './run.ts';
import { clockProblem } from './slack-clock.ts';

type Asked = { requests: boolean; short: boolean; channel: string | undefined };

const USAGE = 'npm run slack:setup -- [--requests] [--only-wilco] [--channel C0123456789|#NAME]';
const CHANNEL = /^[CG][A-Z0-9]{4,}$/;
const NAMED = /^#?[\p{Ll}\p{N}_-]{1,80}$/u;
const MOST_NAMED = 15;

const readAsked = (args: readonly string[]): Asked | undefined => {
  const asked: Asked = { requests: false, short: true, channel: undefined };
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--requests') asked.requests = true;
    else if (args[i] === '--only-wilco') asked.short = false;
    else if (args[i] === '--channel' && (CHANNEL.test(args[i + 1] ?? '') || NAMED.test(args[i + 1] ?? ''))) {
      i += 1;
      asked.channel = args[i];
    } else return undefined;
  }
  return asked;
};

/** With a configuration token Slack makes the app at once; without, a page is opened on which it is made. */
const makeSteps = async ({ terminal }: OpsRun, made: Made, making: SlackMaking | null): Promise<string[] | string> => {
  if (!making) terminal?.open(manifestLink(made));
  if (!making) return ['  1. Open this page, choose the workspace, and create the app:', `     ${manifestLink(made)}`];
  const app = await makeApp(making, made);
  if (!app.ok) return app.error.message;
  terminal?.open(app.value.install);
  return [
    '  1. The app is made. Its settings:',
    `     ${app.value.settings}`,
    '     Install it to the workspace here:',
    `     ${app.value.install}`,
  ];
};

/** Before there are tokens: where the app is made, and which words of Slack's pages go into which setting. */
const explain = async (run: OpsRun, made: Made, making: SlackMaking | null): Promise<number> => {
  const { say } = run;
  const first = await makeSteps(run, made, making);
  if (typeof first === 'string') {
    say(
      `SLACK_CONFIG_TOKEN: ${first}. Nothing was made. A new one comes from https://api.slack.com/apps, under Your App Configuration Tokens.`,
    );
    return 1;
  }
  const secret =
    made.requestUrl === null
      ? '  3. Basic Information → App-Level Tokens: generate one with the scope connections:write. That is SLACK_APP_TOKEN (xapp-…).'
      : '  3. Basic Information → App Credentials: the Signing Secret is SLACK_SIGNING_SECRET. Slack asks your address when Wilco runs.';
  for (const line of [
    ...first,
    '  2. Install App → Install to Workspace. The Bot User OAuth Token is SLACK_BOT_TOKEN (xoxb-…).',
    secret,
    '  4. Set both in the environment, and run npm run slack:setup again: it looks whether they work.',
  ])
    say(line);
  return 0;
};

const SLACK = 'https://slack.com/api/';

/** Asks whoever sits there for what stands on Slack's pages by then; undefined: they stop here. */
const askTokens = async ({ terminal, say }: OpsRun, made: Made, apiUrl: string): Promise<SlackConfig | undefined> => {
  if (!terminal) return undefined;
  say('You can give both here, to see whether they work: what you type is shown and kept nowhere. Nothing ends it.');
  const botToken = await terminal.ask('  SLACK_BOT_TOKEN: ', { hidden: true });
  if (!botToken.startsWith('xoxb-')) return undefined;
  if (made.requestUrl !== null) {
    const signingSecret = await terminal.ask('  SLACK_SIGNING_SECRET: ', { hidden: true });
    return signingSecret === '' ? undefined : { botToken, apiUrl, by: { kind: 'http', signingSecret } };
  }
  const appToken = await terminal.ask('  SLACK_APP_TOKEN: ', { hidden: true });
  return appToken.startsWith('xapp-') ? { botToken, apiUrl, by: { kind: 'socket', appToken } } : undefined;
};

/** How the app is made and, where somebody sits there, whether what came of it works. */
const explainAndAsk = async (run: OpsRun, config: Config, at: { made: Made; channel: string | undefined }): Promise<number> => {
  const { made, channel } = at;
  const { slackMaking } = config;
  const code = await explain(run, made, slackMaking);
  if (code !== 0) return code;
  const slack = await askTokens(run, made, slackMaking?.apiUrl ?? SLACK);
  if (!slack) return 0;
  const joined = await lookAndJoin(run, config, { slack, channel });
  if (joined === 0) run.say('Set both in the environment that Wilco is started in.');
  return joined;
};

/** The workspace becomes this project's, and whoever runs this gets a code that ties their own account to the owner. */
const join = async ({ log, say }: OpsRun, config: Config, at: { workspace: string; channel: string | undefined }): Promise<number> => {
  const beside = await openBeside({ ...config, log });
  if (!beside.ok) {
    say(beside.error.message);
    return 1;
  }
  const { database, stop } = beside.value;
  try {
    const { projectId, ownerId } = await ensureInstalled(database, { ownerName: 'Owner', timeZone: config.timeZone });
    const { workspace, channel } = at;
    const teamChannel = channel === undefined ? {} : { teamChannel: channel };
    await linkWorkspace(database.db, { platform: 'slack', workspace, projectId, ...teamChannel });
    const { code } = await createLinkCode(database.db, ownerId);
    say('Start Wilco. Then, within ten minutes, send it this in a direct message, and Slack knows you as the owner:');
    say(`  link ${code}`);
    return 0;
  } finally {
    await stop();
  }
};

const named = (channels: readonly SlackChannel[]): string =>
  channels
    .slice(0, MOST_NAMED)
    .map(({ name, id, joined }) => `#${name} (${id}${joined ? ', it is there' : ''})`)
    .join(', ');

/** The channel that was named, or is chosen by whoever sits there; null: none is wanted. A sentence where there is none of that name. */
const channelOf = async (
  { say, terminal }: OpsRun,
  slack: SlackConfig,
  asked: string | undefined,
): Promise<string | null | { problem: string }> => {
  if (asked !== undefined && CHANNEL.test(asked)) return asked;
  const channels = await listChannels(slack);
  const find = (written: string) => channels.find(({ id, name }) => id === written || name === written.replace(/^#/, ''))?.id;
  if (asked !== undefined)
    return find(asked) ?? { problem: `There is no channel ${asked} that the app can see. There is ${named(channels) || 'none'}.` };
  if (channels.length === 0) return null;
  say(`Channels: ${named(channels)}${channels.length > MOST_NAMED ? ' and more' : ''}.`);
  const written = (await terminal?.ask('Which of them is to be the team’s? Its name, or nothing for none: ')) ?? '';
  if (written === '') return null;
  return find(written) ?? { problem: `There is no channel ${written} that the app can see.` };
};

const lookAndJoin = async (run: OpsRun, config: Config, at: { slack: SlackConfig; channel: string | undefined }): Promise<number> => {
  const { say } = run;
  const { slack } = at;
  const found = await lookAtSlack(slack);
  if (found.problem !== undefined) {
    say(`${found.problem}.`);
    return 1;
  }
  say(`Connected to ${found.name}. Which events Slack sends cannot be asked for: what you write and press shows it.`);
  if (found.missing.length > 0) {
    say(`The app lacks ${found.missing.join(', ')}. Add these under OAuth & Permissions → Bot Token Scopes, and install the app again.`);
    return 1;
  }
  const off = await clockProblem(slack);
  if (off !== undefined) say(off);
  const chosen = await channelOf(run, slack, at.channel);
  if (chosen !== null && typeof chosen === 'object') {
    say(chosen.problem);
    return 1;
  }
  const channel = chosen ?? undefined;
  const wrong = channel === undefined ? undefined : await sayHello(slack, channel);
  if (wrong !== undefined) {
    say(`Nothing could be posted to ${channel} (${wrong}). Invite the app there: /invite @Wilco`);
    return 1;
  }
  if (channel !== undefined) say(`A message stands in ${channel}. When Wilco runs and knows you, its button shows that presses arrive.`);
  return join(run, config, { workspace: found.workspace, channel });
};

/** `npm run slack:setup`: says how the app is made, then looks whether it works and ties it to the owner. */
export const slackSetup: OpsCommand = async (run) => {
  const { config, say } = run;
  const asked = readAsked(run.args);
  if (!asked) {
    say(`That is not understood. ${USAGE}`);
    return 1;
  }
  if (!config.ok) {
    say(config.error.message);
    return 1;
  }
  const { slack, web } = config.value;
  if (slack) return lookAndJoin(run, config.value, { slack, channel: asked.channel });
  if (asked.requests && web.publicUrl === null) {
    say('Requests need an address that Slack can reach: set PUBLIC_URL. Without --requests Slack needs none.');
    return 1;
  }
  const made = { requestUrl: asked.requests ? `${web.publicUrl}/slack/events` : null, short: asked.short };
  return explainAndAsk(run, config.value, { made, channel: asked.channel });
};
