import { faultContract } from './contract-faults.ts';
import { discordDriver } from './discord-driver.ts';
import { slackDriver } from './slack-driver.ts';

faultContract('Slack over HTTP', () => slackDriver('http'));
faultContract('Slack in socket mode', () => slackDriver('socket'));
faultContract('Discord', () => discordDriver());
