import bolt from '@slack/bolt';

/**
 * A Bolt app that does nothing but acknowledge: what is left of a figure when Wilco is taken away. Prints its port, which is 0 in socket mode.
 * Takes where Slack is, the bot's token, the mode, and the secret that it goes by: for signatures over HTTP, the app's token in socket mode.
 */
const [slackApiUrl = '', token = '', mode = '', secret = ''] = process.argv.slice(2);
const by = mode === 'socket' ? { socketMode: true, appToken: secret } : { signingSecret: secret };
const app = new bolt.App({ token, ...by, clientOptions: { slackApiUrl }, tokenVerificationEnabled: false });
app.message(async () => undefined);
const server = await app.start(0);
const address = 'address' in server ? server.address() : null;
process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
