import { surfaceContract } from './contract.ts';
import { slackDriver } from './slack-driver.ts';

surfaceContract('Slack over HTTP', () => slackDriver('http'));
surfaceContract('Slack in socket mode', () => slackDriver('socket'));
