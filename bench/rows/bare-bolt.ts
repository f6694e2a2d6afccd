import bolt from '@slack/bolt';

/** A Bolt app that does nothing but acknowledge: what is left of a figure when Wilco is taken away. Prints its port. */
const [slackApiUrl = '', signingSecret = '', token = ''] = process.argv.slice(2);
const app = new bolt.App({ token, signingSecret, clientOptions: { slackApiUrl }, tokenVerificationEnabled: false });
app.message(async () => undefined);
const server = await app.start(0);
const address = server.address();
process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
