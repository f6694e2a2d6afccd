import { lookAtSlack, sayHello } from '../bot/slack/look.ts';
import { makeApp } from '../bot/slack/make.ts';
import { type Made, manifestLink } from '../bot/slack/manifest.ts';
import type { SlackConfig, SlackMaking } from '../config/slack.ts';
import type { Config } from '../config.ts';
import { openBeside } from '../db/beside.ts';
import { createLinkCode, linkWorkspace } from '../db/identities.ts';
import { ensureInstalled } from '../db/install.ts';
import type { OpsCommand, OpsRun } from './run.ts';

type Asked = { requests: boolean; short: boolean; channel: string | undefined };

const USAGE = 'npm run slack:setup -- [--requests] [--only-wilco] [--channel C0123456789]';
const CHANNEL = /^[CG][A-Z0-9]{4,}$/;

const readAsked = (args: readonly string[]): Asked | undefined => {
  const asked: Asked = { requests: false, short: true, channel: undefined };
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--requests') asked.requests = true;
    else if (args[i] === '--only-wilco') asked.short = false;
    else if (args[i] === '--channel' && CHANNEL.test(args[i + 1] ?? '')) {
      i += 1;
      asked.channel = args[i];
    } else return undefined;
  }
  return asked;
};

/** With a configuration token Slack makes the app at once; without, a page is opened on which it is made. */
const makeSteps = async (made: Made, making: SlackMaking | null): Promise<string[] | string> => {
  if (!making) return ['  1. Open this page, choose the workspace, and create the app:', `     ${manifestLink(made)}`];
  const app = await makeApp(making, made);
  if (!app.ok) return app.error.message;
  return [
    '  1. The app is made. Its settings:',
    `     ${app.value.settings}`,
    '     Install it to the workspace here:',
    `     ${app.value.install}`,
  ];
};

/** Before there are tokens: where the app is made, and which words of Slack's pages go into which setting. */
const explain = async ({ say }: OpsRun, made: Made, making: SlackMaking | null): Promise<number> => {
  const first = await makeSteps(made, making);
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

const lookAndJoin = async (run: OpsRun, config: Config, at: { slack: SlackConfig; channel: string | undefined }): Promise<number> => {
  const { say } = run;
  const { slack, channel } = at;
  const found = await lookAtSlack(slack);
  if (found.problem !== undefined) {
    say(`${found.problem}.`);
    return 1;
  }
  say(`Connected to ${found.name}.`);
  if (found.missing.length > 0) {
    say(`The app lacks ${found.missing.join(', ')}. Add these under OAuth & Permissions → Bot Token Scopes, and install the app again.`);
    return 1;
  }
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
  const { slack, slackMaking, web } = config.value;
  if (slack) return lookAndJoin(run, config.value, { slack, channel: asked.channel });
  if (asked.requests && web.publicUrl === null) {
    say('Requests need an address that Slack can reach: set PUBLIC_URL. Without --requests Slack needs none.');
    return 1;
  }
  return explain(run, { requestUrl: asked.requests ? `${web.publicUrl}/slack/events` : null, short: asked.short }, slackMaking);
};
